//! CreateStream, DeleteStream, ListStreams, and what is set of a stream.

use serde_json::{Map, Value, json};

use super::{errors, service::Kinesis, stream::Stream};
use crate::embedded::{
    paging::page,
    request::{Outcome, Request, output, timestamp},
    tags,
};

/// Source: API reference: 24 hours to 365 days.
const LEAST_RETENTION: u64 = 24;
const MOST_RETENTION: u64 = 8760;

/// Source: developer guide, quotas: an on-demand stream begins with four shards.
const ON_DEMAND_SHARDS: usize = 4;

impl Kinesis {
    pub(super) fn create(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("StreamName")?;
        let letters = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
        if name.is_empty() || name.len() > 128 || !name.bytes().all(letters) {
            return Err(errors::validation(format!(
                "1 validation error detected: Value '{name}' at 'streamName' failed to satisfy \
                 constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
            )));
        }
        let mode = mode(request).unwrap_or("PROVISIONED");
        let count = match request.integer("ShardCount") {
            None if mode == "ON_DEMAND" => ON_DEMAND_SHARDS,
            None => 1,
            Some(count) => match usize::try_from(count) {
                Ok(count) if count > 0 => count,
                _ => {
                    return Err(errors::validation(format!(
                        "1 validation error detected: Value '{count}' at 'shardCount' failed to \
                         satisfy constraint: Member must have value greater than or equal to 1"
                    )));
                }
            },
        };
        let mut stream = Stream {
            name: name.to_owned(),
            arn: request.arn("kinesis", &format!("stream/{name}")),
            created: self.host.now_millis(),
            shards: Vec::new(),
            retention_hours: LEAST_RETENTION,
            mode: mode.to_owned(),
            key: None,
            policy: None,
            tags: tags::from_map(request.map("Tags")),
            consumers: std::collections::BTreeMap::new(),
            last: 0,
            record_size: request.count("MaxRecordSizeInKiB", 1024) * 1024,
        };
        stream.open_shards(count, &[]);
        self.with(request, |all| {
            if all.contains_key(name) {
                return Err(errors::stream_exists(name, request.owner));
            }
            all.insert(name.to_owned(), stream);
            Ok(Map::new())
        })
    }

    pub(super) fn delete(&self, request: &Request<'_>) -> Outcome {
        let enforce = request.flag("EnforceConsumerDeletion");
        let name = self.with_stream(request, |stream| {
            if !stream.consumers.is_empty() && !enforce {
                let message = format!("Stream {} has consumers.", stream.name);
                return Err(rolecall_protocol::ServiceError::new(
                    "ResourceInUseException",
                    message,
                ));
            }
            Ok(stream.name.clone())
        })?;
        self.with(request, |all| all.remove(&name));
        Ok(Map::new())
    }

    pub(super) fn list(&self, request: &Request<'_>) -> Outcome {
        let after = request
            .text("ExclusiveStartStreamName")
            .or_else(|| request.text("NextToken"));
        self.with(request, |all| {
            let limit = request.count("Limit", 100);
            let (streams, next) = page(all.values(), after, limit, |s| s.name.clone());
            let names: Vec<&String> = streams.iter().map(|stream| &stream.name).collect();
            let summaries: Vec<Value> = streams
                .iter()
                .map(|stream| {
                    json!({
                        "StreamName": stream.name, "StreamARN": stream.arn,
                        "StreamStatus": "ACTIVE",
                        "StreamModeDetails": { "StreamMode": stream.mode },
                        "StreamCreationTimestamp": timestamp(stream.created),
                    })
                })
                .collect();
            Ok(output(json!({
                "StreamNames": names, "HasMoreStreams": next.is_some(), "NextToken": next,
                "StreamSummaries": summaries,
            })))
        })
    }

    pub(super) fn retain(&self, request: &Request<'_>) -> Outcome {
        let hours = request.integer("RetentionPeriodHours").unwrap_or_default();
        let hours = u64::try_from(hours).unwrap_or_default();
        let more = request.operation.starts_with("Increase");
        self.with_stream(request, |stream| {
            let now = stream.retention_hours;
            let fits = if more { hours >= now } else { hours <= now };
            if !(LEAST_RETENTION..=MOST_RETENTION).contains(&hours) || !fits {
                let than = if more { "shorter" } else { "longer" };
                return Err(errors::argument(format!(
                    "Requested retention period ({hours} hours) for stream {} can not be {than} \
                     than existing retention period ({now} hours), less than {LEAST_RETENTION} or \
                     more than {MOST_RETENTION} hours.",
                    stream.name
                )));
            }
            stream.retention_hours = hours;
            Ok(Map::new())
        })
    }

    pub(super) fn encrypt(&self, request: &Request<'_>, start: bool) -> Outcome {
        let key = request.required("KeyId")?;
        self.with_stream(request, |stream| {
            stream.key = start.then(|| key.to_owned());
            Ok(Map::new())
        })
    }

    pub(super) fn set_mode(&self, request: &Request<'_>) -> Outcome {
        let mode = mode(request).unwrap_or("PROVISIONED").to_owned();
        self.with_stream(request, |stream| {
            stream.mode = mode;
            Ok(Map::new())
        })
    }

    pub(super) fn set_record_size(&self, request: &Request<'_>) -> Outcome {
        let size = request.count("MaxRecordSizeInKiB", 1024);
        self.with_stream(request, |stream| {
            stream.record_size = size * 1024;
            Ok(Map::new())
        })
    }

    pub(super) fn put_policy(&self, request: &Request<'_>) -> Outcome {
        let policy = request.required("Policy")?.to_owned();
        self.with_stream(request, |stream| {
            stream.policy = Some(policy);
            Ok(Map::new())
        })
    }

    pub(super) fn policy(&self, request: &Request<'_>) -> Outcome {
        self.with_stream(request, |stream| {
            // Source: API reference, GetResourcePolicy: an empty text where there is none.
            Ok(output(
                json!({ "Policy": stream.policy.clone().unwrap_or_default() }),
            ))
        })
    }

    pub(super) fn delete_policy(&self, request: &Request<'_>) -> Outcome {
        self.with_stream(request, |stream| {
            stream.policy = None;
            Ok(Map::new())
        })
    }
}

fn mode<'r>(request: &Request<'r>) -> Option<&'r str> {
    request
        .map("StreamModeDetails")?
        .get("StreamMode")?
        .as_str()
}
