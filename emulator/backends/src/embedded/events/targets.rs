//! PutTargets and its kin.

use serde_json::{Map, Value, json};

use super::{errors, service::Events};
use crate::embedded::{
    paging::page,
    request::{Outcome, Request, output},
};

/// Source: quotas: targets of a rule.
const MOST: usize = 5;

impl Events {
    pub(super) fn put_targets(&self, request: &Request<'_>) -> Outcome {
        let targets = request.entries("Targets");
        for target in &targets {
            check(target)?;
        }
        self.with_rule(request, "Rule", |rule, _| {
            let id = |target: &Map<String, Value>| text(target, "Id");
            let new = targets
                .iter()
                .filter(|target| !rule.targets.contains_key(&id(target)))
                .count();
            if rule.targets.len() + new > MOST {
                return Err(errors::limit());
            }
            for target in targets {
                rule.targets.insert(id(target), target.clone());
            }
            Ok(output(
                json!({ "FailedEntryCount": 0, "FailedEntries": [] }),
            ))
        })
    }

    pub(super) fn remove_targets(&self, request: &Request<'_>) -> Outcome {
        let ids = request.texts("Ids");
        self.with_rule(request, "Rule", |rule, _| {
            rule.targets.retain(|id, _| !ids.contains(&id.as_str()));
            Ok(output(
                json!({ "FailedEntryCount": 0, "FailedEntries": [] }),
            ))
        })
    }

    pub(super) fn list_targets(&self, request: &Request<'_>) -> Outcome {
        self.with_rule(request, "Rule", |rule, _| {
            let after = request.text("NextToken");
            let limit = request.count("Limit", 100);
            let (targets, next) = page(&rule.targets, after, limit, |(id, _)| (*id).clone());
            let targets: Vec<_> = targets.into_iter().map(|(_, target)| target).collect();
            Ok(output(json!({ "Targets": targets, "NextToken": next })))
        })
    }

    pub(super) fn rules_by_target(&self, request: &Request<'_>) -> Outcome {
        let arn = request.required("TargetArn")?;
        self.with_bus(request, request.text("EventBusName"), |bus, _| {
            let rules = bus.rules.iter().filter(|(_, rule)| {
                rule.targets
                    .values()
                    .any(|target| text(target, "Arn") == arn)
            });
            let names = rules.map(|(name, _)| name.clone());
            let after = request.text("NextToken");
            let (names, next) = page(names, after, request.count("Limit", 100), String::clone);
            Ok(output(json!({ "RuleNames": names, "NextToken": next })))
        })
    }
}

pub(super) fn text(target: &Map<String, Value>, member: &str) -> String {
    target
        .get(member)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// Source: API reference, Target: the inputs exclude each other, and a template needs to be one.
fn check(target: &Map<String, Value>) -> Result<(), rolecall_protocol::ServiceError> {
    let (id, arn) = (text(target, "Id"), text(target, "Arn"));
    if !arn.starts_with("arn:") {
        return Err(errors::validation(format!(
            "Parameter {arn} is not valid. Reason: Provided Arn is not in correct format."
        )));
    }
    let inputs = ["Input", "InputPath", "InputTransformer"];
    if inputs
        .iter()
        .filter(|name| target.contains_key(**name))
        .count()
        > 1
    {
        return Err(errors::validation(format!(
            "Only one of Input, InputPath, or InputTransformer must be provided for target {id}."
        )));
    }
    let input = target.get("Input").and_then(Value::as_str);
    if input.is_some_and(|input| serde_json::from_str::<Value>(input).is_err()) {
        return Err(errors::validation(format!(
            "JSON syntax error in input for target {id}."
        )));
    }
    if arn.contains(":sqs:") && crate::embedded::request::is_fifo(&arn) {
        let group = target
            .get("SqsParameters")
            .and_then(|p| p.get("MessageGroupId"));
        if group.is_none() {
            return Err(errors::validation(format!(
                "Parameter(s) SqsParameters must be specified for target: {id}."
            )));
        }
    }
    Ok(())
}
