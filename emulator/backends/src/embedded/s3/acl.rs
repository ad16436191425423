//! Access control lists: everything belongs to its owner, as with `BucketOwnerEnforced`, which
//! new buckets have. Source: user guide, "Controlling ownership of objects".

use serde_json::{Map, json};

use super::{bucket::Bucket, service::S3};
use crate::embedded::request::{Outcome, Request, output};

impl S3 {
    pub(super) fn bucket_acl(&self, request: &Request<'_>) -> Outcome {
        self.with_bucket(request, |bucket| Ok(full_control(bucket)))
    }

    pub(super) fn object_acl(&self, request: &Request<'_>) -> Outcome {
        self.with_version(request, |_, _| Ok(()))?;
        self.bucket_acl(request)
    }

    pub(super) fn put_bucket_acl(&self, request: &Request<'_>) -> Outcome {
        self.with_bucket(request, |_| Ok(Map::new()))
    }

    pub(super) fn put_object_acl(&self, request: &Request<'_>) -> Outcome {
        self.with_object(request, |_| Ok(Map::new()))
    }
}

fn full_control(bucket: &Bucket) -> Map<String, serde_json::Value> {
    let id = bucket.owner_id();
    output(json!({
        "Owner": { "ID": id },
        "Grants": [{ "Grantee": { "ID": id, "Type": "CanonicalUser" }, "Permission": "FULL_CONTROL" }],
    }))
}
