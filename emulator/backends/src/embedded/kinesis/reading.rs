//! GetShardIterator and GetRecords.

use base64::{Engine, prelude::BASE64_STANDARD};
use rolecall_protocol::ServiceError;
use serde_json::{Value, json};

use super::{
    errors,
    service::Kinesis,
    stream::{Record, Shard, Stream, number, number_text},
};
use crate::embedded::request::{Outcome, Request, millis, output, timestamp};

/// Source: API reference, GetRecords.
const ITERATOR_MILLIS: u64 = 5 * 60 * 1000;
const MOST_RECORDS: usize = 10_000;

/// Where reading goes on.
struct Position {
    account: String,
    stream: String,
    shard: String,
    /// The first number that was not read.
    next: u128,
    made: u64,
}

impl Position {
    fn text(&self) -> String {
        let Self {
            account,
            stream,
            shard,
            next,
            made,
        } = self;
        BASE64_STANDARD.encode(format!("{account} {stream} {shard} {next} {made}"))
    }

    fn read(text: &str) -> Option<Self> {
        let plain = String::from_utf8(BASE64_STANDARD.decode(text).ok()?).ok()?;
        let mut parts = plain.split(' ').map(str::to_owned);
        Some(Self {
            account: parts.next()?,
            stream: parts.next()?,
            shard: parts.next()?,
            next: parts.next()?.parse().ok()?,
            made: parts.next()?.parse().ok()?,
        })
    }
}

impl Kinesis {
    pub(super) fn iterator(&self, request: &Request<'_>) -> Outcome {
        let kind = request.required("ShardIteratorType")?;
        let shard_id = request.required("ShardId")?;
        let now = self.host.now_millis();
        self.with_stream(request, |stream| {
            let Some(shard) = stream.shards.iter().find(|shard| shard.id == shard_id) else {
                return Err(errors::no_shard(shard_id, &stream.name, request.owner));
            };
            let next = start(request, shard, kind, stream.last)?;
            let position = Position {
                account: request.owner.to_owned(),
                stream: stream.name.clone(),
                shard: shard_id.to_owned(),
                next,
                made: now,
            };
            Ok(output(json!({ "ShardIterator": position.text() })))
        })
    }

    pub(super) fn records(&self, request: &Request<'_>) -> Outcome {
        let position = Position::read(request.required("ShardIterator")?)
            .ok_or_else(|| errors::argument("Invalid ShardIterator."))?;
        let limit = request.count("Limit", MOST_RECORDS);
        if !(1..=MOST_RECORDS).contains(&limit) {
            return Err(errors::validation(format!(
                "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy \
                 constraint: Member must have value between 1 and 10000"
            )));
        }
        let now = self.host.now_millis();
        if position.made + ITERATOR_MILLIS < now {
            return Err(errors::expired());
        }
        let account = position.account.clone();
        self.streams.with(&account, request.region, |all| {
            let stream = all
                .get_mut(&position.stream)
                .ok_or_else(|| errors::no_stream(&position.stream, &position.account))?;
            stream.expire(now);
            let encryption = stream.encryption();
            let shard = stream
                .shards
                .iter()
                .find(|shard| shard.id == position.shard);
            let Some(shard) = shard else {
                return Err(errors::no_shard(
                    &position.shard,
                    &position.stream,
                    &position.account,
                ));
            };
            let waiting = || {
                shard
                    .records
                    .iter()
                    .filter(|record| record.number >= position.next)
            };
            let read: Vec<_> = waiting().take(limit).collect();
            let next = read
                .last()
                .map_or(position.next, |record| record.number + 1);
            let behind = waiting().nth(limit).map_or(0, |_| {
                let newest = shard.records.last().map_or(now, |record| record.arrived);
                newest.saturating_sub(read.last().map_or(now, |record| record.arrived))
            });
            let ended = shard.closed.is_some() && waiting().nth(limit).is_none();
            let children = if ended {
                children(stream, shard)
            } else {
                Vec::new()
            };
            let records: Vec<Value> = read
                .iter()
                .map(|record| listed(record, encryption))
                .collect();
            let next = (!ended).then(|| {
                Position {
                    next,
                    made: now,
                    ..position
                }
                .text()
            });
            Ok(output(json!({
                "Records": records,
                "NextShardIterator": next,
                "MillisBehindLatest": behind,
                "ChildShards": (!children.is_empty()).then_some(children),
            })))
        })
    }
}

/// The shards that took over from one that was split or merged.
fn children(stream: &Stream, shard: &Shard) -> Vec<Value> {
    let children = stream
        .shards
        .iter()
        .filter(|child| child.parents.contains(&shard.id));
    children
        .map(|child| {
            let described = child.described();
            json!({
                "ShardId": child.id, "ParentShards": child.parents,
                "HashKeyRange": described.get("HashKeyRange"),
            })
        })
        .collect()
}

fn listed(record: &Record, encryption: &str) -> Value {
    json!({
        "SequenceNumber": number_text(record.number),
        "ApproximateArrivalTimestamp": timestamp(record.arrived),
        "Data": record.data,
        "PartitionKey": record.partition,
        "EncryptionType": encryption,
    })
}

/// The first number that an iterator of a kind reads.
fn start(
    request: &Request<'_>,
    shard: &Shard,
    kind: &str,
    last: u128,
) -> Result<u128, ServiceError> {
    let given = || {
        let text = request.text("StartingSequenceNumber").unwrap_or_default();
        number(text).ok_or_else(|| {
            errors::argument(format!(
                "StartingSequenceNumber {text} used in GetShardIterator on shard {} is invalid.",
                shard.id
            ))
        })
    };
    match kind {
        "TRIM_HORIZON" => Ok(shard.first),
        "LATEST" => Ok(last + 1),
        "AT_SEQUENCE_NUMBER" => given(),
        "AFTER_SEQUENCE_NUMBER" => Ok(given()? + 1),
        "AT_TIMESTAMP" => {
            let Some(time) = request.parameters.get("Timestamp").and_then(Value::as_f64) else {
                return Err(errors::argument(
                    "Must specify timestampInMillis in the request when ShardIteratorType is \
                     AT_TIMESTAMP.",
                ));
            };
            let from = shard
                .records
                .iter()
                .find(|record| record.arrived >= millis(time));
            Ok(from.map_or(last + 1, |record| record.number))
        }
        other => Err(errors::validation(format!(
            "1 validation error detected: Value '{other}' at 'shardIteratorType' failed to satisfy \
             constraint: Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, \
             AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]"
        ))),
    }
}
