//! PutLogEvents.

use std::sync::Arc;

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{errors, group::Event, service::Logs};
use crate::embedded::request::{Outcome, Request, output};

const HOUR: u64 = 60 * 60 * 1000;
const DAY: u64 = 24 * HOUR;

/// Source: API reference, PutLogEvents: 1 MB, with 26 bytes for each event, and 10,000 events.
const MAXIMUM_SIZE: usize = 1_048_576;
const MAXIMUM_COUNT: usize = 10_000;

/// A time and a message.
type Given = (u64, String);

impl Logs {
    pub(super) fn put_events(&self, request: &Request<'_>) -> Outcome {
        let given = read(request)?;
        let now = self.host.now_millis();
        let retention = self.with_group(request, |group| Ok(group.retention))?;
        let horizon = Horizon::at(now, retention);
        let size = given.iter().map(|(_, message)| message.len()).sum();
        let held = self.memory.hold(size);
        let held = Arc::new(held.map_err(|full| errors::invalid(full.to_string()))?);
        self.with_stream(request, |stream| {
            let rejected = horizon.rejected(&given);
            for (time, message) in given.into_iter().filter(|(time, _)| horizon.takes(*time)) {
                stream.put += 1;
                stream.events.push(Event {
                    number: stream.put,
                    time,
                    ingested: now,
                    message,
                    held: Arc::clone(&held),
                });
            }
            stream
                .events
                .sort_by_key(|event| (event.time, event.number));
            stream.last_ingestion = Some(now);
            Ok(output(json!({
                // Source: API reference: kept for old clients, no longer checked.
                "nextSequenceToken": format!("{:056}", stream.put),
                "rejectedLogEventsInfo": rejected,
            })))
        })
    }
}

/// The times that are taken. Source: API reference, PutLogEvents: no more than 2 hours ahead, 14
/// days back, and not before the retention of the group.
struct Horizon {
    latest: u64,
    oldest: u64,
    retained: u64,
}

impl Horizon {
    fn at(now: u64, retention: Option<u64>) -> Self {
        Self {
            latest: now + 2 * HOUR,
            oldest: now.saturating_sub(14 * DAY),
            retained: retention.map_or(0, |days| now.saturating_sub(days * DAY)),
        }
    }

    fn takes(&self, time: u64) -> bool {
        (self.oldest.max(self.retained)..=self.latest).contains(&time)
    }

    fn rejected(&self, given: &[Given]) -> Option<Value> {
        let before = |bound: u64| {
            let count = given.iter().filter(|(time, _)| *time < bound).count();
            (count > 0).then_some(count)
        };
        let too_new = given.iter().position(|(time, _)| *time > self.latest);
        let expired = before(self.retained);
        let too_old = before(self.oldest);
        if too_new.is_none() && expired.is_none() && too_old.is_none() {
            return None;
        }
        Some(json!({
            "tooNewLogEventStartIndex": too_new,
            "tooOldLogEventEndIndex": too_old,
            "expiredLogEventEndIndex": expired,
        }))
    }
}

fn read(request: &Request<'_>) -> Result<Vec<Given>, ServiceError> {
    let entries = request.entries("logEvents");
    if entries.is_empty() || entries.len() > MAXIMUM_COUNT {
        let bound = if entries.is_empty() {
            "greater than or equal to 1"
        } else {
            "less than or equal to 10000"
        };
        return Err(errors::invalid(format!(
            "1 validation error detected: Value at 'logEvents' failed to satisfy constraint: Member \
             must have length {bound}"
        )));
    }
    let given: Vec<Given> = entries
        .iter()
        .map(|entry| one(entry))
        .collect::<Result<_, _>>()?;
    let size: usize = given.iter().map(|(_, message)| message.len() + 26).sum();
    if size > MAXIMUM_SIZE {
        return Err(errors::invalid(format!(
            "Upload too large: {size} bytes exceeds limit of {MAXIMUM_SIZE}"
        )));
    }
    let times = || given.iter().map(|(time, _)| *time);
    if !times().is_sorted() {
        return Err(errors::invalid(
            "Log events in a single PutLogEvents request must be in chronological order.",
        ));
    }
    let span = times().max().unwrap_or_default() - times().min().unwrap_or_default();
    if span > DAY {
        return Err(errors::invalid(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
        ));
    }
    Ok(given)
}

fn one(entry: &Map<String, Value>) -> Result<Given, ServiceError> {
    let time = entry.get("timestamp").and_then(Value::as_u64);
    let message = entry
        .get("message")
        .and_then(Value::as_str)
        .unwrap_or_default();
    match time {
        Some(_) if message.is_empty() => {
            Err(errors::invalid("Log event message must not be empty"))
        }
        Some(time) => Ok((time, message.to_owned())),
        None => Err(errors::invalid(
            "Log event timestamp must not be negative or null",
        )),
    }
}
