//! Publish and PublishBatch.

use std::collections::BTreeSet;

use rolecall_protocol::ServiceError;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    errors, filter,
    notification::Notification,
    service::Sns,
    topic::{Subscription, Topic},
};
use crate::{
    backend::Delivery,
    embedded::{
        ids::uuid,
        request::{Outcome, Request, output},
        sqs::managed_alias,
    },
};

/// Source: API reference, Publish, `Message`.
const MAXIMUM_SIZE: usize = 262_144;

impl Sns {
    pub(super) fn publish(&self, request: &Request<'_>) -> Outcome {
        let arn = request
            .text("TopicArn")
            .or_else(|| request.text("TargetArn"));
        let arn = arn.ok_or_else(|| {
            errors::invalid("TopicArn or TargetArn Reason: no value for required parameter")
        })?;
        self.publish_to(arn, request)
    }

    pub(super) fn publish_batch(&self, request: &Request<'_>) -> Outcome {
        let arn = request
            .text("TopicArn")
            .ok_or_else(|| errors::invalid("TopicArn"))?;
        self.with_topic(arn, |_| Ok(()))?;
        let entries = request.entries("PublishBatchRequestEntries");
        let ids: BTreeSet<&str> = entries
            .iter()
            .filter_map(|e| e.get("Id")?.as_str())
            .collect();
        match entries.len() {
            0 => return Err(errors::empty_batch()),
            1..=10 if ids.len() == entries.len() => {}
            1..=10 => return Err(errors::batch_ids_repeated()),
            _ => return Err(errors::batch_too_long()),
        }
        let total: usize = entries
            .iter()
            .map(|entry| size(&request.with_parameters(entry)))
            .sum();
        if total > MAXIMUM_SIZE {
            return Err(errors::batch_too_large());
        }
        let mut successful: Vec<Value> = Vec::new();
        let mut failed = Vec::new();
        for entry in entries {
            let id = entry.get("Id").cloned().unwrap_or_default();
            match self.publish_to(arn, &request.with_parameters(entry)) {
                Ok(mut answer) => {
                    answer.insert("Id".to_owned(), id);
                    successful.push(answer.into());
                }
                Err(e) => failed.push(json!({
                    "Id": id, "SenderFault": true, "Code": e.code, "Message": e.message,
                })),
            }
        }
        Ok(output(
            json!({ "Successful": successful, "Failed": failed }),
        ))
    }

    fn publish_to(&self, arn: &str, request: &Request<'_>) -> Outcome {
        let message = self.notification(request)?;
        self.publish_message(arn, message)
    }

    /// Publishes what another service sends.
    pub(crate) fn publish_for_service(&self, arn: &str, message: String) {
        let message = Notification {
            id: uuid(self.host.random()),
            message,
            published: self.host.now_millis(),
            ..Notification::default()
        };
        // Decided already; a topic that is gone by now gets nothing.
        let _ = self.publish_message(arn, message);
    }

    /// The policy of a topic; none if there is no such topic.
    pub(crate) fn policy_of(&self, arn: &str) -> Option<String> {
        self.with_topic(arn, |topic| Ok(topic.policy())).ok()
    }

    /// The ARN of the alias of a topic's key, if that is one of AWS's own.
    pub(crate) fn aws_managed_key(&self, arn: &str) -> Option<String> {
        let key = self.with_topic(arn, |topic| Ok(topic.key_id().map(str::to_owned)));
        managed_alias(&key.ok()??, arn)
    }

    fn publish_message(&self, arn: &str, message: Notification) -> Outcome {
        // The topic is copied so that no lock is held while deliveries are decided.
        let (topic, message, again) = self.with_topic(arn, |topic| {
            let message = numbered(topic, message)?;
            let before = remember(topic, &message);
            Ok((topic.clone(), message, before))
        })?;
        if let Some((id, sequence)) = again {
            return Ok(output(
                json!({ "MessageId": id, "SequenceNumber": sequence }),
            ));
        }
        for subscription in topic.subscriptions.values().filter(|s| s.protocol == "sqs") {
            self.deliver(&topic, subscription, &message);
        }
        Ok(output(
            json!({ "MessageId": message.id, "SequenceNumber": message.sequence }),
        ))
    }

    fn notification(&self, request: &Request<'_>) -> Result<Notification, ServiceError> {
        let message = request.text("Message").unwrap_or_default();
        if message.is_empty() {
            return Err(errors::invalid_because("Invalid parameter: Empty message"));
        }
        if size(request) > MAXIMUM_SIZE {
            return Err(errors::too_long());
        }
        // Source: API reference, Publish, `Subject`: up to 100 characters.
        if request
            .text("Subject")
            .is_some_and(|subject| subject.chars().count() > 100)
        {
            return Err(errors::invalid("Subject"));
        }
        let text = |name: &str| request.text(name).map(str::to_owned);
        let structured = request.text("MessageStructure") == Some("json");
        if structured {
            check_structure(message)?;
        }
        Ok(Notification {
            id: uuid(self.host.random()),
            message: message.to_owned(),
            subject: text("Subject"),
            structured,
            attributes: request
                .map("MessageAttributes")
                .cloned()
                .unwrap_or_default(),
            published: self.host.now_millis(),
            sequence: None,
            group: text("MessageGroupId"),
            deduplication: text("MessageDeduplicationId"),
        })
    }

