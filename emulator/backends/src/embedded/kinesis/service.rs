//! The streams of every account and region.

use std::{collections::BTreeMap, fmt, sync::Arc};

use rolecall_protocol::ServiceError;

use super::{errors, stream::Stream};
use crate::{
    backend::Host,
    embedded::{
        memory::Memory,
        owned::Owned,
        request::{Outcome, Request},
    },
};

/// Streams by name.
pub(crate) type Streams = BTreeMap<String, Stream>;

/// Kinesis.
pub(crate) struct Kinesis {
    pub(super) host: Arc<dyn Host>,
    pub(super) memory: Arc<Memory>,
    pub(crate) streams: Owned<Streams>,
}

impl fmt::Debug for Kinesis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kinesis")
    }
}

impl Kinesis {
    pub(crate) fn new(host: Arc<dyn Host>, memory: Arc<Memory>) -> Self {
        Self {
            host,
            memory,
            streams: Owned::default(),
        }
    }

    /// Answers what concerns streams and records.
    pub(crate) fn answer(&self, request: &Request<'_>) -> Option<Outcome> {
        Some(match request.operation {
            "CreateStream" => self.create(request),
            "DeleteStream" => self.delete(request),
            "ListStreams" => self.list(request),
            "DescribeStream" => self.describe(request),
            "DescribeStreamSummary" => self.summary(request),
            "ListShards" => self.shards(request),
            "PutRecord" => self.put_record(request),
            "PutRecords" => self.put_records(request),
            "GetShardIterator" => self.iterator(request),
            "GetRecords" => self.records(request),
            "SplitShard" => self.split(request),
            "MergeShards" => self.merge(request),
            "UpdateShardCount" => self.reshard(request),
            "IncreaseStreamRetentionPeriod" | "DecreaseStreamRetentionPeriod" => {
                self.retain(request)
            }
            "StartStreamEncryption" => self.encrypt(request, true),
            "StopStreamEncryption" => self.encrypt(request, false),
            "UpdateStreamMode" => self.set_mode(request),
            "UpdateMaxRecordSize" => self.set_record_size(request),
            "RegisterStreamConsumer" => self.register(request),
            "DeregisterStreamConsumer" => self.deregister(request),
            "DescribeStreamConsumer" => self.consumer(request),
            "ListStreamConsumers" => self.consumers(request),
            "AddTagsToStream" | "TagResource" => self.tag(request),
            "RemoveTagsFromStream" | "UntagResource" => self.untag(request),
            "ListTagsForStream" | "ListTagsForResource" => self.tags(request),
            "PutResourcePolicy" => self.put_policy(request),
            "GetResourcePolicy" => self.policy(request),
            "DeleteResourcePolicy" => self.delete_policy(request),
            _ => return None,
        })
    }

    pub(super) fn with<R>(&self, request: &Request<'_>, work: impl FnOnce(&mut Streams) -> R) -> R {
        self.streams.with(request.owner, request.region, work)
    }

    /// Works on the stream that the request names, by its name or its ARN.
    pub(super) fn with_stream<R>(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut Stream) -> Result<R, ServiceError>,
    ) -> Result<R, ServiceError> {
        let name = stream_name(request)?;
        self.with(request, |all| match all.get_mut(name) {
            Some(stream) => work(stream),
            None => Err(errors::no_stream(name, request.owner)),
        })
    }
}

/// The name of the stream, out of the members that may carry it; a consumer's ARN begins with its
/// stream's.
fn stream_name<'r>(request: &Request<'r>) -> Result<&'r str, ServiceError> {
    if let Some(name) = request.text("StreamName") {
        return Ok(name);
    }
    let arns = ["StreamARN", "ResourceARN", "ConsumerARN"];
    let arn = arns.iter().find_map(|member| request.text(member));
    let arn = match arn {
        Some(arn) => arn,
        None => request.required("StreamName")?,
    };
    let name = arn.split_once(":stream/").map_or(arn, |(_, name)| name);
    Ok(name.split('/').next().unwrap_or(name))
}
