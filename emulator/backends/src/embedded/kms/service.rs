//! The keys of every account and region.

use std::{fmt, sync::Arc};

use super::{chance::Chance, ciphertext::Heading, key::Key, named::Keys};
use crate::{
    backend::Host,
    embedded::{
        owned::Owned,
        request::{Outcome, Request},
    },
};

/// KMS.
pub(crate) struct Kms {
    pub(super) host: Arc<dyn Host>,
    pub(super) keys: Owned<Keys>,
}

impl fmt::Debug for Kms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kms")
    }
}

impl Kms {
    pub(crate) fn new(host: Arc<dyn Host>) -> Self {
        Self {
            host,
            keys: Owned::default(),
        }
    }

    pub(super) fn chance(&self) -> Chance<'_> {
        Chance(self.host.as_ref())
    }

    /// Answers what concerns keys; custom key stores and imported material are not here.
    pub(crate) fn answer(&self, request: &Request<'_>) -> Option<Outcome> {
        self.cryptography(request)
            .or_else(|| self.management(request))
    }

    fn cryptography(&self, request: &Request<'_>) -> Option<Outcome> {
        Some(match request.operation {
            "Encrypt" => self.encrypt(request),
            "Decrypt" => self.decrypt(request),
            "ReEncrypt" => self.re_encrypt(request),
            "GenerateDataKey" => self.data_key(request, true),
            "GenerateDataKeyWithoutPlaintext" => self.data_key(request, false),
            "GenerateDataKeyPair" => self.data_key_pair(request, true),
            "GenerateDataKeyPairWithoutPlaintext" => self.data_key_pair(request, false),
            "GenerateRandom" => self.random(request),
            "Sign" => self.sign(request),
            "Verify" => self.verify(request),
            "GetPublicKey" => self.public_key(request),
            "DeriveSharedSecret" => self.shared_secret(request),
            "GenerateMac" => self.make_mac(request),
            "VerifyMac" => self.verify_mac(request),
            _ => return None,
        })
    }

    fn management(&self, request: &Request<'_>) -> Option<Outcome> {
        Some(match request.operation {
            "CreateKey" => self.create(request),
            "ReplicateKey" => self.replicate(request),
            "DescribeKey" => self.describe(request),
            "ListKeys" => self.list(request),
            "EnableKey" => self.enable(request, true),
            "DisableKey" => self.enable(request, false),
            "UpdateKeyDescription" => self.describe_anew(request),
            "ScheduleKeyDeletion" => self.schedule_deletion(request),
            "CancelKeyDeletion" => self.cancel_deletion(request),
            "CreateAlias" => self.create_alias(request),
            "UpdateAlias" => self.update_alias(request),
            "DeleteAlias" => self.delete_alias(request),
            "ListAliases" => self.list_aliases(request),
            "CreateGrant" => self.create_grant(request),
            "ListGrants" => self.list_grants(request),
            "ListRetirableGrants" => self.list_retirable(request),
            "RevokeGrant" => self.revoke(request),
            "RetireGrant" => self.retire(request),
            "GetKeyPolicy" => self.policy(request),
            "PutKeyPolicy" => self.put_policy(request),
            "ListKeyPolicies" => self.list_policies(request),
            "EnableKeyRotation" => self.rotate_yearly(request, true),
            "DisableKeyRotation" => self.rotate_yearly(request, false),
            "GetKeyRotationStatus" => self.rotation_status(request),
            "RotateKeyOnDemand" => self.rotate_now(request),
            "ListKeyRotations" => self.rotations(request),
            "TagResource" => self.tag(request),
            "UntagResource" => self.untag(request),
            "ListResourceTags" => self.tags(request),
            _ => return None,
        })
    }

    /// Looks at the keys of an account in a region, for a fact.
    pub(crate) fn look<R>(&self, account: &str, region: &str, look: impl FnOnce(&Keys) -> R) -> R {
        let now = self.host.now_millis();
        self.keys.with(account, region, |all| {
            all.expire(now);
            look(all)
        })
    }

    /// The ARN of the key that made a ciphertext, as that region has it.
    pub(crate) fn key_of_ciphertext(&self, blob: &[u8], region: &str) -> Option<String> {
        let (heading, _) = Heading::read(blob)?;
        self.look(&heading.account, region, |all| {
            all.key(&heading.key_id)
                .map(|key: &Key| key.arn().to_owned())
        })
    }
}
