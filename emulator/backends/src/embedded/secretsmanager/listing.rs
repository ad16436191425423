//! DescribeSecret, ListSecrets, ListSecretVersionIds.

use serde_json::{Map, Value, json};

use super::{secret::Secret, service::SecretsManager};
use crate::embedded::request::{Outcome, Request, output, timestamp};

impl SecretsManager {
    pub(super) fn describe(&self, request: &Request<'_>) -> Outcome {
        self.with_secret(request, |secret| {
            Ok(secret.description("VersionIdsToStages"))
        })
    }

    pub(super) fn list(&self, request: &Request<'_>) -> Outcome {
        let size = request.count("MaxResults", 100).min(100);
        let after = request.text("NextToken").unwrap_or_default();
        let deleted_too = request.flag("IncludePlannedDeletion");
        let filters = request.entries("Filters");
        self.with(request, |all| {
            let mut shown: Vec<&Secret> = all
                .values()
                .filter(|secret| secret.name.as_str() > after)
                .filter(|secret| deleted_too || secret.deleted.is_none())
                .filter(|secret| filters.iter().all(|filter| matches(filter, secret)))
                .take(size + 1)
                .collect();
            let more = shown.len() > size;
            shown.truncate(size);
            let next = shown
                .last()
                .filter(|_| more)
                .map(|secret| secret.name.clone());
            let list: Vec<_> = shown
                .iter()
                .map(|secret| secret.description("SecretVersionsToStages"))
                .collect();
            Ok(output(json!({ "SecretList": list, "NextToken": next })))
        })
    }

    pub(super) fn versions(&self, request: &Request<'_>) -> Outcome {
        let deprecated_too = request.flag("IncludeDeprecated");
        self.with_secret(request, |secret| {
            let versions: Vec<Value> = secret
                .versions
                .iter()
                .filter(|(_, version)| deprecated_too || !version.stages.is_empty())
                .map(|(id, version)| {
                    json!({
                        "VersionId": id,
                        "VersionStages": version.stages,
                        "CreatedDate": timestamp(version.created),
                    })
                })
                .collect();
            Ok(output(
                json!({ "ARN": secret.arn, "Name": secret.name, "Versions": versions }),
            ))
        })
    }
}

/// Whether a filter lets a secret through: by prefix, `!` negates.
/// Source: API reference, ListSecrets, `Filter`.
fn matches(filter: &Map<String, Value>, secret: &Secret) -> bool {
    let key = filter
        .get("Key")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let candidates: Vec<&str> = match key {
        "name" => vec![secret.name.as_str()],
        "description" => secret.description.as_deref().into_iter().collect(),
        "tag-key" => secret.tags.keys().map(String::as_str).collect(),
        "tag-value" => secret.tags.values().map(String::as_str).collect(),
        _ => [Some(secret.name.as_str()), secret.description.as_deref()]
            .into_iter()
            .flatten()
            .chain(
                secret
                    .tags
                    .iter()
                    .flat_map(|(k, v)| [k.as_str(), v.as_str()]),
            )
            .collect(),
    };
    let values = filter
        .get("Values")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let starts = |value: &str| {
        candidates
            .iter()
            .any(|candidate| candidate.starts_with(value))
    };
    values
        .iter()
        .filter_map(Value::as_str)
        .any(|value| match value.strip_prefix('!') {
            Some(unwanted) => !starts(unwanted),
            None => starts(value),
        })
}
