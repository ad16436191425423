//! A log group with its streams.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Map, Value, json};

use crate::embedded::{memory::Held, request::output, tags::Tags};

/// A log group.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    pub(super) name: String,
    /// Without `:*` behind it.
    pub(super) arn: String,
    pub(super) created: u64,
    pub(super) retention: Option<u64>,
    pub(super) key: Option<String>,
    pub(super) class: String,
    pub(super) tags: Tags,
    pub(super) streams: BTreeMap<String, Stream>,
    /// Subscription and metric filters by kind and name, as they were put.
    pub(super) filters: BTreeMap<(String, String), Map<String, Value>>,
}

/// A log stream.
#[derive(Clone, Debug, Default)]
pub(super) struct Stream {
    pub(super) arn: String,
    pub(super) created: u64,
    /// In the order of their times.
    pub(super) events: Vec<Event>,
    pub(super) last_ingestion: Option<u64>,
    /// How many were put ever: an event's number is part of its id.
    pub(super) put: u64,
}

/// A log event.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) number: u64,
    pub(super) time: u64,
    pub(super) ingested: u64,
    pub(super) message: String,
    /// The room that it and the others of its batch take.
    #[expect(dead_code, reason = "dropping it gives the room back")]
    pub(super) held: Arc<Held>,
}

impl Group {
    pub(crate) fn tags(&self) -> &Tags {
        &self.tags
    }

    pub(crate) fn key_id(&self) -> Option<&str> {
        self.key.as_deref()
    }

    pub(super) fn described(&self) -> Map<String, Value> {
        let metric = self
            .filters
            .keys()
            .filter(|(kind, _)| kind == "metric filter");
        output(json!({
            "logGroupName": self.name,
            "creationTime": self.created,
            "retentionInDays": self.retention,
            "metricFilterCount": metric.count(),
            "arn": format!("{}:*", self.arn),
            "logGroupArn": self.arn,
            "storedBytes": self.streams.values().map(Stream::bytes).sum::<usize>(),
            "kmsKeyId": self.key,
            "logGroupClass": self.class,
        }))
    }
}

impl Stream {
    fn bytes(&self) -> usize {
        let sizes = self.events.iter().map(|event| event.message.len() + 26);
        sizes.sum()
    }

    pub(super) fn described(&self, name: &str) -> Map<String, Value> {
        output(json!({
            "logStreamName": name,
            "creationTime": self.created,
            "firstEventTimestamp": self.events.first().map(|event| event.time),
            "lastEventTimestamp": self.events.last().map(|event| event.time),
            "lastIngestionTime": self.last_ingestion,
            "uploadSequenceToken": format!("{:056}", self.put),
            "arn": self.arn,
            // Source: API reference, LogStream: zero since June 2019.
            "storedBytes": 0,
        }))
    }
}
