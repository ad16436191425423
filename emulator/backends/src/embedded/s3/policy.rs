//! Bucket policies.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{errors, service::S3};
use crate::{
    backend::Body,
    embedded::request::{Outcome, Request, output},
};

impl S3 {
    pub(super) fn policy(&self, request: &Request<'_>) -> Outcome {
        self.with_bucket(request, |bucket| match &bucket.policy {
            Some(policy) => Ok(output(json!({ "Policy": policy }))),
            None => Err(errors::no_configuration(
                "NoSuchBucketPolicy",
                "The bucket policy does not exist",
                &bucket.name,
            )),
        })
    }

    /// The policy is a member or, where the protocol keeps payloads apart, the body.
    pub(super) async fn put_policy(&self, request: &Request<'_>, body: Body) -> Outcome {
        let mut text = request.text("Policy").unwrap_or_default().to_owned();
        if text.is_empty() {
            let mut bytes = Vec::new();
            body.for_each(|piece| bytes.extend_from_slice(&piece))
                .await?;
            text = String::from_utf8_lossy(&bytes).into_owned();
        }
        check(&text)?;
        self.with_bucket(request, |bucket| {
            bucket.policy = Some(text);
            Ok(Map::new())
        })
    }

    pub(super) fn delete_policy(&self, request: &Request<'_>) -> Outcome {
        self.with_bucket(request, |bucket| {
            bucket.policy = None;
            Ok(Map::new())
        })
    }

    /// Whether a policy is public is for the evaluator to say; new buckets block public policies.
    pub(super) fn policy_status(&self, request: &Request<'_>) -> Outcome {
        self.policy(request)?;
        Ok(output(json!({ "PolicyStatus": { "IsPublic": false } })))
    }
}

/// The server reads the policy when it decides; here it has to be a document at all.
fn check(text: &str) -> Result<(), ServiceError> {
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(_)) => Ok(()),
        Ok(_) => Err(errors::malformed_policy(
            "Policies must be valid JSON and the first byte must be '{'",
        )),
        Err(_) => Err(errors::malformed_policy(
            "This policy contains invalid Json",
        )),
    }
}
