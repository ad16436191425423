//! PutEvents and TestEventPattern.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{
    errors,
    event::event,
    service::{Events, place},
};
use crate::embedded::{
    ids::uuid,
    patterns::{Dialect, check, matches},
    request::{Outcome, Request, output},
};

/// Source: API reference, PutEvents: 256 KB for all entries.
const MAXIMUM_SIZE: usize = 262_144;

impl Events {
    pub(super) fn put_events(&self, request: &Request<'_>) -> Outcome {
        let entries = request.entries("Entries");
        check_count(entries.len())?;
        if entries.iter().map(|entry| size(entry)).sum::<usize>() > MAXIMUM_SIZE {
            return Err(errors::validation(
                "Total size of the entries in the request is over the limit.",
            ));
        }
        let mut results = Vec::new();
        let mut failed = 0;
        for entry in entries {
            match detail(entry) {
                Ok(detail) => {
                    let id = self.put(request, entry, &detail);
                    results.push(json!({ "EventId": id }));
                }
                Err((code, message)) => {
                    failed += 1;
                    results.push(json!({ "ErrorCode": code, "ErrorMessage": message }));
                }
            }
        }
        Ok(output(
            json!({ "FailedEntryCount": failed, "Entries": results }),
        ))
    }

    /// Puts one event on its bus; what goes to a bus that is not there is lost, without an error.
    fn put(&self, request: &Request<'_>, entry: &Map<String, Value>, detail: &Value) -> String {
        let now = self.host.now_millis();
        let id = uuid(self.host.random());
        let bus = entry.get("EventBusName").and_then(Value::as_str);
        let (account, bus) = place_of(request, bus);
        let event = event(
            entry,
            detail,
            &id,
            request.caller_account,
            request.region,
            now,
        );
        // Copied, so that no lock is held while deliveries are decided.
        let rules = self.buses.with(&account, request.region, |all| {
            let rules = all.0.get(&bus).map(|bus| bus.rules.clone());
            rules.unwrap_or_default()
        });
        for (name, rule) in rules {
            let pattern = rule.pattern.as_deref().filter(|_| rule.is_enabled());
            let pattern = pattern.and_then(|text| check(text, Dialect::Events).ok());
            if pattern.is_some_and(|pattern| matches(&pattern, &event)) {
                self.invoke(&name, &rule, &account, &event, now);
            }
        }
        id
    }
}

fn place_of(request: &Request<'_>, bus: Option<&str>) -> (String, String) {
    let (account, name) = match bus {
        Some(bus) if bus.starts_with("arn:") => {
            let mut parts = bus.splitn(6, ':').skip(4);
            let (account, resource) = (parts.next(), parts.next().unwrap_or_default());
            let name = resource.strip_prefix("event-bus/").unwrap_or(resource);
            (account.unwrap_or(request.owner), name)
        }
        // A name means a bus of the caller's.
        Some(name) => (request.caller_account, name),
        None => (request.caller_account, place(request, None).1),
    };
    (account.to_owned(), name.to_owned())
}

fn check_count(count: usize) -> Result<(), ServiceError> {
    let bound = match count {
        0 => "greater than or equal to 1",
        1..=10 => return Ok(()),
        _ => "less than or equal to 10",
    };
    Err(errors::validation(format!(
        "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must \
         have length {bound}"
    )))
}

/// The detail of an entry, or the code and the message that the entry gets.
fn detail(entry: &Map<String, Value>) -> Result<Value, (&'static str, String)> {
    let text = |member: &str| {
        entry
            .get(member)
            .and_then(Value::as_str)
            .filter(|t| !t.is_empty())
    };
    for member in ["Source", "DetailType", "Detail"] {
        if text(member).is_none() {
            let message = format!(
                "Parameter {member} is not valid. Reason: {member} is a required argument."
            );
            return Err(("InvalidArgument", message));
        }
    }
    if text("Source").is_some_and(|source| source.starts_with("aws.")) {
        let message = "Not authorized for the source.".to_owned();
        return Err(("NotAuthorizedForSourceException", message));
    }
    match serde_json::from_str(text("Detail").unwrap_or_default()) {
        Ok(detail @ Value::Object(_)) => Ok(detail),
        _ => Err(("MalformedDetail", "Detail is malformed.".to_owned())),
    }
}

/// Source: user guide, "Calculating PutEvents event entry size".
fn size(entry: &Map<String, Value>) -> usize {
    let texts = ["Source", "DetailType", "Detail"];
    let text = |value: &Value| value.as_str().map_or(0, str::len);
    let own: usize = texts
        .iter()
        .filter_map(|name| entry.get(*name))
        .map(text)
        .sum();
    let resources = entry.get("Resources").and_then(Value::as_array);
    let resources: usize = resources.into_iter().flatten().map(text).sum();
    own + resources + if entry.contains_key("Time") { 14 } else { 0 }
}

/// TestEventPattern.
pub(super) fn test_pattern(request: &Request<'_>) -> Outcome {
    let pattern = check(request.required("EventPattern")?, Dialect::Events)
        .map_err(|reason| errors::pattern(&reason))?;
    let event: Option<Value> = serde_json::from_str(request.required("Event")?).ok();
    let Some(event @ Value::Object(_)) = event else {
        return Err(errors::validation("Parameter Event is not valid."));
    };
    // Source: API reference, TestEventPattern, `Event`: the fields that it must have.
    let needed = [
        "id",
        "account",
        "source",
        "time",
        "region",
        "resources",
        "detail-type",
    ];
    if let Some(missing) = needed.iter().find(|name| event.get(**name).is_none()) {
        // Assumed: the text.
        return Err(errors::validation(format!(
            "Parameter Event is not valid. Reason: {missing} is missing."
        )));
    }
    Ok(output(json!({ "Result": matches(&pattern, &event) })))
}
