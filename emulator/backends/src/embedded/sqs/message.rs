//! A message in a queue.

use serde_json::{Map, Value, json};

use super::digest;
use crate::embedded::{memory::Held, request::output};

/// A message and where it is in its life.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) body: String,
    pub(super) attributes: Map<String, Value>,
    pub(super) system_attributes: Map<String, Value>,
    pub(super) sender: String,
    pub(super) sent: u64,
    pub(super) visible: u64,
    pub(super) received: u32,
    pub(super) first_received: Option<u64>,
    /// The handle of the last receipt.
    pub(super) receipt: Option<String>,
    pub(super) group: Option<String>,
    pub(super) deduplication: Option<String>,
    pub(super) sequence: Option<u128>,
    /// The ARN of the queue that it came from, for a dead letter.
    pub(super) source: Option<String>,
    /// The room that it takes.
    #[expect(dead_code, reason = "dropping it gives the room back")]
    pub(super) held: Held,
}

impl Message {
    /// Whether it was received and its visibility timeout still runs.
    pub(super) fn in_flight(&self, now: u64) -> bool {
        self.receipt.is_some() && self.visible > now
    }

    /// The size that counts: body and attributes.
    pub(super) fn size(body: &str, attributes: &Map<String, Value>) -> usize {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map_or(0, str::len);
        let attributes: usize = attributes
            .iter()
            .map(|(name, a)| {
                let parts = ["DataType", "StringValue", "BinaryValue"];
                name.len() + parts.iter().map(|part| text(a.get(*part))).sum::<usize>()
            })
            .sum();
        body.len() + attributes
    }

    /// The structure `Message` of a receipt.
    pub(super) fn received(&self, wanted: &Wanted<'_>) -> Map<String, Value> {
        let attributes: Map<String, Value> = self
            .attributes
            .iter()
            .filter(|(name, _)| wanted.has_attribute(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let system: Map<String, Value> = self
            .system()
            .filter(|(name, _)| wanted.has_system(name))
            .collect();
        output(json!({
            "MessageId": self.id,
            "ReceiptHandle": self.receipt,
            "MD5OfBody": digest::of_body(&self.body),
            "Body": self.body,
            "Attributes": (!system.is_empty()).then_some(system),
            "MD5OfMessageAttributes": digest::of_attributes(&attributes),
            "MessageAttributes": (!attributes.is_empty()).then_some(attributes),
        }))
    }

    fn system(&self) -> impl Iterator<Item = (String, Value)> {
        let number = |n: u64| Some(n.to_string());
        let trace = self
            .system_attributes
            .get("AWSTraceHeader")
            .and_then(|a| a.get("StringValue"));
        let all = [
            ("SenderId", Some(self.sender.clone())),
            ("SentTimestamp", number(self.sent)),
            ("ApproximateReceiveCount", number(self.received.into())),
            (
                "ApproximateFirstReceiveTimestamp",
                self.first_received.and_then(number),
            ),
            ("SequenceNumber", self.sequence.map(sequence_text)),
            ("MessageDeduplicationId", self.deduplication.clone()),
            ("MessageGroupId", self.group.clone()),
            (
                "AWSTraceHeader",
                trace.and_then(Value::as_str).map(str::to_owned),
            ),
            ("DeadLetterQueueSourceArn", self.source.clone()),
        ];
        all.into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.into())))
    }
}

/// Sequence numbers have twenty digits. Source: API reference, SendMessage, `SequenceNumber`
/// (128 bits); twenty digits as seen in its examples.
pub(super) fn sequence_text(sequence: u128) -> String {
    format!("{:020}", 18_850_000_000_000_000_000_u128 + sequence)
}

/// Which attributes a receiver asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted<'a> {
    pub(super) attributes: Vec<&'a str>,
    pub(super) system: Vec<&'a str>,
}

impl Wanted<'_> {
    /// `All`, `.*`, a name, or a prefix with `.*`. Source: API reference, ReceiveMessage.
    fn has_attribute(&self, name: &str) -> bool {
        self.attributes
            .iter()
            .any(|wanted| match wanted.strip_suffix(".*") {
                Some(prefix) => prefix.is_empty() || name.starts_with(prefix),
                None => *wanted == "All" || *wanted == name,
            })
    }

    fn has_system(&self, name: &str) -> bool {
        self.system
            .iter()
            .any(|wanted| *wanted == "All" || *wanted == name)
    }
}
