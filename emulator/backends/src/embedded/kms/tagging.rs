//! Tags of keys, in KMS's own words.

use std::collections::BTreeMap;

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{errors, listing::listed, service::Kms};
use crate::embedded::{
    request::{Outcome, Request},
    tags::Tags,
};

/// Source: developer guide, "Resource quotas".
const MOST: usize = 50;

impl Kms {
    pub(super) fn tag(&self, request: &Request<'_>) -> Outcome {
        let tags = read(request)?;
        self.with_key_itself(request, |key| {
            key.not_pending_deletion()?;
            let mut all = key.tags.clone();
            all.extend(tags);
            if all.len() > MOST {
                return Err(errors::limit(format!(
                    "A key can have {MOST} tags at most."
                )));
            }
            key.tags = all;
            Ok(Map::new())
        })
    }

    pub(super) fn untag(&self, request: &Request<'_>) -> Outcome {
        let keys = request.texts("TagKeys");
        self.with_key_itself(request, |key| {
            key.not_pending_deletion()?;
            key.tags.retain(|name, _| !keys.contains(&name.as_str()));
            Ok(Map::new())
        })
    }

    pub(super) fn tags(&self, request: &Request<'_>) -> Outcome {
        let tags = self.with_key_itself(request, |key| Ok(key.tags.clone()))?;
        let tags = tags
            .into_iter()
            .map(|(key, value)| (key.clone(), json!({ "TagKey": key, "TagValue": value })))
            .collect();
        listed(request, "Tags", tags, 50, 50)
    }
}

/// Reads `Tags`.
pub(super) fn read(request: &Request<'_>) -> Result<Tags, ServiceError> {
    let mut tags = BTreeMap::new();
    for tag in request.entries("Tags") {
        let text = |name: &str| tag.get(name).and_then(Value::as_str).unwrap_or_default();
        let (key, value) = (text("TagKey"), text("TagValue"));
        if key.starts_with("aws:") || key.is_empty() || key.len() > 128 || value.len() > 256 {
            let message = format!("Invalid tag key or value: {key}");
            return Err(ServiceError::new("TagException", message));
        }
        if tags.insert(key.to_owned(), value.to_owned()).is_some() {
            let message = format!("Duplicate tag key: {key}");
            return Err(ServiceError::new("TagException", message));
        }
    }
    if tags.len() > MOST {
        return Err(errors::limit(format!(
            "A key can have {MOST} tags at most."
        )));
    }
    Ok(tags)
}

/// Writes `[{TagKey, TagValue}]`.
pub(super) fn write(tags: &Tags) -> Value {
    let pairs = tags.iter();
    pairs
        .map(|(key, value)| json!({ "TagKey": key, "TagValue": value }))
        .collect()
}
