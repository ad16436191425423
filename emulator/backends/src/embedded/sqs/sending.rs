//! SendMessage.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{
    digest, errors,
    message::{Message, sequence_text},
    queue::Queue,
    service::Sqs,
};
use crate::embedded::{
    ids::uuid,
    request::{Outcome, Request, output},
};

/// The size of a message at most, where the queue does not say less.
/// Source: developer guide, quotas: 1 MiB since August 2025.
pub(super) const MAXIMUM_SIZE: usize = 1_048_576;

impl Sqs {
    pub(super) fn send(&self, request: &Request<'_>) -> Outcome {
        self.with_queue(request, |queue| self.send_to(queue, request))
    }

    /// Sends what the parameters say to a queue.
    pub(super) fn send_to(&self, queue: &mut Queue, request: &Request<'_>) -> Outcome {
        let body = request
            .text("MessageBody")
            .ok_or_else(|| errors::missing("MessageBody"))?;
        let attributes = request
            .map("MessageAttributes")
            .cloned()
            .unwrap_or_default();
        check(queue, body, &attributes)?;
        check_delay(queue, request)?;
        let fifo = fifo_ids(queue, request, body)?;
        let system = request
            .map("MessageSystemAttributes")
            .cloned()
            .unwrap_or_default();
        let delay = request
            .integer("DelaySeconds")
            .and_then(|s| u64::try_from(s).ok());
        let delay = delay.map_or_else(|| queue.millis("DelaySeconds", 0), |s| s * 1000);
        let size = Message::size(body, &attributes);
        let held = self
            .memory
            .hold(size)
            .map_err(|full| errors::no_room(&full))?;
        let now = self.host.now_millis();
        let digests = json!({
            "MD5OfMessageBody": digest::of_body(body),
            "MD5OfMessageAttributes": digest::of_attributes(&attributes),
            "MD5OfMessageSystemAttributes": digest::of_attributes(&system),
        });
        let message = Message {
            id: uuid(self.host.random()),
            body: body.to_owned(),
            attributes,
            system_attributes: system,
            sender: request.caller_account.to_owned(),
            sent: now,
            visible: now + delay,
            received: 0,
            first_received: None,
            receipt: None,
            group: request.text("MessageGroupId").map(str::to_owned),
            deduplication: fifo,
            sequence: None,
            source: None,
            held,
        };
        let (id, sequence) = queue.enqueue(message, now);
        let mut answer = output(digests);
        answer.insert("MessageId".to_owned(), id.into());
        if let Some(sequence) = sequence {
            answer.insert("SequenceNumber".to_owned(), sequence_text(sequence).into());
        }
        Ok(answer)
    }
}

impl Queue {
    /// Puts a message at the end, unless a FIFO queue had it within five minutes: then the first
    /// one's id and number are given again.
    pub(super) fn enqueue(&mut self, mut message: Message, now: u64) -> (String, Option<u128>) {
        self.expire(now);
        if !self.is_fifo() {
            let id = message.id.clone();
            self.push(message);
            self.arrived.notify_waiters();
            return (id, None);
        }
        let key = self.deduplication_key(&message);
        if let Some((_, id, sequence)) = self.sent.get(&key) {
            return (id.clone(), Some(*sequence));
        }
        self.sequence += 256;
        message.sequence = Some(self.sequence);
        let id = message.id.clone();
        self.sent.insert(key, (now, id.clone(), self.sequence));
        self.push(message);
        self.arrived.notify_waiters();
        (id, Some(self.sequence))
    }
}

impl Queue {
    /// What makes a message the same as another: the id, and with `DeduplicationScope` of
    /// `messageGroup` the group too. Source: developer guide, high throughput for FIFO queues.
    fn deduplication_key(&self, message: &Message) -> String {
        let id = message.deduplication.clone().unwrap_or_default();
        let scope = self.attributes.get("DeduplicationScope");
        match &message.group {
            Some(group) if scope.is_some_and(|scope| scope == "messageGroup") => {
                format!("{id} {group}")
            }
            _ => id,
        }
    }
}

/// Source: API reference, SendMessage, `DelaySeconds`: up to 900, and not for FIFO queues.
fn check_delay(queue: &Queue, request: &Request<'_>) -> Result<(), ServiceError> {
    let Some(delay) = request.integer("DelaySeconds") else {
        return Ok(());
    };
    if queue.is_fifo() && delay != 0 {
        return Err(errors::invalid_parameter(format!(
            "Value {delay} for parameter DelaySeconds is invalid. Reason: The request include \
             parameter that is not valid for this queue type."
        )));
    }
    if !(0..=900).contains(&delay) {
        return Err(errors::out_of_bounds(delay, "DelaySeconds", 0, 900));
    }
    Ok(())
}

/// Source: developer guide, "Message attributes".
const MOST_ATTRIBUTES: usize = 10;

fn check(queue: &Queue, body: &str, attributes: &Map<String, Value>) -> Result<(), ServiceError> {
    if body.is_empty() {
        return Err(errors::missing("MessageBody"));
    }
    if attributes.len() > MOST_ATTRIBUTES {
        return Err(errors::invalid_parameter(format!(
            "Number of message attributes [{}] exceeds the allowed maximum [{MOST_ATTRIBUTES}].",
            attributes.len()
        )));
    }
    let limit = queue
        .attributes
        .get("MaximumMessageSize")
        .and_then(|text| text.parse().ok());
    let limit = limit.unwrap_or(MAXIMUM_SIZE);
    if Message::size(body, attributes) > limit {
        return Err(errors::invalid_parameter(format!(
            "One or more parameters are invalid. Reason: Message must be shorter than {limit} bytes."
        )));
    }
    Ok(())
}

/// The deduplication id of a message that is told apart by its content.
pub(super) fn content_id(body: &str) -> String {
    hex::encode(Sha256::digest(body))
}

/// The deduplication id of a message to a FIFO queue; its group must be named too.
fn fifo_ids(
    queue: &Queue,
    request: &Request<'_>,
    body: &str,
) -> Result<Option<String>, ServiceError> {
    if !queue.is_fifo() {
        return Ok(None);
    }
    if request.text("MessageGroupId").is_none() {
        return Err(errors::missing("MessageGroupId"));
    }
    if let Some(id) = request.text("MessageDeduplicationId") {
        return Ok(Some(id.to_owned()));
    }
    let by_content = queue.attributes.get("ContentBasedDeduplication");
    if by_content.is_some_and(|value| value == "true") {
        return Ok(Some(content_id(body)));
    }
    Err(errors::invalid_parameter(
        "The queue should either have ContentBasedDeduplication enabled or \
         MessageDeduplicationId provided explicitly",
    ))
}
