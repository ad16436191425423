//! A bucket.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    configuration::default_public_access_block, multipart::Upload, object::Object,
    versions::Versions,
};
use crate::embedded::tags::Tags;

/// The ownership that disables ACLs.
pub(super) const ENFORCED: &str = "BucketOwnerEnforced";

/// A bucket with its objects and what is configured on it.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    pub(super) name: String,
    pub(super) owner: String,
    pub(super) region: String,
    pub(super) created: u64,
    pub(super) objects: BTreeMap<String, Versions>,
    /// By upload id.
    pub(super) uploads: BTreeMap<String, Upload>,
    pub(super) tags: Tags,
    pub(super) policy: Option<String>,
    /// By the name of what is configured, such as `Cors`.
    pub(super) configurations: BTreeMap<&'static str, Value>,
    /// By the kind of what is configured, and its id.
    pub(super) identified: BTreeMap<(&'static str, String), Value>,
}

impl Bucket {
    /// The account that owns it.
    pub(crate) fn owner(&self) -> &str {
        &self.owner
    }

    /// Where it is.
    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    /// The bucket policy.
    pub(crate) fn policy(&self) -> Option<&str> {
        self.policy.as_deref()
    }

    /// The CORS configuration.
    pub(crate) fn cors(&self) -> Option<&Value> {
        self.configurations.get("BucketCors")
    }

    /// The bucket's tags.
    pub(crate) fn tags(&self) -> &Tags {
        &self.tags
    }

    /// The current object under a key.
    pub(crate) fn object(&self, key: &str) -> Option<&Object> {
        self.objects.get(key)?.current()
    }

    /// The key that encrypts the parts of an upload that is under way, as it was named.
    pub(crate) fn upload_key_id(&self, id: &str) -> Option<&str> {
        self.uploads.get(id)?.described.key_id()
    }

    /// How new objects are encrypted: the algorithm and the key that is configured.
    /// Without a configuration it is `AES256`. Source: user guide, default encryption.
    pub(crate) fn default_encryption(&self) -> (String, Option<String>) {
        let rule = self
            .configurations
            .get("Encryption")
            .and_then(|configuration| configuration.get("Rules")?.get(0))
            .and_then(|rule| rule.get("ApplyServerSideEncryptionByDefault"));
        let text = |name: &str| rule?.get(name)?.as_str().map(str::to_owned);
        (
            text("SSEAlgorithm").unwrap_or_else(|| "AES256".to_owned()),
            text("KMSMasterKeyID"),
        )
    }

    /// The settings of Block Public Access: all of them on unless something else was put.
    /// Source: user guide, "Default settings for new S3 buckets".
    pub(crate) fn public_access_block(&self) -> Value {
        let put = self.configurations.get("PublicAccessBlock").cloned();
        put.unwrap_or_else(default_public_access_block)
    }

    /// Whether ACLs are disabled: so it is for new buckets, and no more when the controls are deleted.
    /// Source: user guide, "Controlling ownership of objects and disabling ACLs for your bucket"; that a
    /// bucket without controls has writers own their objects: there, "Object Ownership settings".
    pub(super) fn acls_are_disabled(&self) -> bool {
        let Some(controls) = self.configurations.get("BucketOwnershipControls") else {
            return true;
        };
        let rules = controls.get("Rules").and_then(Value::as_array);
        let mut rules = rules.into_iter().flatten();
        rules.any(|rule| rule.get("ObjectOwnership").and_then(Value::as_str) == Some(ENFORCED))
    }

    /// The canonical user id of the owner: made of the account's id, and stable.
    pub(super) fn owner_id(&self) -> String {
        canonical_id(&self.owner)
    }
}

/// A canonical user id: 64 hexadecimal digits.
pub(super) fn canonical_id(account: &str) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(account))
}
