//! Configurations of which a bucket has several, each with an id, kept as they were put.
//!
//! Source: API reference, the `Put`, `Get`, `Delete` and `List` operations of metrics, analytics,
//! inventory and intelligent tiering: a list has at most 100, in the order of the ids (assumed).

use serde_json::{Map, Value, json};

use super::{errors, service::S3};
use crate::embedded::request::{Outcome, Request, output};

const PAGE: usize = 100;

/// The kinds: part of the names of the operations, and the member that holds one.
const KINDS: [(&str, &str); 4] = [
    ("BucketAnalyticsConfiguration", "AnalyticsConfiguration"),
    (
        "BucketIntelligentTieringConfiguration",
        "IntelligentTieringConfiguration",
    ),
    ("BucketInventoryConfiguration", "InventoryConfiguration"),
    ("BucketMetricsConfiguration", "MetricsConfiguration"),
];

impl S3 {
    /// Answers `Put`, `Get`, `Delete` and `List` of such configurations.
    pub(super) fn identified(&self, request: &Request<'_>) -> Option<Outcome> {
        let kind = |prefix: &str| {
            let name = request.operation.strip_prefix(prefix)?;
            let name = name
                .strip_suffix('s')
                .filter(|_| prefix == "List")
                .unwrap_or(name);
            KINDS
                .iter()
                .find(|(kind, _)| *kind == name)
                .map(|(_, member)| *member)
        };
        kind("Put")
            .map(|member| self.put_identified(request, member))
            .or_else(|| kind("Get").map(|member| self.get_identified(request, member)))
            .or_else(|| kind("Delete").map(|member| self.delete_identified(request, member)))
            .or_else(|| kind("List").map(|member| self.list_identified(request, member)))
    }

    fn put_identified(&self, request: &Request<'_>, member: &'static str) -> Outcome {
        let id = request.required("Id")?.to_owned();
        let value = request.parameters.get(member).cloned();
        let value = value.ok_or_else(errors::malformed_xml)?;
        self.with_bucket(request, |bucket| {
            bucket.identified.insert((member, id), value);
            Ok(Map::new())
        })
    }

    fn get_identified(&self, request: &Request<'_>, member: &'static str) -> Outcome {
        let id = request.required("Id")?.to_owned();
        self.with_bucket(request, |bucket| {
            let value = bucket.identified.get(&(member, id));
            let value = value.ok_or_else(|| missing(&bucket.name))?;
            Ok(output(json!({ member: value })))
        })
    }

    fn delete_identified(&self, request: &Request<'_>, member: &'static str) -> Outcome {
        let id = request.required("Id")?.to_owned();
        self.with_bucket(request, |bucket| {
            let removed = bucket.identified.remove(&(member, id));
            removed
                .map(|_| Map::new())
                .ok_or_else(|| missing(&bucket.name))
        })
    }

    fn list_identified(&self, request: &Request<'_>, member: &'static str) -> Outcome {
        let token = request.text("ContinuationToken");
        self.with_bucket(request, |bucket| {
            let mut page: Vec<(&String, &Value)> = bucket
                .identified
                .iter()
                .filter(|((kind, _), _)| *kind == member)
                .map(|((_, id), value)| (id, value))
                .filter(|(id, _)| token.is_none_or(|token| id.as_str() > token))
                .take(PAGE + 1)
                .collect();
            let more = page.len() > PAGE;
            page.truncate(PAGE);
            let next = page.last().filter(|_| more).map(|(id, _)| (*id).clone());
            let values: Vec<&Value> = page.iter().map(|(_, value)| *value).collect();
            let list = format!("{member}List");
            Ok(output(json!({
                list: (!values.is_empty()).then_some(values),
                "IsTruncated": more,
                "ContinuationToken": token,
                "NextContinuationToken": next,
            })))
        })
    }
}

fn missing(bucket: &str) -> rolecall_protocol::ServiceError {
    let message = "The specified configuration does not exist.";
    errors::no_configuration("NoSuchConfiguration", message, bucket)
}
