//! Consumers, as records.

use serde_json::{Map, Value, json};

use super::{errors, service::Kinesis, stream::Stream};
use crate::embedded::request::{Outcome, Request, output, timestamp};

/// Source: developer guide, quotas: consumers of a stream.
const MOST: usize = 20;

impl Kinesis {
    pub(super) fn register(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("ConsumerName")?;
        let now = self.host.now_millis();
        self.with_stream(request, |stream| {
            if stream.consumers.contains_key(name) {
                return Err(errors::consumer_exists(name));
            }
            if stream.consumers.len() >= MOST {
                let message = format!("A stream can have {MOST} consumers at most.");
                return Err(rolecall_protocol::ServiceError::new(
                    "LimitExceededException",
                    message,
                ));
            }
            stream.consumers.insert(name.to_owned(), now);
            Ok(output(json!({ "Consumer": consumer(stream, name, now) })))
        })
    }

    /// Works on the consumer that the request names, by its name or its ARN.
    fn with_consumer<R>(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut Stream, &str, u64) -> R,
    ) -> Result<R, rolecall_protocol::ServiceError> {
        let named = request.text("ConsumerName").or_else(|| {
            let (_, rest) = request.text("ConsumerARN")?.split_once("/consumer/")?;
            rest.split(':').next()
        });
        let name = match named {
            Some(name) => name,
            None => request.required("ConsumerName")?,
        };
        self.with_stream(request, |stream| {
            match stream.consumers.get(name).copied() {
                Some(made) => Ok(work(stream, name, made)),
                None => Err(errors::no_consumer(name)),
            }
        })
    }

    pub(super) fn deregister(&self, request: &Request<'_>) -> Outcome {
        self.with_consumer(request, |stream, name, _| {
            stream.consumers.remove(name);
            Map::new()
        })
    }

    pub(super) fn consumer(&self, request: &Request<'_>) -> Outcome {
        self.with_consumer(request, |stream, name, made| {
            let mut description = consumer(stream, name, made);
            description.insert("StreamARN".to_owned(), stream.arn.clone().into());
            output(json!({ "ConsumerDescription": description }))
        })
    }

    pub(super) fn consumers(&self, request: &Request<'_>) -> Outcome {
        self.with_stream(request, |stream| {
            let all = stream.consumers.iter();
            let all: Vec<_> = all
                .map(|(name, made)| consumer(stream, name, *made))
                .collect();
            Ok(output(json!({ "Consumers": all })))
        })
    }
}

/// The ARN ends in the time of its making. Source: service authorization reference.
fn consumer(stream: &Stream, name: &str, made: u64) -> Map<String, Value> {
    output(json!({
        "ConsumerName": name,
        "ConsumerARN": format!("{}/consumer/{name}:{}", stream.arn, made / 1000),
        "ConsumerStatus": "ACTIVE",
        "ConsumerCreationTimestamp": timestamp(made),
    }))
}
