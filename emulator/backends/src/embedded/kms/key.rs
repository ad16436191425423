//! A key and what is kept of it.

use std::{collections::BTreeMap, sync::Arc};

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{
    errors,
    grants::Grant,
    material::Material,
    rotating::Rotation,
    spec::{Spec, Usage},
};
use crate::embedded::{
    request::{output, timestamp},
    tags::Tags,
};

/// A key.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(super) id: String,
    pub(super) arn: String,
    pub(super) account: String,
    pub(crate) spec: Spec,
    pub(crate) usage: Usage,
    pub(super) description: String,
    pub(super) created: u64,
    pub(super) enabled: bool,
    /// When it will be gone, and after how many days that was to be.
    pub(super) deletion: Option<(u64, u64)>,
    pub(super) policy: String,
    pub(super) tags: Tags,
    pub(super) rotation: Rotation,
    /// All versions of the secret; the last one encrypts.
    pub(super) materials: Vec<Arc<Material>>,
    pub(super) grants: BTreeMap<String, Grant>,
    /// The region of the primary key, for a multi-Region key.
    pub(super) primary_region: Option<String>,
    /// The regions of its replicas, for a primary key.
    pub(super) replicas: Vec<String>,
    /// Made by a service of AWS when it first needed one.
    pub(super) of_aws: bool,
}

impl Key {
    pub(crate) fn arn(&self) -> &str {
        &self.arn
    }

    pub(crate) fn policy(&self) -> &str {
        &self.policy
    }

    pub(crate) fn tags(&self) -> &Tags {
        &self.tags
    }

    pub(crate) fn grants(&self) -> impl Iterator<Item = &Grant> {
        self.grants.values()
    }

    pub(super) fn region(&self) -> &str {
        self.arn.split(':').nth(3).unwrap_or_default()
    }

    /// The version of the secret that encrypts and signs.
    pub(super) fn current(&self) -> Result<&Arc<Material>, ServiceError> {
        self.materials
            .last()
            .ok_or_else(|| errors::internal("finding the key material"))
    }

    /// Refuses a key that is disabled or about to be deleted.
    /// Source: developer guide, "Key states of AWS KMS keys".
    pub(super) fn usable(&self) -> Result<(), ServiceError> {
        self.not_pending_deletion()?;
        if self.enabled {
            Ok(())
        } else {
            Err(errors::disabled(&self.arn))
        }
    }

    pub(super) fn not_pending_deletion(&self) -> Result<(), ServiceError> {
        match self.deletion {
            Some(_) => Err(errors::pending_deletion(&self.arn)),
            None => Ok(()),
        }
    }

    /// Refuses a key that is not for this.
    pub(super) fn is_for(&self, usage: Usage, operation: &str) -> Result<(), ServiceError> {
        self.usable()?;
        if self.usage == usage {
            Ok(())
        } else {
            Err(errors::usage(&self.arn, self.usage.name(), operation))
        }
    }

    /// Refuses an algorithm that the key does not have.
    pub(super) fn has_algorithm(&self, algorithm: &str) -> Result<(), ServiceError> {
        if self.spec.algorithms(self.usage).1.contains(&algorithm) {
            Ok(())
        } else {
            Err(errors::algorithm(algorithm, self.spec.name()))
        }
    }

    /// The id of the current secret, which only symmetric keys show.
    pub(super) fn material_id(&self) -> Option<String> {
        let shown = self.spec == Spec::Symmetric;
        shown
            .then(|| self.materials.last().map(|m| m.id.clone()))
            .flatten()
    }

    fn state(&self) -> &'static str {
        match (self.deletion, self.enabled) {
            (Some(_), _) => "PendingDeletion",
            (None, true) => "Enabled",
            (None, false) => "Disabled",
        }
    }

    /// What `KeyMetadata` says. Source: API reference, KeyMetadata.
    pub(super) fn metadata(&self) -> Map<String, Value> {
        let (member, algorithms) = self.spec.algorithms(self.usage);
        let mut metadata = output(json!({
            "AWSAccountId": self.account,
            "KeyId": self.id,
            "Arn": self.arn,
            "CreationDate": timestamp(self.created),
            "Enabled": self.enabled && self.deletion.is_none(),
            "Description": self.description,
            "KeyUsage": self.usage.name(),
            "KeyState": self.state(),
            "DeletionDate": self.deletion.map(|(gone, _)| timestamp(gone)),
            "Origin": "AWS_KMS",
            "KeyManager": if self.of_aws { "AWS" } else { "CUSTOMER" },
            "CustomerMasterKeySpec": self.spec.name(),
            "KeySpec": self.spec.name(),
            "MultiRegion": self.primary_region.is_some(),
            "MultiRegionConfiguration": self.regions(),
            "CurrentKeyMaterialId": self.material_id(),
        }));
        metadata.insert(member.to_owned(), json!(algorithms));
        metadata
    }

    fn regions(&self) -> Option<Value> {
        let primary = self.primary_region.as_deref()?;
        let kind = if primary == self.region() {
            "PRIMARY"
        } else {
            "REPLICA"
        };
        let at = |region: &str| json!({ "Arn": self.arn_in(region), "Region": region });
        let replicas: Vec<Value> = self.replicas.iter().map(|region| at(region)).collect();
        Some(json!({
            "MultiRegionKeyType": kind, "PrimaryKey": at(primary), "ReplicaKeys": replicas,
        }))
    }

    /// The ARN that the same key has in another region.
    pub(super) fn arn_in(&self, region: &str) -> String {
        let mut parts: Vec<&str> = self.arn.splitn(6, ':').collect();
        if let Some(place) = parts.get_mut(3) {
            *place = region;
        }
        parts.join(":")
    }
}
