//! Tags of secrets.

use serde_json::Map;

use super::service::SecretsManager;
use crate::embedded::{
    request::{Outcome, Request},
    tags,
};

impl SecretsManager {
    pub(super) fn tag(&self, request: &Request<'_>) -> Outcome {
        self.with_live_secret(request, |secret| {
            secret.tags.extend(tags::from_pairs(request.list("Tags")));
            Ok(Map::new())
        })
    }

    pub(super) fn untag(&self, request: &Request<'_>) -> Outcome {
        let keys = request.texts("TagKeys");
        self.with_live_secret(request, |secret| {
            secret.tags.retain(|key, _| !keys.contains(&key.as_str()));
            Ok(Map::new())
        })
    }
}
