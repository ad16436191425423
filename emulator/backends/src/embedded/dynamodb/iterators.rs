//! Shard iterators begin with the ARN of their stream: that is how reading with one is authorized.
//!
//! Source: DynamoDB Streams API reference, `GetShardIterator`, sample response:
//! `arn:aws:dynamodb:us-west-2:111122223333:table/Forum/stream/2015-05-20T20:51:10.252|1|AAAA...`.

use serde_json::{Map, Value};

use crate::embedded::request::Request;

/// The database's own iterator, in a request's parameters.
pub(super) fn shorten(parameters: &mut Map<String, Value>) {
    if let Some(Value::String(iterator)) = parameters.get_mut("ShardIterator")
        && let Some((_, own)) = iterator.rsplit_once('|')
    {
        *iterator = own.to_owned();
    }
}

/// The stream before the iterators in an answer.
pub(super) fn extend(request: &Request<'_>, answer: &mut Map<String, Value>) {
    let stream = match request.operation {
        "GetShardIterator" => request.text("StreamArn"),
        "GetRecords" => request
            .text("ShardIterator")
            .and_then(|iterator| iterator.split_once('|'))
            .map(|(stream, _)| stream),
        _ => None,
    };
    let Some(stream) = stream else {
        return;
    };
    for name in ["ShardIterator", "NextShardIterator"] {
        if let Some(Value::String(iterator)) = answer.get_mut(name) {
            *iterator = format!("{stream}|1|{iterator}");
        }
    }
}
