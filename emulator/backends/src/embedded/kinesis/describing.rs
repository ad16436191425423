//! DescribeStream, DescribeStreamSummary and ListShards.

use serde_json::json;

use super::{errors, service::Kinesis, stream::Shard};
use crate::embedded::{
    paging::page,
    request::{Outcome, Request, output},
};

impl Kinesis {
    pub(super) fn describe(&self, request: &Request<'_>) -> Outcome {
        self.with_stream(request, |stream| {
            let after = request.text("ExclusiveStartShardId");
            let limit = request.count("Limit", 100);
            let (shards, next) = page(&stream.shards, after, limit, |shard| shard.id.clone());
            let shards: Vec<_> = shards.into_iter().map(Shard::described).collect();
            let mut description = stream.described();
            description.insert("Shards".to_owned(), json!(shards));
            description.insert("HasMoreShards".to_owned(), next.is_some().into());
            Ok(output(json!({ "StreamDescription": description })))
        })
    }

    pub(super) fn summary(&self, request: &Request<'_>) -> Outcome {
        self.with_stream(request, |stream| {
            let mut summary = stream.described();
            summary.insert("OpenShardCount".to_owned(), stream.open().count().into());
            summary.insert("ConsumerCount".to_owned(), stream.consumers.len().into());
            Ok(output(json!({ "StreamDescriptionSummary": summary })))
        })
    }

    /// A token carries the stream, since a request may have nothing else.
    pub(super) fn shards(&self, request: &Request<'_>) -> Outcome {
        let token = request
            .text("NextToken")
            .and_then(|token| token.split_once('/'));
        if request.text("NextToken").is_some() && token.is_none() {
            return Err(errors::argument("Invalid NextToken"));
        }
        let named = token.map(|(name, _)| json!({ "StreamName": name }));
        let request = match named.as_ref().and_then(|named| named.as_object()) {
            Some(parameters) => request.with_parameters(parameters),
            None => *request,
        };
        let after = token
            .map(|(_, shard)| shard)
            .or_else(|| request.text("ExclusiveStartShardId"));
        let limit = request.count("MaxResults", 1000);
        let filter = request
            .map("ShardFilter")
            .and_then(|filter| filter.get("Type")?.as_str());
        self.with_stream(&request, |stream| {
            let open_only = matches!(filter, Some("AT_LATEST"));
            let shards = stream
                .shards
                .iter()
                .filter(|shard| !open_only || shard.closed.is_none());
            let (shards, next) = page(shards, after, limit, |shard| shard.id.clone());
            let shards: Vec<_> = shards.into_iter().map(Shard::described).collect();
            let next = next.map(|shard| format!("{}/{shard}", stream.name));
            Ok(output(json!({ "Shards": shards, "NextToken": next })))
        })
    }
}
