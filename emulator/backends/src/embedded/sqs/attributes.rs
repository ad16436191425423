//! Attributes of queues.

use std::collections::BTreeMap;

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{errors, queue::Queue, service::Sqs};
use crate::embedded::request::{Outcome, Request, output};

/// The attributes that can be set, with what they are where they are not.
/// Source: API reference, SetQueueAttributes.
const SETTABLE: [(&str, Option<&str>); 17] = [
    ("DelaySeconds", Some("0")),
    ("MaximumMessageSize", Some("1048576")),
    ("MessageRetentionPeriod", Some("345600")),
    ("Policy", None),
    ("ReceiveMessageWaitTimeSeconds", Some("0")),
    ("RedrivePolicy", None),
    ("RedriveAllowPolicy", None),
    ("VisibilityTimeout", Some("30")),
    ("KmsMasterKeyId", None),
    ("KmsDataKeyReusePeriodSeconds", None),
    ("SqsManagedSseEnabled", Some("true")),
    ("FifoQueue", None),
    ("ContentBasedDeduplication", None),
    ("DeduplicationScope", None),
    ("FifoThroughputLimit", None),
    ("DeadLetterQueueSourceArn", None),
    ("TracingConfig", None),
];

/// The attributes that are numbers, with their limits. Source: API reference, SetQueueAttributes.
const NUMBERS: [(&str, u64, u64); 6] = [
    ("DelaySeconds", 0, 900),
    ("MaximumMessageSize", 1024, 1_048_576),
    ("MessageRetentionPeriod", 60, 1_209_600),
    ("ReceiveMessageWaitTimeSeconds", 0, 20),
    ("VisibilityTimeout", 0, 43_200),
    ("KmsDataKeyReusePeriodSeconds", 60, 86_400),
];

/// The attributes that are computed.
const COMPUTED: [&str; 6] = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
    "QueueArn",
];

impl Sqs {
    pub(super) fn attributes(&self, request: &Request<'_>) -> Outcome {
        let names = request.texts("AttributeNames");
        let now = self.host.now_millis();
        let known = || {
            COMPUTED
                .into_iter()
                .chain(SETTABLE.iter().map(|(name, _)| *name))
        };
        if let Some(unknown) = names
            .iter()
            .find(|n| **n != "All" && !known().any(|k| k == **n))
        {
            return Err(errors::unknown_attribute(unknown));
        }
        self.with_queue(request, |queue| {
            let attributes: Map<String, Value> = known()
                .filter(|name| names.contains(&"All") || names.contains(name))
                .filter_map(|name| Some((name.to_owned(), queue.attribute(name, now)?.into())))
                .collect();
            let some = (!attributes.is_empty()).then_some(attributes);
            Ok(output(json!({ "Attributes": some })))
        })
    }

    pub(super) fn set_attributes(&self, request: &Request<'_>) -> Outcome {
        let wanted = read(request)?;
        let now = self.host.now_millis();
        let name = super::service::queue_name(request)?;
        self.with(request, |all| match all.get(name) {
            Some(queue) => check_redrive(&wanted, &queue.arn, all),
            None => Err(errors::no_queue()),
        })?;
        self.with_queue(request, |queue| {
            for (name, value) in wanted {
                // An empty policy takes the policy away.
                if value.is_empty() {
                    queue.attributes.remove(&name);
                } else {
                    queue.attributes.insert(name, value);
                }
            }
            queue.modified = now;
            Ok(Map::new())
        })
    }
}

impl Queue {
    /// The value of an attribute, set, computed or by default.
    pub(super) fn attribute(&self, name: &str, now: u64) -> Option<String> {
        let count = |wanted: &dyn Fn(&super::message::Message) -> bool| {
            Some(
                self.messages
                    .iter()
                    .filter(|message| wanted(message))
                    .count()
                    .to_string(),
            )
        };
        match name {
            "ApproximateNumberOfMessages" => count(&|m| m.visible <= now),
            "ApproximateNumberOfMessagesNotVisible" => count(&|m| m.in_flight(now)),
            "ApproximateNumberOfMessagesDelayed" => {
                count(&|m| m.visible > now && !m.in_flight(now))
            }
            "CreatedTimestamp" => Some((self.created / 1000).to_string()),
            "LastModifiedTimestamp" => Some((self.modified / 1000).to_string()),
            "QueueArn" => Some(self.arn.clone()),
            // A customer key takes the place of the managed encryption.
            "SqsManagedSseEnabled" if self.key_id().is_some() => Some("false".to_owned()),
            _ => self
                .attributes
                .get(name)
                .cloned()
                .or_else(|| self.default(name)),
        }
    }

