//! Log groups.

use rolecall_protocol::ServiceError;
use serde_json::{Map, json};

use super::{errors, group::Group, service::Logs};
use crate::embedded::{
    paging::page,
    request::{Outcome, Request, output},
    tags,
};

/// Source: API reference, PutRetentionPolicy, `retentionInDays`.
const RETENTIONS: [i64; 23] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653, 0,
];

impl Logs {
    pub(super) fn create_group(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("logGroupName")?;
        check_name(name, 512)?;
        let group = Group {
            name: name.to_owned(),
            arn: request.arn("logs", &format!("log-group:{name}")),
            created: self.host.now_millis(),
            key: request.text("kmsKeyId").map(str::to_owned),
            class: request
                .text("logGroupClass")
                .unwrap_or("STANDARD")
                .to_owned(),
            tags: tags::from_map(request.map("tags")),
            ..Group::default()
        };
        self.with(request, |kept| {
            if kept.groups.contains_key(name) {
                return Err(errors::group_exists());
            }
            kept.groups.insert(name.to_owned(), group);
            Ok(Map::new())
        })
    }

    pub(super) fn delete_group(&self, request: &Request<'_>) -> Outcome {
        let name = self.with_group(request, |group| Ok(group.name.clone()))?;
        self.with(request, |kept| kept.groups.remove(&name));
        Ok(Map::new())
    }

    pub(super) fn describe_groups(&self, request: &Request<'_>) -> Outcome {
        let prefix = request.text("logGroupNamePrefix");
        let part = request.text("logGroupNamePattern").map(str::to_lowercase);
        if prefix.is_some() && part.is_some() {
            return Err(errors::invalid(
                "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
            ));
        }
        let limit = limit(request, 50)?;
        self.with(request, |kept| {
            let wanted = |name: &str| {
                prefix.is_none_or(|prefix| name.starts_with(prefix))
                    && part
                        .as_ref()
                        .is_none_or(|part| name.to_lowercase().contains(part))
            };
            let groups = kept.groups.values().filter(|group| wanted(&group.name));
            let after = request.text("nextToken");
            let (groups, next) = page(groups, after, limit, |group| group.name.clone());
            let groups: Vec<_> = groups.into_iter().map(Group::described).collect();
            Ok(output(json!({ "logGroups": groups, "nextToken": next })))
        })
    }

    pub(super) fn put_retention(&self, request: &Request<'_>) -> Outcome {
        let days = request.integer("retentionInDays").unwrap_or_default();
        if days < 1 || !RETENTIONS.contains(&days) {
            return Err(errors::invalid(format!(
                "1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy \
                 constraint: Member must satisfy enum value set"
            )));
        }
        self.with_group(request, |group| {
            group.retention = u64::try_from(days).ok();
            Ok(Map::new())
        })
    }

    pub(super) fn delete_retention(&self, request: &Request<'_>) -> Outcome {
        self.with_group(request, |group| {
            group.retention = None;
            Ok(Map::new())
        })
    }

    pub(super) fn set_key(&self, request: &Request<'_>, key: Option<&str>) -> Outcome {
        self.with_group(request, |group| {
            group.key = key.map(str::to_owned);
            Ok(Map::new())
        })
    }
}

/// How many items a page may have.
pub(super) fn limit(request: &Request<'_>, most: usize) -> Result<usize, ServiceError> {
    let limit = request.count("limit", most);
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    let bound = if limit == 0 {
        "greater than or equal to 1".to_owned()
    } else {
        format!("less than or equal to {most}")
    };
    Err(errors::invalid(format!(
        "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: \
         Member must have value {bound}"
    )))
}

/// Source: API reference, CreateLogGroup, `logGroupName`.
fn check_name(name: &str, most: usize) -> Result<(), ServiceError> {
    let letters = |b: u8| b.is_ascii_alphanumeric() || b"._-/#".contains(&b);
    if (1..=most).contains(&name.len()) && name.bytes().all(letters) {
        return Ok(());
    }
    Err(errors::invalid(format!(
        "1 validation error detected: Value '{name}' at 'logGroupName' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+"
    )))
}
