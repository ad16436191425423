//! The resource policy of a secret.

use serde_json::json;

use super::{service::SecretsManager, writing::identity};
use crate::embedded::request::{Outcome, Request, output};

impl SecretsManager {
    pub(super) fn policy(&self, request: &Request<'_>) -> Outcome {
        self.with_secret(request, |secret| {
            Ok(output(json!({
                "ARN": secret.arn, "Name": secret.name, "ResourcePolicy": secret.policy,
            })))
        })
    }

    pub(super) fn put_policy(&self, request: &Request<'_>) -> Outcome {
        let policy = request.required("ResourcePolicy")?;
        self.with_live_secret(request, |secret| {
            secret.policy = Some(policy.to_owned());
            Ok(identity(secret))
        })
    }

    pub(super) fn delete_policy(&self, request: &Request<'_>) -> Outcome {
        self.with_live_secret(request, |secret| {
            secret.policy = None;
            Ok(identity(secret))
        })
    }
}
