//! Tags of streams.

use serde_json::{Map, Value, json};

use super::service::Kinesis;
use crate::embedded::{
    paging::page,
    request::{Outcome, Request, output},
    tags,
};

impl Kinesis {
    pub(super) fn tag(&self, request: &Request<'_>) -> Outcome {
        self.with_stream(request, |stream| {
            stream.tags.extend(tags::from_map(request.map("Tags")));
            Ok(Map::new())
        })
    }

    pub(super) fn untag(&self, request: &Request<'_>) -> Outcome {
        let keys = request.texts("TagKeys");
        self.with_stream(request, |stream| {
            stream.tags.retain(|key, _| !keys.contains(&key.as_str()));
            Ok(Map::new())
        })
    }

    pub(super) fn tags(&self, request: &Request<'_>) -> Outcome {
        self.with_stream(request, |stream| {
            let after = request.text("ExclusiveStartTagKey");
            let limit = request.count("Limit", 50);
            let (shown, next) = page(&stream.tags, after, limit, |(key, _)| (*key).clone());
            let shown: Vec<Value> = shown
                .into_iter()
                .map(|(key, value)| json!({ "Key": key, "Value": value }))
                .collect();
            // The older operation says whether there are more; the newer one gives all.
            let more = (request.operation == "ListTagsForStream").then_some(next.is_some());
            Ok(output(json!({ "Tags": shown, "HasMoreTags": more })))
        })
    }
}
