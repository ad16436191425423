//! The batches: each entry succeeds or fails by itself.

use std::collections::BTreeSet;

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{
    errors,
    message::Message,
    queue::Queue,
    receiving::{change_in, delete_from},
    sending::MAXIMUM_SIZE,
    service::Sqs,
};
use crate::embedded::request::{Outcome, Request, output};

impl Sqs {
    pub(super) fn send_batch(&self, request: &Request<'_>) -> Outcome {
        let total = request
            .entries("Entries")
            .iter()
            .map(|entry| entry_size(entry))
            .sum();
        if total > MAXIMUM_SIZE {
            return Err(errors::batch_too_large(total, MAXIMUM_SIZE));
        }
        self.batch(request, "SendMessageBatchRequestEntry", |queue, entry| {
            self.send_to(queue, entry)
        })
    }

    pub(super) fn delete_batch(&self, request: &Request<'_>) -> Outcome {
        self.batch(request, "DeleteMessageBatchRequestEntry", delete_from)
    }

    pub(super) fn change_visibility_batch(&self, request: &Request<'_>) -> Outcome {
        let now = self.host.now_millis();
        self.batch(
            request,
            "ChangeMessageVisibilityBatchRequestEntry",
            |queue, entry| change_in(queue, entry, now),
        )
    }

    fn batch(
        &self,
        request: &Request<'_>,
        entry_name: &str,
        each: impl Fn(&mut Queue, &Request<'_>) -> Outcome,
    ) -> Outcome {
        let entries = request.entries("Entries");
        check(&entries, entry_name)?;
        let mut successful: Vec<Value> = Vec::new();
        let mut failed = Vec::new();
        self.with_queue(request, |queue| {
            for entry in &entries {
                let id = id_of(entry);
                match each(queue, &request.with_parameters(entry)) {
                    Ok(mut answer) => {
                        answer.insert("Id".to_owned(), id.into());
                        successful.push(answer.into());
                    }
                    Err(e) => failed.push(json!({
                        "Id": id, "SenderFault": true, "Code": e.code, "Message": e.message,
                    })),
                }
            }
            Ok(())
        })?;
        Ok(output(
            json!({ "Successful": successful, "Failed": failed }),
        ))
    }
}

fn check(entries: &[&Map<String, Value>], entry_name: &str) -> Result<(), ServiceError> {
    if entries.is_empty() {
        return Err(errors::empty_batch(entry_name));
    }
    if entries.len() > 10 {
        return Err(errors::batch_too_long(entries.len()));
    }
    let letters = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let is_id = |id: &str| (1..=80).contains(&id.len()) && id.bytes().all(letters);
    if !entries.iter().all(|entry| is_id(id_of(entry))) {
        return Err(errors::bad_batch_id());
    }
    let mut seen = BTreeSet::new();
    match entries
        .iter()
        .map(|entry| id_of(entry))
        .find(|id| !seen.insert(*id))
    {
        Some(twice) => Err(errors::batch_id_twice(twice)),
        None => Ok(()),
    }
}

fn id_of(entry: &Map<String, Value>) -> &str {
    entry.get("Id").and_then(Value::as_str).unwrap_or_default()
}

fn entry_size(entry: &Map<String, Value>) -> usize {
    let body = entry
        .get("MessageBody")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let none = Map::new();
    let attributes = entry
        .get("MessageAttributes")
        .and_then(Value::as_object)
        .unwrap_or(&none);
    Message::size(body, attributes)
}
