//! ReceiveMessage, DeleteMessage, ChangeMessageVisibility.

use std::{sync::Arc, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::{
    errors,
    message::Wanted,
    queue::Queue,
    service::{Queues, Sqs, queue_name},
};
use crate::embedded::request::{Outcome, Request, output};

/// Source: API reference, ReceiveMessage, `WaitTimeSeconds`.
const LONGEST_WAIT_SECONDS: u64 = 20;

impl Sqs {
    /// Waits for messages as long as the caller or the queue says.
    pub(super) async fn receive(&self, request: &Request<'_>) -> Outcome {
        let most = request.count("MaxNumberOfMessages", 1);
        if !(1..=10).contains(&most) {
            return Err(errors::invalid_parameter(format!(
                "Value {most} for parameter MaxNumberOfMessages is invalid. Reason: Must be \
                 between 1 and 10, if provided."
            )));
        }
        check_bounds(request)?;
        let started = self.host.now_millis();
        loop {
            let (arrived, wait, next) = self.with_queue(request, |queue| {
                Ok((
                    Arc::clone(&queue.arrived),
                    wait_millis(queue, request),
                    queue.next_visible(self.host.now_millis()),
                ))
            })?;
            // Made before the look, so that what arrives in between wakes it.
            let arrival = arrived.notified();
            let messages = self.take(request, most)?;
            let now = self.host.now_millis();
            let deadline = started + wait;
            if !messages.is_empty() || now >= deadline {
                return Ok(output(json!({
                    "Messages": (!messages.is_empty()).then_some(messages),
                })));
            }
            let until = next.unwrap_or(deadline).min(deadline);
            let pause = Duration::from_millis(until.saturating_sub(now).max(1));
            // Either way there is another look.
            let _ = timeout(pause, arrival).await;
        }
    }

    fn take(&self, request: &Request<'_>, most: usize) -> Result<Vec<Value>, ServiceError> {
        let name = queue_name(request)?;
        let now = self.host.now_millis();
        let asked = request
            .integer("VisibilityTimeout")
            .and_then(|s| u64::try_from(s).ok());
        let wanted = Wanted {
            attributes: request.texts("MessageAttributeNames"),
            system: [
                request.texts("AttributeNames"),
                request.texts("MessageSystemAttributeNames"),
            ]
            .concat(),
        };
        self.with(request, |all| {
            redrive(all, name, now);
            let queue = all.get_mut(name).ok_or_else(errors::no_queue)?;
            let timeout = asked.map_or_else(|| queue.millis("VisibilityTimeout", 30), |s| s * 1000);
            let indices = queue.receivable(now, most);
            let mut received = Vec::new();
            for index in indices {
                let Some(message) = queue.messages.get_mut(index) else {
                    continue;
                };
                message.receipt = Some(handle(&message.id, self.host.random()));
                message.visible = now + timeout;
                message.received += 1;
                message.first_received.get_or_insert(now);
                received.push(message.received(&wanted).into());
            }
            Ok(received)
        })
    }

    pub(super) fn delete(&self, request: &Request<'_>) -> Outcome {
        self.with_queue(request, |queue| delete_from(queue, request))
    }

    pub(super) fn change_visibility(&self, request: &Request<'_>) -> Outcome {
        let now = self.host.now_millis();
        self.with_queue(request, |queue| change_in(queue, request, now))
    }
}

/// Deletes the message of a receipt; one that is gone already was deleted all the same.
pub(super) fn delete_from(queue: &mut Queue, request: &Request<'_>) -> Outcome {
    let id = message_id(request)?;
    queue.messages.retain(|message| message.id != id);
    Ok(Map::new())
}

/// Changes the visibility timeout of a message in flight.
pub(super) fn change_in(queue: &mut Queue, request: &Request<'_>, now: u64) -> Outcome {
    check_bounds(request)?;
    let id = message_id(request)?;
    let seconds = request
        .integer("VisibilityTimeout")
        .and_then(|s| u64::try_from(s).ok());
    let seconds = seconds.ok_or_else(|| errors::missing("VisibilityTimeout"))?;
    let message = queue.messages.iter_mut().find(|message| message.id == id);
    match message.filter(|message| message.in_flight(now)) {
        Some(message) => message.visible = now + seconds * 1000,
        None => return Err(errors::not_in_flight()),
    }
    if seconds == 0 {
        queue.arrived.notify_waiters();
    }
    Ok(Map::new())
}

/// Moves dead letters to the queue that the redrive policy names, if it is one of this owner.
fn redrive(all: &mut Queues, name: &str, now: u64) {
    let Some(queue) = all.get_mut(name) else {
        return;
    };
    queue.expire(now);
    let source = queue.arn.clone();
    let Some((target, dead)) = queue.dead_letters(now) else {
        return;
    };
    let Some(target) = all.values_mut().find(|queue| queue.arn == target) else {
        return;
    };
    for mut message in dead {
        message.receipt = None;
        message.source = Some(source.clone());
        target.push(message);
    }
    target.arrived.notify_waiters();
}

/// Source: API reference, ReceiveMessage and ChangeMessageVisibility.
fn check_bounds(request: &Request<'_>) -> Result<(), ServiceError> {
    for (member, most) in [("VisibilityTimeout", 43_200), ("WaitTimeSeconds", 20)] {
        if let Some(value) = request
            .integer(member)
            .filter(|value| !(0..=most).contains(value))
        {
            return Err(errors::out_of_bounds(value, member, 0, most));
        }
    }
    Ok(())
}

fn wait_millis(queue: &Queue, request: &Request<'_>) -> u64 {
    let asked = request
        .integer("WaitTimeSeconds")
        .and_then(|s| u64::try_from(s).ok());
    let millis = asked.map(|s| s.min(LONGEST_WAIT_SECONDS) * 1000);
    millis.unwrap_or_else(|| queue.millis("ReceiveMessageWaitTimeSeconds", 0))
}

/// A receipt handle: the message's id and what makes this receipt another.
fn handle(id: &str, random: u128) -> String {
    BASE64_STANDARD.encode(format!("{id}/{random:032x}"))
}

fn message_id(request: &Request<'_>) -> Result<String, ServiceError> {
    let handle = request
        .text("ReceiptHandle")
        .ok_or_else(|| errors::missing("ReceiptHandle"))?;
    let plain = BASE64_STANDARD
        .decode(handle)
        .ok()
        .and_then(|b| String::from_utf8(b).ok());
    plain
        .and_then(|text| text.split_once('/').map(|(id, _)| id.to_owned()))
        .ok_or_else(|| errors::bad_receipt(handle))
}