    /// Delivers to the queue of a subscription; what cannot come there goes to its dead-letter
    /// queue. Source: developer guide, "Amazon SNS dead-letter queues".
    fn deliver(&self, topic: &Topic, subscription: &Subscription, message: &Notification) {
        if !passes(subscription, message) {
            return;
        }
        let dead = subscription.dead_letters();
        let queues = [Some(subscription.endpoint.as_str()), dead.as_deref()];
        for queue in queues.into_iter().flatten() {
            if self.deliver_to(queue, topic, subscription, message) {
                return;
            }
        }
    }

    /// Delivers to a queue, if its policy lets SNS.
    fn deliver_to(
        &self,
        queue: &str,
        topic: &Topic,
        subscription: &Subscription,
        message: &Notification,
    ) -> bool {
        let Some(policy) = self.sqs.policy_of(queue) else {
            return false;
        };
        let delivery = Delivery {
            service_principal: "sns.amazonaws.com".to_owned(),
            action: "sqs:SendMessage".to_owned(),
            resource: queue.to_owned(),
            resource_account: queue.split(':').nth(4).unwrap_or_default().to_owned(),
            source_arn: topic.arn.clone(),
            source_account: topic.owner.clone(),
            resource_policy: policy,
            aws_managed_key: self.sqs.aws_managed_key(queue),
        };
        let let_in = self.host.may_deliver(&delivery);
        if let_in {
            self.sqs
                .deliver(queue, message.for_queue(topic, subscription));
        }
        let_in
    }
}

/// The size that counts: message and attributes. Source: API reference, Publish, `Message`.
fn size(request: &Request<'_>) -> usize {
    let text =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map_or(0, str::len);
    let attributes: usize = request
        .map("MessageAttributes")
        .into_iter()
        .flatten()
        .map(|(name, a)| {
            let parts = ["DataType", "StringValue", "BinaryValue"];
            name.len() + parts.iter().map(|part| text(a, part)).sum::<usize>()
        })
        .sum();
    attributes + request.text("Message").map_or(0, str::len)
}

fn passes(subscription: &Subscription, message: &Notification) -> bool {
    let Some(policy) = subscription.attributes.get("FilterPolicy") else {
        return true;
    };
    match subscription
        .attributes
        .get("FilterPolicyScope")
        .map(String::as_str)
    {
        Some("MessageBody") => filter::body_passes(policy, &message.text("sqs")),
        _ => filter::attributes_pass(policy, &message.attributes),
    }
}

/// Source: API reference, Publish, `MessageStructure`.
fn check_structure(message: &str) -> Result<(), ServiceError> {
    match serde_json::from_str::<Value>(message) {
        Ok(texts) if texts.get("default").is_some() => Ok(()),
        Ok(_) => Err(errors::invalid_because(
            "Invalid parameter: Message Structure - No default entry in JSON message body",
        )),
        Err(_) => Err(errors::invalid_because(
            "Invalid parameter: Message Structure - JSON message body failed to parse",
        )),
    }
}

/// How long a deduplication id is remembered. Source: developer guide, FIFO topics: 5 minutes.
const DEDUPLICATION_MILLIS: u64 = 5 * 60 * 1000;

/// Remembers a message of a FIFO topic; gives id and number of the one that was there already.
fn remember(topic: &mut Topic, message: &Notification) -> Option<(String, String)> {
    let key = message.deduplication.clone().filter(|_| topic.is_fifo())?;
    let now = message.published;
    topic
        .sent
        .retain(|_, (at, _, _)| *at + DEDUPLICATION_MILLIS > now);
    if let Some((_, id, sequence)) = topic.sent.get(&key) {
        return Some((id.clone(), sequence.clone()));
    }
    let sequence = message.sequence.clone().unwrap_or_default();
    topic.sent.insert(key, (now, message.id.clone(), sequence));
    None
}

/// A message to a FIFO topic gets a number, and must name its group.
fn numbered(topic: &mut Topic, message: Notification) -> Result<Notification, ServiceError> {
    if !topic.is_fifo() {
        return Ok(message);
    }
    if message.group.is_none() {
        return Err(errors::invalid_because(
            "Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
        ));
    }
    let by_content = topic
        .attributes
        .get("ContentBasedDeduplication")
        .is_some_and(|value| value == "true");
    if message.deduplication.is_none() && !by_content {
        return Err(errors::invalid_because(
            "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or \
             MessageDeduplicationId provided explicitly",
        ));
    }
    topic.sequence += 1;
    let by_content = || hex::encode(Sha256::digest(&message.message));
    let deduplication = message.deduplication.clone().unwrap_or_else(by_content);
    let sequence = format!("1{:019}", topic.sequence * 1000);
    Ok(Notification {
        deduplication: Some(deduplication),
        sequence: Some(sequence),
        ..message
    })
}