    fn default(&self, name: &str) -> Option<String> {
        if name == "ContentBasedDeduplication" && self.is_fifo() {
            return Some("false".to_owned());
        }
        let (_, default) = SETTABLE.iter().find(|(settable, _)| *settable == name)?;
        default.map(str::to_owned)
    }
}

/// The attributes of a request, checked.
pub(super) fn read(request: &Request<'_>) -> Result<BTreeMap<String, String>, ServiceError> {
    let mut attributes = BTreeMap::new();
    for (name, value) in request.map("Attributes").into_iter().flatten() {
        if !SETTABLE.iter().any(|(settable, _)| settable == name) {
            return Err(errors::unknown_attribute(name));
        }
        let value = value.as_str().unwrap_or_default();
        check_number(name, value)?;
        attributes.insert(name.clone(), value.to_owned());
    }
    Ok(attributes)
}

/// Refuses a redrive policy whose dead-letter queue, of the same owner, is not there, is of the
/// other type or does not let this queue in.
/// Source: developer guide, "Using dead-letter queues"; API reference, SetQueueAttributes.
pub(super) fn check_redrive(
    wanted: &BTreeMap<String, String>,
    arn: &str,
    all: &super::service::Queues,
) -> Result<(), ServiceError> {
    let Some(text) = wanted.get("RedrivePolicy").filter(|text| !text.is_empty()) else {
        return Ok(());
    };
    let refused = |reason: &str| {
        errors::invalid_parameter(format!(
            "Value {text} for parameter RedrivePolicy is invalid. Reason: {reason}"
        ))
    };
    let policy: Value = serde_json::from_str(text)
        .map_err(|_| refused("Redrive policy is not a valid JSON map."))?;
    let most = policy.get("maxReceiveCount");
    let most = most.and_then(|most| most.as_u64().or_else(|| most.as_str()?.parse().ok()));
    if !most.is_some_and(|most| (1..=1000).contains(&most)) {
        return Err(refused(
            "Invalid value for maxReceiveCount: must be between 1 and 1000.",
        ));
    }
    let Some(target) = policy.get("deadLetterTargetArn").and_then(Value::as_str) else {
        return Err(refused(
            "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.",
        ));
    };
    let Some(queue) = all.values().find(|queue| queue.arn == target) else {
        return Err(refused("Dead letter target does not exist."));
    };
    if queue.is_fifo() != crate::embedded::request::is_fifo(arn) {
        return Err(refused(
            "Dead-letter queue must be same type of queue as the source.",
        ));
    }
    if !queue.lets_in(arn) {
        return Err(refused(
            "Dead letter target does not let this queue use it.",
        ));
    }
    Ok(())
}

impl Queue {
    /// Whether `RedriveAllowPolicy` lets a source use this as its dead-letter queue.
    fn lets_in(&self, source: &str) -> bool {
        let policy = self.attributes.get("RedriveAllowPolicy");
        let policy: Option<Value> = policy.and_then(|text| serde_json::from_str(text).ok());
        let Some(policy) = policy else {
            return true;
        };
        match policy.get("redrivePermission").and_then(Value::as_str) {
            Some("denyAll") => false,
            Some("byQueue") => {
                let sources = policy.get("sourceQueueArns").and_then(Value::as_array);
                sources.is_some_and(|sources| sources.iter().any(|one| one == source))
            }
            _ => true,
        }
    }
}

fn check_number(name: &str, value: &str) -> Result<(), ServiceError> {
    let Some((_, least, most)) = NUMBERS.iter().find(|(number, _, _)| *number == name) else {
        return Ok(());
    };
    match value.parse::<u64>() {
        Ok(number) if (*least..=*most).contains(&number) => Ok(()),
        _ => Err(errors::invalid_attribute(name)),
    }
}
