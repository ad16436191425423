//! GetSecretValue, BatchGetSecretValue.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{
    errors,
    secret::{CURRENT, Secret, Version},
    service::{SecretsManager, find},
};
use crate::embedded::request::{Outcome, Request, output, timestamp};

impl SecretsManager {
    pub(super) fn value(&self, request: &Request<'_>) -> Outcome {
        let now = self.host.now_millis();
        self.with_live_secret(request, |secret| {
            let (id, version) = wanted(
                secret,
                request.text("VersionId"),
                request.text("VersionStage"),
            )?;
            let answer = shown(secret, id, version);
            secret.accessed = Some(now);
            Ok(answer)
        })
    }

    pub(super) fn values(&self, request: &Request<'_>) -> Map<String, Value> {
        let mut values = Vec::new();
        let mut errors = Vec::new();
        self.with(request, |all| {
            for id in request.texts("SecretIdList") {
                let value = find(all, id).and_then(|secret| {
                    let (version_id, version) = wanted(secret, None, None)?;
                    Ok(shown(secret, version_id, version))
                });
                match value {
                    Ok(value) => values.push(Value::Object(value)),
                    Err(e) => errors.push(json!({
                        "SecretId": id, "ErrorCode": e.code, "Message": e.message,
                    })),
                }
            }
        });
        output(json!({ "SecretValues": values, "Errors": errors }))
    }
}

fn wanted<'s>(
    secret: &'s Secret,
    id: Option<&str>,
    stage: Option<&str>,
) -> Result<(&'s String, &'s Version), ServiceError> {
    if let Some(id) = id {
        let found = secret.versions.get_key_value(id);
        let staged = |version: &Version| stage.is_none_or(|stage| version.stages.contains(stage));
        return found
            .filter(|(_, version)| staged(version))
            .ok_or_else(|| errors::no_value("VersionId", id));
    }
    let stage = stage.unwrap_or(CURRENT);
    secret
        .staged(stage)
        .and_then(|id| secret.versions.get_key_value(id))
        .ok_or_else(|| errors::no_value("staging label", stage))
}

fn shown(secret: &Secret, id: &str, version: &Version) -> Map<String, Value> {
    output(json!({
        "ARN": secret.arn,
        "Name": secret.name,
        "VersionId": id,
        "SecretString": version.text,
        "SecretBinary": version.binary,
        "VersionStages": version.stages,
        "CreatedDate": timestamp(version.created),
    }))
}
