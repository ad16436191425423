//! Key policies.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{errors, service::Kms};
use crate::embedded::request::{Outcome, Request, output};

/// The only name that a key's policy can have. Source: API reference, GetKeyPolicy.
const NAME: &str = "default";

impl Kms {
    pub(super) fn policy(&self, request: &Request<'_>) -> Outcome {
        check_name(request)?;
        self.with_key_itself(request, |key| {
            Ok(output(json!({ "Policy": key.policy, "PolicyName": NAME })))
        })
    }

    pub(super) fn put_policy(&self, request: &Request<'_>) -> Outcome {
        check_name(request)?;
        let policy = check(request.required("Policy")?)?;
        self.with_key_itself(request, |key| {
            key.not_pending_deletion()?;
            key.policy = policy;
            Ok(Map::new())
        })
    }

    pub(super) fn list_policies(&self, request: &Request<'_>) -> Outcome {
        self.with_key_itself(request, |_| {
            Ok(output(json!({ "PolicyNames": [NAME], "Truncated": false })))
        })
    }
}

fn check_name(request: &Request<'_>) -> Result<(), ServiceError> {
    match request.text("PolicyName") {
        Some(name) if name != NAME => Err(errors::no_policy(name)),
        _ => Ok(()),
    }
}

/// Refuses what is no policy or too long; whether it would lock its owner out is not checked.
/// Source: API reference, PutKeyPolicy: 32,768 characters.
pub(super) fn check(policy: &str) -> Result<String, ServiceError> {
    if policy.chars().count() > 32_768 {
        return Err(errors::limit("The policy is longer than 32768 characters."));
    }
    let parsed: Option<Value> = serde_json::from_str(policy).ok();
    let whole = parsed.as_ref().is_some_and(|policy| {
        policy
            .get("Statement")
            .is_some_and(|s| s.is_array() || s.is_object())
    });
    if whole {
        Ok(policy.to_owned())
    } else {
        Err(errors::malformed_policy(
            "The policy is not a valid policy document.",
        ))
    }
}

/// Source: developer guide, "Default key policy", for a key that the API made.
pub(crate) fn default_policy(partition: &str, account: &str) -> String {
    let policy = json!({
        "Version": "2012-10-17",
        "Id": "key-default-1",
        "Statement": [{
            "Sid": "Enable IAM User Permissions",
            "Effect": "Allow",
            "Principal": { "AWS": format!("arn:{partition}:iam::{account}:root") },
            "Action": "kms:*",
            "Resource": "*",
        }],
    });
    serde_json::to_string_pretty(&policy).unwrap_or_default()
}
