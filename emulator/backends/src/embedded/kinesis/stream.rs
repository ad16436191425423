//! A stream, its shards and their records.

use std::{collections::BTreeMap, sync::Arc};

use md5::{Digest, Md5};
use serde_json::{Map, Value, json};

use crate::embedded::{
    memory::Held,
    request::{output, timestamp},
    tags::Tags,
};

const HOUR: u64 = 60 * 60 * 1000;

/// A stream.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) created: u64,
    pub(super) shards: Vec<Shard>,
    pub(super) retention_hours: u64,
    pub(super) mode: String,
    pub(super) key: Option<String>,
    pub(super) policy: Option<String>,
    pub(super) tags: Tags,
    /// Consumers by name, with when they were made.
    pub(super) consumers: BTreeMap<String, u64>,
    /// The number of the last record.
    pub(super) last: u128,
    /// Bytes of a record at most.
    pub(super) record_size: usize,
}

/// A shard: a range of hash keys.
#[derive(Clone, Debug)]
pub(super) struct Shard {
    pub(super) id: String,
    pub(super) parents: Vec<String>,
    pub(super) start: u128,
    pub(super) end: u128,
    /// The first number that it could have.
    pub(super) first: u128,
    /// The last one, of a shard that was split or merged.
    pub(super) closed: Option<u128>,
    pub(super) records: Vec<Record>,
}

/// A record.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) number: u128,
    pub(super) arrived: u64,
    pub(super) partition: String,
    /// In base64.
    pub(super) data: String,
    /// The room that it takes.
    #[expect(dead_code, reason = "dropping it gives the room back")]
    pub(super) held: Arc<Held>,
}

/// A sequence number as text: 56 digits that grow. Source: examples of the API reference.
pub(super) fn number_text(number: u128) -> String {
    format!("49{number:054}")
}

/// The number of a text.
pub(super) fn number(text: &str) -> Option<u128> {
    let digits = text
        .strip_prefix("49")
        .filter(|digits| digits.len() == 54)?;
    digits.parse().ok()
}

/// Source: API reference, PutRecord: the MD5 of the partition key, as a number of 128 bits.
pub(super) fn hash_key(partition: &str) -> u128 {
    u128::from_be_bytes(Md5::digest(partition).into())
}

impl Stream {
    pub(crate) fn tags(&self) -> &Tags {
        &self.tags
    }

    pub(crate) fn key_id(&self) -> Option<&str> {
        self.key.as_deref()
    }

    pub(crate) fn policy(&self) -> Option<&str> {
        self.policy.as_deref()
    }

    /// Lets go of the records whose time is over.
    pub(super) fn expire(&mut self, now: u64) {
        let oldest = now.saturating_sub(self.retention_hours * HOUR);
        for shard in &mut self.shards {
            shard.records.retain(|record| record.arrived >= oldest);
        }
    }

    /// Opens shards that share the whole range of hash keys.
    pub(super) fn open_shards(&mut self, count: usize, parents: &[String]) {
        let parts = u128::try_from(count.max(1)).unwrap_or(1);
        let width = u128::MAX / parts;
        for part in 0..parts {
            let start = part * width + u128::from(part > 0);
            let end = if part + 1 == parts {
                u128::MAX
            } else {
                (part + 1) * width
            };
            self.open_shard(start, end, parents.to_vec());
        }
    }

    pub(super) fn open_shard(&mut self, start: u128, end: u128, parents: Vec<String>) {
        let shard = Shard {
            id: format!("shardId-{:012}", self.shards.len()),
            parents,
            start,
            end,
            first: self.last + 1,
            closed: None,
            records: Vec::new(),
        };
        self.shards.push(shard);
    }

    /// The open shards.
    pub(super) fn open(&self) -> impl Iterator<Item = &Shard> {
        self.shards.iter().filter(|shard| shard.closed.is_none())
    }

    /// Puts a record into the shard that has its hash key; gives the shard and the number.
    pub(super) fn put(
        &mut self,
        hash: u128,
        partition: &str,
        data: &str,
        now: u64,
        held: &Arc<Held>,
    ) -> (String, String) {
        self.expire(now);
        self.last += 1;
        let number = self.last;
        let mut open = self
            .shards
            .iter_mut()
            .filter(|shard| shard.closed.is_none());
        let shard = open.find(|shard| (shard.start..=shard.end).contains(&hash));
        let Some(shard) = shard else {
            return (String::new(), number_text(number));
        };
        shard.records.push(Record {
            number,
            arrived: now,
            partition: partition.to_owned(),
            data: data.to_owned(),
            held: Arc::clone(held),
        });
        (shard.id.clone(), number_text(number))
    }

    pub(super) fn encryption(&self) -> &'static str {
        if self.key.is_some() { "KMS" } else { "NONE" }
    }

    /// What DescribeStream and DescribeStreamSummary have in common.
    pub(super) fn described(&self) -> Map<String, Value> {
        output(json!({
            "StreamName": self.name,
            "StreamARN": self.arn,
            "StreamStatus": "ACTIVE",
            "StreamModeDetails": { "StreamMode": self.mode },
            "RetentionPeriodHours": self.retention_hours,
            "StreamCreationTimestamp": timestamp(self.created),
            "EnhancedMonitoring": [{ "ShardLevelMetrics": [] }],
            "EncryptionType": self.encryption(),
            "KeyId": self.key,
        }))
    }
}

impl Shard {
    pub(super) fn described(&self) -> Map<String, Value> {
        output(json!({
            "ShardId": self.id,
            "ParentShardId": self.parents.first(),
            "AdjacentParentShardId": self.parents.get(1),
            "HashKeyRange": {
                "StartingHashKey": self.start.to_string(), "EndingHashKey": self.end.to_string(),
            },
            "SequenceNumberRange": {
                "StartingSequenceNumber": number_text(self.first),
                "EndingSequenceNumber": self.closed.map(number_text),
            },
        }))
    }
}
