//! The secrets of every account and region.

use std::{collections::BTreeMap, fmt, sync::Arc};

use rolecall_protocol::ServiceError;

use super::{errors, secret::Secret};
use crate::{
    backend::Host,
    embedded::{
        owned::Owned,
        request::{Outcome, Request},
    },
};

/// Secrets by name.
pub(crate) type Secrets = BTreeMap<String, Secret>;

/// Secrets Manager.
pub(crate) struct SecretsManager {
    pub(super) host: Arc<dyn Host>,
    pub(crate) secrets: Owned<Secrets>,
}

impl fmt::Debug for SecretsManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretsManager")
    }
}

impl SecretsManager {
    pub(crate) fn new(host: Arc<dyn Host>) -> Self {
        Self {
            host,
            secrets: Owned::default(),
        }
    }

    /// Answers what concerns secrets.
    pub(crate) fn answer(&self, request: &Request<'_>) -> Option<Outcome> {
        Some(match request.operation {
            "CreateSecret" => self.create(request),
            "GetSecretValue" => self.value(request),
            "BatchGetSecretValue" => Ok(self.values(request)),
            "PutSecretValue" => self.put_value(request),
            "UpdateSecret" => self.update(request),
            "UpdateSecretVersionStage" => self.move_stage(request),
            "DescribeSecret" => self.describe(request),
            "ListSecrets" => self.list(request),
            "ListSecretVersionIds" => self.versions(request),
            "DeleteSecret" => self.delete(request),
            "RestoreSecret" => self.restore(request),
            "TagResource" => self.tag(request),
            "UntagResource" => self.untag(request),
            "GetResourcePolicy" => self.policy(request),
            "PutResourcePolicy" => self.put_policy(request),
            "DeleteResourcePolicy" => self.delete_policy(request),
            "GetRandomPassword" => Ok(self.password(request)),
            _ => return None,
        })
    }

    /// Works on all secrets of the request's owner.
    pub(super) fn with<R>(&self, request: &Request<'_>, work: impl FnOnce(&mut Secrets) -> R) -> R {
        self.secrets.with(request.owner, request.region, work)
    }

    /// Works on the secret that `SecretId` names, deleted or not.
    pub(super) fn with_secret(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut Secret) -> Outcome,
    ) -> Outcome {
        let id = request.required("SecretId")?;
        self.with(request, |all| work(find(all, id)?))
    }

    /// Works on the secret that `SecretId` names, unless it is marked for deletion.
    pub(super) fn with_live_secret(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut Secret) -> Outcome,
    ) -> Outcome {
        self.with_secret(request, |secret| match secret.deleted {
            Some(_) => Err(errors::marked_for_deletion()),
            None => work(secret),
        })
    }
}

/// A secret by its name, its ARN, or its ARN without the suffix.
/// Source: API reference, GetSecretValue, `SecretId`.
pub(super) fn find<'m>(all: &'m mut Secrets, id: &str) -> Result<&'m mut Secret, ServiceError> {
    let found = if id.starts_with("arn:") {
        all.values_mut()
            .find(|secret| secret.arn == id || secret.arn_without_suffix() == id)
    } else {
        all.get_mut(id)
    };
    found.ok_or_else(errors::not_found)
}
