//! A parameter and its versions.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::embedded::{
    request::{Request, output, timestamp},
    tags::Tags,
};

/// A parameter with its history, oldest version first; never empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameter {
    pub(super) versions: Vec<Version>,
    pub(super) tags: Tags,
}

/// One version.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(super) number: u64,
    pub(super) value: String,
    pub(super) kind: String,
    pub(super) key_id: Option<String>,
    pub(super) description: Option<String>,
    pub(super) allowed_pattern: Option<String>,
    pub(super) tier: String,
    pub(super) data_type: String,
    pub(super) modified: u64,
    pub(super) modified_by: String,
    pub(super) labels: Vec<String>,
}

/// Whether secret values are shown as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Secrecy {
    Encrypted,
    Decrypted,
}

impl Secrecy {
    pub(super) fn of(request: &Request<'_>) -> Self {
        if request.flag("WithDecryption") {
            Self::Decrypted
        } else {
            Self::Encrypted
        }
    }
}

impl Parameter {
    /// The latest version.
    pub(crate) fn latest(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// The version that a selector names: a number or a label; without one the latest.
    pub(super) fn select(&self, selector: Option<&str>) -> Option<&Version> {
        let Some(selector) = selector else {
            return self.latest();
        };
        match selector.parse::<u64>() {
            Ok(number) => self.versions.iter().find(|v| v.number == number),
            Err(_) => self
                .versions
                .iter()
                .find(|v| v.labels.iter().any(|l| l == selector)),
        }
    }

    /// The tags.
    pub(crate) fn tags(&self) -> &Tags {
        &self.tags
    }
}

impl Version {
    /// `String`, `StringList` or `SecureString`.
    pub(crate) fn kind(&self) -> &str {
        &self.kind
    }

    /// The key of a secret.
    pub(crate) fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    fn shown(&self, secrecy: Secrecy) -> String {
        if self.kind == "SecureString" && secrecy == Secrecy::Encrypted {
            // Not a ciphertext that KMS could decrypt, but as opaque as one and always the same.
            return format!(
                "AQICAH{}",
                BASE64_STANDARD.encode(Sha256::digest(&self.value))
            );
        }
        self.value.clone()
    }

    /// The structure `Parameter`.
    pub(super) fn parameter(&self, name: &str, arn: &str, secrecy: Secrecy) -> Map<String, Value> {
        output(json!({
            "Name": name,
            "Type": self.kind,
            "Value": self.shown(secrecy),
            "Version": self.number,
            "LastModifiedDate": timestamp(self.modified),
            "ARN": arn,
            "DataType": self.data_type,
        }))
    }

    /// The structure `ParameterMetadata`.
    pub(super) fn metadata(&self, name: &str, arn: &str) -> Map<String, Value> {
        output(json!({
            "Name": name,
            "ARN": arn,
            "Type": self.kind,
            "KeyId": self.key_id,
            "LastModifiedDate": timestamp(self.modified),
            "LastModifiedUser": self.modified_by,
            "Description": self.description,
            "AllowedPattern": self.allowed_pattern,
            "Version": self.number,
            "Tier": self.tier,
            "Policies": [],
            "DataType": self.data_type,
        }))
    }

    /// The structure `ParameterHistory`.
    pub(super) fn history(&self, name: &str, secrecy: Secrecy) -> Map<String, Value> {
        let mut entry = self.metadata(name, "");
        entry.remove("ARN");
        entry.insert("Value".to_owned(), self.shown(secrecy).into());
        entry.insert("Labels".to_owned(), self.labels.clone().into());
        entry
    }
}
