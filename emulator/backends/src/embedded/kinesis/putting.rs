//! PutRecord and PutRecords.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{
    errors,
    service::Kinesis,
    stream::{Stream, hash_key},
};
use crate::embedded::{
    memory::Held,
    request::{Outcome, Request, output},
};

/// Source: API reference, PutRecords: 500 records, 10 MiB together.
const MOST_RECORDS: usize = 500;
const MAXIMUM_SIZE: usize = 10 * 1_048_576;

impl Kinesis {
    pub(super) fn put_record(&self, request: &Request<'_>) -> Outcome {
        let now = self.host.now_millis();
        self.with_stream(request, |stream| {
            check(stream, request.parameters)?;
            let held = self.held(size(request.parameters))?;
            let (shard, number) = put(stream, request.parameters, now, &held)?;
            Ok(output(json!({
                "ShardId": shard, "SequenceNumber": number, "EncryptionType": stream.encryption(),
            })))
        })
    }

    pub(super) fn put_records(&self, request: &Request<'_>) -> Outcome {
        let records = request.entries("Records");
        if records.is_empty() || records.len() > MOST_RECORDS {
            let bound = if records.is_empty() {
                "greater than or equal to 1"
            } else {
                "less than or equal to 500"
            };
            return Err(errors::validation(format!(
                "1 validation error detected: Value at 'records' failed to satisfy constraint: \
                 Member must have length {bound}"
            )));
        }
        let size: usize = records.iter().map(|record| size(record)).sum();
        if size > MAXIMUM_SIZE {
            return Err(errors::argument("Records size exceeds 10 MB limit"));
        }
        let now = self.host.now_millis();
        self.with_stream(request, |stream| {
            for record in &records {
                check(stream, record)?;
            }
            let held = self.held(size)?;
            let put: Vec<Value> = records
                .iter()
                .map(|record| {
                    let (shard, number) = put(stream, record, now, &held)?;
                    Ok(json!({ "ShardId": shard, "SequenceNumber": number }))
                })
                .collect::<Result<_, ServiceError>>()?;
            Ok(output(json!({
                "FailedRecordCount": 0, "Records": put, "EncryptionType": stream.encryption(),
            })))
        })
    }

    /// The room that records take.
    fn held(&self, bytes: usize) -> Result<Arc<Held>, ServiceError> {
        let held = self.memory.hold(bytes);
        held.map(Arc::new)
            .map_err(|full| errors::argument(full.to_string()))
    }
}

fn text<'r>(record: &'r Map<String, Value>, member: &str) -> &'r str {
    record
        .get(member)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Source: API reference, PutRecord: the data before base64 and the partition key.
fn size(record: &Map<String, Value>) -> usize {
    let data = BASE64_STANDARD
        .decode(text(record, "Data"))
        .unwrap_or_default();
    data.len() + text(record, "PartitionKey").len()
}

fn check(stream: &Stream, record: &Map<String, Value>) -> Result<(), ServiceError> {
    let key = text(record, "PartitionKey");
    if key.is_empty() || key.chars().count() > 256 {
        return Err(errors::validation(format!(
            "1 validation error detected: Value '{key}' at 'partitionKey' failed to satisfy \
             constraint: Member must have length between 1 and 256"
        )));
    }
    if size(record) > stream.record_size {
        return Err(errors::validation(format!(
            "1 validation error detected: Value at 'data' failed to satisfy constraint: Member \
             must have length less than or equal to {}",
            stream.record_size
        )));
    }
    Ok(())
}

fn put(
    stream: &mut Stream,
    record: &Map<String, Value>,
    now: u64,
    held: &Arc<Held>,
) -> Result<(String, String), ServiceError> {
    let partition = text(record, "PartitionKey");
    let hash = match record.get("ExplicitHashKey").and_then(Value::as_str) {
        Some(explicit) => explicit.parse().map_err(|_| {
            errors::argument(format!(
                "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. \
                 Specified value was {explicit}"
            ))
        })?,
        None => hash_key(partition),
    };
    Ok(stream.put(hash, partition, text(record, "Data"), now, held))
}
