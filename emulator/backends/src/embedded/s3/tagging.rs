//! Tags of objects and of buckets.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{errors, limits, service::S3};
use crate::embedded::{
    request::{Outcome, Request, output},
    tags::{self, Tags},
};

impl S3 {
    pub(super) fn object_tags(&self, request: &Request<'_>) -> Outcome {
        self.with_object(request, |object| {
            Ok(output(json!({ "TagSet": tags::to_pairs(&object.tags) })))
        })
    }

    pub(super) fn tag_object(&self, request: &Request<'_>) -> Outcome {
        let tags = tag_set(request, 10, "Object")?;
        self.with_object(request, |object| {
            object.tags = tags;
            Ok(Map::new())
        })
    }

    pub(super) fn untag_object(&self, request: &Request<'_>) -> Outcome {
        self.with_object(request, |object| {
            object.tags.clear();
            Ok(Map::new())
        })
    }

    pub(super) fn bucket_tags(&self, request: &Request<'_>) -> Outcome {
        self.with_bucket(request, |bucket| {
            if bucket.tags.is_empty() {
                let message = "The TagSet does not exist";
                return Err(errors::no_configuration(
                    "NoSuchTagSet",
                    message,
                    &bucket.name,
                ));
            }
            Ok(output(json!({ "TagSet": tags::to_pairs(&bucket.tags) })))
        })
    }

    pub(super) fn tag_bucket(&self, request: &Request<'_>) -> Outcome {
        let tags = tag_set(request, 50, "Bucket")?;
        self.with_bucket(request, |bucket| {
            bucket.tags = tags;
            Ok(Map::new())
        })
    }

    pub(super) fn untag_bucket(&self, request: &Request<'_>) -> Outcome {
        self.with_bucket(request, |bucket| {
            bucket.tags.clear();
            Ok(Map::new())
        })
    }
}

/// The tags of a `Tagging` document. Source: user guide, object tags and bucket tags: ten and
/// fifty at most, keys once.
fn tag_set(request: &Request<'_>, most: usize, what: &str) -> Result<Tags, ServiceError> {
    let pairs = request
        .map("Tagging")
        .and_then(|tagging| tagging.get("TagSet"));
    let pairs = pairs
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let tags = tags::from_pairs(pairs);
    limits::check_tags(&tags, most, what)?;
    if tags.len() == pairs.len() {
        Ok(tags)
    } else {
        Err(errors::invalid_tag(
            "Cannot provide multiple Tags with the same key",
        ))
    }
}
