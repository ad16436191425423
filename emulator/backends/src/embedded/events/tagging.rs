//! Tags of buses and rules.

use rolecall_protocol::ServiceError;
use serde_json::{Map, json};

use super::{
    bus::{Bus, DEFAULT},
    errors,
    service::Events,
};
use crate::embedded::{
    request::{Outcome, Request, output},
    tags::{self, Tags},
};

impl Events {
    /// None for what is no bus and no rule.
    pub(super) fn tag(&self, request: &Request<'_>) -> Option<Outcome> {
        self.tagged(request, |tags| {
            tags.extend(tags::from_pairs(request.list("Tags")));
            Map::new()
        })
    }

    pub(super) fn untag(&self, request: &Request<'_>) -> Option<Outcome> {
        let keys = request.texts("TagKeys");
        self.tagged(request, |tags| {
            tags.retain(|key, _| !keys.contains(&key.as_str()));
            Map::new()
        })
    }

    pub(super) fn tags(&self, request: &Request<'_>) -> Option<Outcome> {
        self.tagged(request, |tags| {
            output(json!({ "Tags": tags::to_pairs(tags) }))
        })
    }

    fn tagged(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut Tags) -> Map<String, serde_json::Value>,
    ) -> Option<Outcome> {
        let arn = match request.required("ResourceARN") {
            Ok(arn) => arn,
            Err(error) => return Some(Err(error)),
        };
        let (bus, rule) = named(arn)?;
        Some(self.with_bus(request, Some(bus), |bus, name| {
            tags_of(bus, name, rule).map(work)
        }))
    }
}

/// The bus of an ARN, and the rule if it is one.
fn named(arn: &str) -> Option<(&str, Option<&str>)> {
    let resource = arn.splitn(6, ':').nth(5)?;
    if resource.starts_with("event-bus/") {
        return Some((arn, None));
    }
    let path = resource.strip_prefix("rule/")?;
    Some(match path.split_once('/') {
        Some((bus, rule)) => (bus, Some(rule)),
        None => (DEFAULT, Some(path)),
    })
}

fn tags_of<'b>(
    bus: &'b mut Bus,
    name: &str,
    rule: Option<&str>,
) -> Result<&'b mut Tags, ServiceError> {
    match rule {
        None => Ok(&mut bus.tags),
        Some(rule) => match bus.rules.get_mut(rule) {
            Some(rule) => Ok(&mut rule.tags),
            None => Err(errors::no_rule(rule, name)),
        },
    }
}
