//! Which events are asked for, and what is said of them.

use serde_json::{Map, Value, json};

use super::group::Event;
use crate::embedded::request::{Request, output};

/// A stretch of time: from the first moment, up to and without the last.
pub(super) struct Window {
    start: u64,
    end: Option<u64>,
}

impl Window {
    pub(super) fn of(request: &Request<'_>) -> Self {
        let time = |member: &str| {
            request
                .integer(member)
                .and_then(|time| u64::try_from(time).ok())
        };
        Self {
            start: time("startTime").unwrap_or_default(),
            end: time("endTime"),
        }
    }

    pub(super) fn has(&self, event: &Event) -> bool {
        event.time >= self.start && self.end.is_none_or(|end| event.time < end)
    }
}

impl Event {
    pub(super) fn listed(&self) -> Map<String, Value> {
        output(json!({
            "timestamp": self.time, "message": self.message, "ingestionTime": self.ingested,
        }))
    }
}
