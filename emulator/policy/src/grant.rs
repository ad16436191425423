//! Grants on KMS keys.
//!
//! Source: KMS Developer Guide, "Grants in AWS KMS" and "Troubleshooting AWS KMS permissions" (a
//! grant allows beside the key policy and IAM policies); KMS API reference, `CreateGrant` and
//! `GrantConstraints`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Action, ContextValue, Lookup, RequestContext, Truth};

/// Lets one principal use a key for some operations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KmsGrant {
    /// Its id.
    pub grant_id: String,
    /// The ARN of the user, role, session or account, or the service's name.
    pub grantee_principal: String,
    /// Operations such as `Decrypt`, without the prefix.
    pub operations: Vec<String>,
    /// What the encryption context has to be.
    #[serde(default, skip_serializing_if = "GrantConstraints::is_empty")]
    pub constraints: GrantConstraints,
}

/// What the encryption context of a call under a grant has to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GrantConstraints {
    /// All of these pairs and no others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_context_equals: Option<BTreeMap<String, String>>,
    /// At least these pairs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_context_subset: Option<BTreeMap<String, String>>,
}

impl GrantConstraints {
    fn is_empty(&self) -> bool {
        self.encryption_context_equals.is_none() && self.encryption_context_subset.is_none()
    }
}

impl KmsGrant {
    /// Whether the grant is about the action and its constraints hold.
    pub(crate) fn allows(&self, request: &RequestContext<'_>) -> Truth {
        if !self.is_about(request.action) {
            return Truth::False;
        }
        let constraints = &self.constraints;
        let subset = constraints.encryption_context_subset.iter();
        let equal = constraints.encryption_context_equals.iter();
        let pairs = subset.chain(equal.clone()).flatten();
        let each = pairs.map(|(key, value)| has_pair(request, key, value));
        let nothing_else = equal.map(|pairs| has_only(request, pairs));
        Truth::all(each.chain(nothing_else))
    }

    /// The keys that its constraints hang on.
    pub(crate) fn keys(&self) -> impl Iterator<Item = String> {
        let constraints = &self.constraints;
        let equal = constraints.encryption_context_equals.iter();
        let pairs = constraints
            .encryption_context_subset
            .iter()
            .chain(equal.clone())
            .flatten();
        let whole = equal.map(|_| "kms:EncryptionContextKeys".to_owned());
        pairs
            .map(|(key, _)| format!("kms:EncryptionContext:{key}"))
            .chain(whole)
    }

    fn is_about(&self, action: &Action) -> bool {
        action.prefix().eq_ignore_ascii_case("kms")
            && self
                .operations
                .iter()
                .any(|operation| operation.eq_ignore_ascii_case(action.name()))
    }
}

/// Source: KMS Developer Guide, "AWS KMS condition keys": `kms:EncryptionContext:KEY`.
fn has_pair(request: &RequestContext<'_>, key: &str, value: &str) -> Truth {
    match request.lookup(&format!("kms:EncryptionContext:{key}")) {
        Lookup::Present(ContextValue::One(found)) => (found == value).into(),
        Lookup::NotComputed => Truth::Unknown,
        Lookup::Present(_) | Lookup::Absent => Truth::False,
    }
}

fn has_only(request: &RequestContext<'_>, pairs: &BTreeMap<String, String>) -> Truth {
    match request.lookup("kms:EncryptionContextKeys") {
        Lookup::Present(ContextValue::Many(keys)) => {
            keys.iter().all(|key| pairs.contains_key(key)).into()
        }
        Lookup::Present(ContextValue::One(key)) => pairs.contains_key(key).into(),
        Lookup::Present(ContextValue::NotComputed { .. } | ContextValue::Redacted(_))
        | Lookup::NotComputed => Truth::Unknown,
        // Then there is no encryption context at all.
        Lookup::Absent => pairs.is_empty().into(),
    }
}
