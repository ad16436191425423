//! ListKeys, and the pages of every list.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{errors, service::Kms};
use crate::embedded::{
    paging::page,
    request::{Outcome, Request, output},
};

impl Kms {
    pub(super) fn list(&self, request: &Request<'_>) -> Outcome {
        let now = self.host.now_millis();
        let keys: Vec<(String, Value)> = self.keys.with(request.owner, request.region, |all| {
            all.expire(now);
            let keys = all.keys.values();
            keys.map(|key| {
                (
                    key.id.clone(),
                    json!({ "KeyId": key.id, "KeyArn": key.arn }),
                )
            })
            .collect()
        });
        listed(request, "Keys", keys, 1000, 100)
    }
}

/// A page of items by name. Source: API reference, the lists: `Limit`, `Marker`, `Truncated`.
pub(super) fn listed(
    request: &Request<'_>,
    member: &str,
    items: Vec<(String, Value)>,
    most: usize,
    default: usize,
) -> Outcome {
    let limit = limit(request, most, default)?;
    let marker = request.text("Marker");
    if marker.is_some_and(|marker| !items.iter().any(|(name, _)| name == marker)) {
        return Err(errors::marker());
    }
    let (items, next) = page(items, marker, limit, |(name, _)| name.clone());
    let items: Vec<Value> = items.into_iter().map(|(_, value)| value).collect();
    let mut answer: Map<String, Value> =
        output(json!({ "NextMarker": next, "Truncated": next.is_some() }));
    answer.insert(member.to_owned(), items.into());
    Ok(answer)
}

fn limit(request: &Request<'_>, most: usize, default: usize) -> Result<usize, ServiceError> {
    let Some(limit) = request.integer("Limit") else {
        return Ok(default);
    };
    match usize::try_from(limit) {
        Ok(limit) if (1..=most).contains(&limit) => Ok(limit),
        _ => {
            let bound = if limit < 1 {
                "greater than or equal to 1".to_owned()
            } else {
                format!("less than or equal to {most}")
            };
            let constraint = format!("Member must have value {bound}");
            Err(errors::constraint(&limit.to_string(), "limit", &constraint))
        }
    }
}
