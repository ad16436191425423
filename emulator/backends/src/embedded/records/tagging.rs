//! Tags of records, by their ARNs.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value};

use super::{
    engine::Records,
    kinds,
    projection::{self, TAGS},
    record::Record,
};
use crate::{
    backend::BackendCall,
    embedded::{
        request::{Outcome, Request},
        tags::Tags,
    },
};

/// Reads tags as they are given: a map, or a list of pairs.
pub(super) fn read(parameters: &Map<String, Value>) -> Tags {
    let mut tags = Tags::new();
    for given in TAGS.iter().filter_map(|name| parameters.get(*name)) {
        match given {
            Value::Object(map) => {
                let pairs = map.iter();
                tags.extend(pairs.filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned()))));
            }
            Value::Array(pairs) => tags.extend(pairs.iter().filter_map(pair)),
            _ => {}
        }
    }
    tags
}

fn pair(pair: &Value) -> Option<(String, String)> {
    let members = pair.as_object()?;
    let text = |wanted: &str| {
        let mut members = members.iter();
        let found = members.find(|(name, _)| name.to_lowercase().ends_with(wanted))?;
        found.1.as_str().map(str::to_owned)
    };
    Some((text("key")?, text("value").unwrap_or_default()))
}

impl Records {
    /// Answers the operations on tags of the services that have records.
    pub(super) fn tagging(&self, call: &BackendCall, request: &Request<'_>) -> Option<Outcome> {
        let service = call.call.service.name.as_str();
        let kinds: Vec<_> = kinds::of(service)
            .filter(|kind| !kind.arn.is_empty())
            .collect();
        let first = kinds.first()?;
        let known = [
            "TagResource",
            "UntagResource",
            "ListTagsForResource",
            "GetTags",
        ];
        if !known.contains(&request.operation) {
            return None;
        }
        let arn = ["resourceArn", "ResourceArn", "ResourceARN"];
        let arn = arn.iter().find_map(|member| request.text(member))?;
        let keys = ["tagKeys", "TagKeys"]
            .map(|member| request.texts(member))
            .concat();
        let given = read(request.parameters);
        let outcome = self.kept.with(request.owner, request.region, |all| {
            let has_arn = |record: &Record| {
                let kind = kinds.iter().find(|kind| kind.noun == record.noun);
                kind.is_some_and(|kind| record.text(kind.arn) == Some(arn))
            };
            let records = all.get_mut(service);
            let record = records.and_then(|all| all.iter_mut().find(|record| has_arn(record)));
            let Some(record) = record else {
                // Assumed: the text; services differ.
                let message = format!("Resource {arn} not found");
                return Err(ServiceError::new(first.missing.0, message));
            };
            if request.operation == "UntagResource" {
                record.tags.retain(|key, _| !keys.contains(&key.as_str()));
            } else if request.operation == "TagResource" {
                record.tags.extend(given);
            }
            Ok(record.tags.clone())
        });
        Some(outcome.map(|tags| Self::tags_answer(call, request, &tags)))
    }

    fn tags_answer(call: &BackendCall, request: &Request<'_>, tags: &Tags) -> Map<String, Value> {
        if matches!(request.operation, "TagResource" | "UntagResource") {
            return Map::new();
        }
        let service = &call.call.service;
        let output = call
            .call
            .operation()
            .output
            .and_then(|id| service.structure(id));
        let members = output.into_iter().flat_map(|output| &output.members);
        members
            .filter(|member| TAGS.contains(&member.name.as_str()))
            .filter_map(|member| {
                let tags = projection::tags(service, member.shape, tags)?;
                Some((member.name.clone(), tags))
            })
            .collect()
    }

    /// Looks at the record with an ARN, in whichever service it is, for a fact.
    fn with_arn<R>(&self, arn: &str, look: impl Fn(&Record) -> R) -> Option<R> {
        let mut parts = arn.splitn(6, ':').skip(3);
        let (region, account) = (parts.next()?, parts.next()?);
        self.kept.with(account, region, |all| {
            let mut records = all.values().flatten();
            let found = records.find(|record| {
                let kind = kinds::all().find(|kind| kind.noun == record.noun);
                kind.is_some_and(|kind| record.text(kind.arn) == Some(arn))
            })?;
            Some(look(found))
        })
    }

    /// The tags of an ARN; none if there is no such record.
    pub(crate) fn tags_of(&self, arn: &str) -> Option<Tags> {
        self.with_arn(arn, |record| record.tags.clone())
    }

    /// The repository policy of an ARN.
    pub(crate) fn policy_of(&self, arn: &str) -> Option<String> {
        self.with_arn(arn, |record| record.text("policyText").map(str::to_owned))?
    }
}
