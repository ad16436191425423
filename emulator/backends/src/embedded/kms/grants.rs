//! Grants: leave to use a key, given to one principal.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{errors, key::Key, listing::listed, service::Kms};
use crate::embedded::request::{Outcome, Request, output, timestamp};

/// A grant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Grant {
    id: String,
    name: Option<String>,
    grantee: String,
    retiring: Option<String>,
    operations: Vec<String>,
    constraints: Option<Value>,
    issuer: String,
    created: u64,
}

/// Source: API reference, CreateGrant, `Operations`.
const OPERATIONS: [&str; 17] = [
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
    "Sign",
    "Verify",
    "GetPublicKey",
    "CreateGrant",
    "RetireGrant",
    "DescribeKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateMac",
    "VerifyMac",
    "DeriveSharedSecret",
];

impl Grant {
    /// The grant with the members that the evaluator reads.
    pub(crate) fn fact(&self) -> Value {
        let pairs = |name: &str| self.constraints.as_ref().and_then(|all| all.get(name));
        let mut constraints = Map::new();
        for (name, member) in [
            ("encryptionContextEquals", "EncryptionContextEquals"),
            ("encryptionContextSubset", "EncryptionContextSubset"),
        ] {
            if let Some(pairs) = pairs(member) {
                constraints.insert(name.to_owned(), pairs.clone());
            }
        }
        json!({
            "grantId": self.id,
            "granteePrincipal": self.grantee,
            "operations": self.operations,
            "constraints": constraints,
        })
    }

    fn listed(&self, key: &Key) -> Value {
        output(json!({
            "KeyId": key.arn,
            "GrantId": self.id,
            // Empty where it was given none.
            "Name": self.name.clone().unwrap_or_default(),
            "CreationDate": timestamp(self.created),
            "GranteePrincipal": self.grantee,
            "RetiringPrincipal": self.retiring,
            "IssuingAccount": self.issuer,
            "Operations": self.operations,
            "Constraints": self.constraints,
        }))
        .into()
    }

    /// Whether another request would make the same grant.
    fn is_like(&self, other: &Self) -> bool {
        Self {
            id: self.id.clone(),
            created: self.created,
            ..other.clone()
        } == *self
    }
}

impl Kms {
    pub(super) fn create_grant(&self, request: &Request<'_>) -> Outcome {
        let grant = self.grant_of(request)?;
        self.with_key_itself(request, |key| {
            key.usable()?;
            check_operations(key, &grant)?;
            // A named grant that is there already is the answer. Source: CreateGrant, `Name`.
            let same = key.grants.values().find(|known| known.is_like(&grant));
            let id = match same.filter(|_| grant.name.is_some()) {
                Some(known) => known.id.clone(),
                None => grant.id.clone(),
            };
            let token = token(&key.id, &id);
            key.grants.entry(id.clone()).or_insert(grant);
            Ok(output(json!({ "GrantId": id, "GrantToken": token })))
        })
    }

    fn grant_of(&self, request: &Request<'_>) -> Result<Grant, ServiceError> {
        let text = |name: &str| request.text(name).map(str::to_owned);
        let grantee = text("GranteePrincipal").or_else(|| text("GranteeServicePrincipal"));
        let grantee = match grantee {
            Some(grantee) => grantee,
            None => request.required("GranteePrincipal")?.to_owned(),
        };
        let operations: Vec<String> = request
            .texts("Operations")
            .into_iter()
            .map(str::to_owned)
            .collect();
        if let Some(unknown) = operations
            .iter()
            .find(|o| !OPERATIONS.contains(&o.as_str()))
        {
            let constraint = format!(
                "Member must satisfy enum value set: [{}]",
                OPERATIONS.join(", ")
            );
            return Err(errors::constraint(unknown, "operations", &constraint));
        }
        if operations.is_empty() {
            return Err(errors::validation(
                "A grant must have at least one operation",
            ));
        }
        Ok(Grant {
            id: hex::encode(self.chance().bytes(32)),
            name: text("Name"),
            grantee,
            retiring: text("RetiringPrincipal").or_else(|| text("RetiringServicePrincipal")),
            operations,
            constraints: request.map("Constraints").cloned().map(Value::Object),
            issuer: format!(
                "arn:{}:iam::{}:root",
                request.partition, request.caller_account
            ),
            created: self.host.now_millis(),
        })
    }

