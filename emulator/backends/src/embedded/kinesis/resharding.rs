//! SplitShard, MergeShards and UpdateShardCount.

use serde_json::{Map, json};

use super::{errors, service::Kinesis};
use crate::embedded::request::{Outcome, Request, output};

impl Kinesis {
    pub(super) fn split(&self, request: &Request<'_>) -> Outcome {
        let id = request.required("ShardToSplit")?;
        let at: u128 = request
            .required("NewStartingHashKey")?
            .parse()
            .map_err(|_| errors::argument("NewStartingHashKey is not a number of 128 bits"))?;
        self.with_stream(request, |stream| {
            let last = stream.last;
            let shard = stream
                .shards
                .iter_mut()
                .find(|s| s.id == id && s.closed.is_none());
            let Some(shard) = shard else {
                return Err(errors::no_shard(id, &stream.name, request.owner));
            };
            if at <= shard.start || at > shard.end {
                return Err(errors::argument(format!(
                    "NewStartingHashKey {at} used in SplitShard() on shard {id} in stream {} under \
                     account {} is not both greater than one plus the shard's StartingHashKey {} \
                     and less than the shard's EndingHashKey {}.",
                    stream.name, request.owner, shard.start, shard.end
                )));
            }
            shard.closed = Some(last);
            let (start, end) = (shard.start, shard.end);
            stream.open_shard(start, at - 1, vec![id.to_owned()]);
            stream.open_shard(at, end, vec![id.to_owned()]);
            Ok(Map::new())
        })
    }

    pub(super) fn merge(&self, request: &Request<'_>) -> Outcome {
        let ids = [
            request.required("ShardToMerge")?,
            request.required("AdjacentShardToMerge")?,
        ];
        self.with_stream(request, |stream| {
            let last = stream.last;
            let mut ranges = Vec::new();
            for id in ids {
                let shard = stream.open().find(|shard| shard.id == id);
                let Some(shard) = shard else {
                    return Err(errors::no_shard(id, &stream.name, request.owner));
                };
                ranges.push((shard.start, shard.end));
            }
            ranges.sort_unstable();
            let [(start, middle), (next, end)] = *ranges.as_slice() else {
                return Err(errors::argument("Two shards are merged"));
            };
            if middle.checked_add(1) != Some(next) {
                return Err(errors::argument(format!(
                    "Shards {} in stream {} under account {} are not an adjacent pair of shards \
                     eligible for merging",
                    ids.join(" and "),
                    stream.name,
                    request.owner
                )));
            }
            for shard in &mut stream.shards {
                if ids.contains(&shard.id.as_str()) {
                    shard.closed = Some(last);
                }
            }
            stream.open_shard(start, end, ids.map(str::to_owned).to_vec());
            Ok(Map::new())
        })
    }

    pub(super) fn reshard(&self, request: &Request<'_>) -> Outcome {
        let target = request.count("TargetShardCount", 0);
        self.with_stream(request, |stream| {
            let open: Vec<String> = stream.open().map(|shard| shard.id.clone()).collect();
            // Source: API reference, UpdateShardCount: at most double, at least half.
            if target == 0 || target > open.len() * 2 || target * 2 < open.len() {
                return Err(errors::argument(format!(
                    "UpdateShardCount cannot go from {} to {target} shards.",
                    open.len()
                )));
            }
            let last = stream.last;
            for shard in stream
                .shards
                .iter_mut()
                .filter(|shard| shard.closed.is_none())
            {
                shard.closed = Some(last);
            }
            let parent: Vec<String> = open.iter().take(1).cloned().collect();
            stream.open_shards(target, &parent);
            Ok(output(json!({
                "StreamName": stream.name, "StreamARN": stream.arn,
                "CurrentShardCount": open.len(), "TargetShardCount": target,
            })))
        })
    }
}
