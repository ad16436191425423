//! Tags of log groups.

use serde_json::{Map, json};

use super::service::Logs;
use crate::embedded::{
    request::{Outcome, Request, output},
    tags,
};

impl Logs {
    pub(super) fn tag(&self, request: &Request<'_>) -> Outcome {
        self.with_group(request, |group| {
            group.tags.extend(tags::from_map(request.map("tags")));
            Ok(Map::new())
        })
    }

    pub(super) fn untag(&self, request: &Request<'_>) -> Outcome {
        // TagLogGroup's kin says `tags`, TagResource's `tagKeys`.
        let keys = [request.texts("tagKeys"), request.texts("tags")].concat();
        self.with_group(request, |group| {
            group.tags.retain(|key, _| !keys.contains(&key.as_str()));
            Ok(Map::new())
        })
    }

    pub(super) fn tags(&self, request: &Request<'_>) -> Outcome {
        self.with_group(request, |group| Ok(output(json!({ "tags": group.tags }))))
    }
}