    pub(super) fn list_grants(&self, request: &Request<'_>) -> Outcome {
        let id = request.text("GrantId");
        let grantee = request.text("GranteePrincipal");
        let grants = self.with_key_itself(request, |key| {
            let wanted = |grant: &&Grant| {
                id.is_none_or(|id| grant.id == id) && grantee.is_none_or(|g| grant.grantee == g)
            };
            let grants: Vec<(String, Value)> = key
                .grants
                .values()
                .filter(wanted)
                .map(|grant| (grant.id.clone(), grant.listed(key)))
                .collect();
            Ok(grants)
        })?;
        listed(request, "Grants", grants, 100, 50)
    }

    pub(super) fn list_retirable(&self, request: &Request<'_>) -> Outcome {
        let principal = request.required("RetiringPrincipal")?;
        let grants = self.keys.with(request.owner, request.region, |all| {
            let mut grants = BTreeMap::new();
            for key in all.keys.values() {
                for grant in key.grants.values() {
                    if grant.retiring.as_deref() == Some(principal) {
                        grants.insert(grant.id.clone(), grant.listed(key));
                    }
                }
            }
            grants
        });
        listed(request, "Grants", grants.into_iter().collect(), 100, 50)
    }

    pub(super) fn revoke(&self, request: &Request<'_>) -> Outcome {
        let id = request.required("GrantId")?;
        self.with_key_itself(request, |key| match key.grants.remove(id) {
            Some(_) => Ok(Map::new()),
            None => Err(errors::no_grant(id)),
        })
    }

    /// By its token, or by its key and id. Source: API reference, RetireGrant.
    pub(super) fn retire(&self, request: &Request<'_>) -> Outcome {
        let Some(token) = request.text("GrantToken") else {
            if request.text("GrantId").is_none() {
                return Err(errors::validation(
                    "Must specify either a grant token or a key ID and a grant ID.",
                ));
            }
            return self.revoke(request);
        };
        let plain = BASE64_STANDARD.decode(token).ok();
        let plain = plain.and_then(|bytes| String::from_utf8(bytes).ok());
        let (key, id) = plain
            .as_deref()
            .and_then(|text| text.split_once('/'))
            .ok_or_else(errors::grant_token)?;
        self.keys.with(request.owner, request.region, |all| {
            let key = all.keys.get_mut(key).ok_or_else(errors::grant_token)?;
            match key.grants.remove(id) {
                Some(_) => Ok(Map::new()),
                None => Err(errors::grant_token()),
            }
        })
    }
}

/// A grant token: the key and the grant. AWS does not say what is in one.
fn token(key: &str, grant: &str) -> String {
    BASE64_STANDARD.encode(format!("{key}/{grant}"))
}

/// Source: API reference, CreateGrant: only what the key can do.
fn check_operations(key: &Key, grant: &Grant) -> Result<(), ServiceError> {
    use super::spec::{Spec, Usage};
    let symmetric = key.spec == Spec::Symmetric;
    let fits = |operation: &str| match operation {
        "CreateGrant" | "RetireGrant" | "DescribeKey" => true,
        "Encrypt" | "Decrypt" | "ReEncryptFrom" | "ReEncryptTo" => {
            key.usage == Usage::EncryptDecrypt
        }
        "Sign" | "Verify" => key.usage == Usage::SignVerify,
        "GenerateMac" | "VerifyMac" => key.usage == Usage::Mac,
        "DeriveSharedSecret" => key.usage == Usage::KeyAgreement,
        "GetPublicKey" => !symmetric && key.usage != Usage::Mac,
        _ => symmetric,
    };
    match grant.operations.iter().find(|operation| !fits(operation)) {
        // Assumed: the text.
        Some(operation) => Err(errors::validation(format!(
            "Grant operation {operation} is not supported for key {}.",
            key.arn
        ))),
        None => Ok(()),
    }
}
