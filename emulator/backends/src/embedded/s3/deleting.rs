//! DeleteObject and DeleteObjects.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{
    bucket::Bucket,
    conditions, errors, lock,
    service::{S3, said},
    versions::{Deleted, check_id, is_id},
};
use crate::embedded::request::{Outcome, Request, output};

/// What one deletion works with.
struct Deletion {
    /// For a delete marker.
    id: String,
    now: u64,
    bypass: bool,
}

impl Deletion {
    fn run(
        self,
        bucket: &mut Bucket,
        key: &str,
        version: Option<&str>,
    ) -> Result<Deleted, ServiceError> {
        let Some(version) = version else {
            return Ok(bucket.delete_current(key, self.id, self.now));
        };
        if let Some(object) = bucket.version(key, version).and_then(|v| v.object.as_ref()) {
            lock::check_deletable(object, self.now, self.bypass)?;
        }
        Ok(bucket.delete_version(key, version))
    }
}

impl S3 {
    fn deletion(&self, request: &Request<'_>) -> Deletion {
        Deletion {
            id: self.version_id(),
            now: self.host.now_millis(),
            bypass: request.flag("BypassGovernanceRetention"),
        }
    }

    /// Deleting what is not there succeeds. Source: API reference, DeleteObject.
    pub(super) fn delete(&self, request: &Request<'_>) -> Outcome {
        let key = request.required("Key")?;
        let version = request.text("VersionId");
        version.map_or(Ok(()), check_id)?;
        let deletion = self.deletion(request);
        self.with_bucket(request, |bucket| {
            lock::check_bypass(bucket, request)?;
            if request.text("IfMatch").is_some() {
                conditions::for_write(request, key, bucket.object(key))?;
            }
            let deleted = deletion.run(bucket, key, version)?;
            let mut answer = Map::new();
            if deleted.marker {
                answer.insert("DeleteMarker".to_owned(), true.into());
            }
            answer.extend(said(deleted.version));
            Ok(answer)
        })
    }

    pub(super) fn delete_several(&self, request: &Request<'_>) -> Outcome {
        let delete = request.map("Delete").ok_or_else(errors::malformed_xml)?;
        let quiet = delete
            .get("Quiet")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        let objects = delete.get("Objects").and_then(Value::as_array);
        let objects = objects.map_or(&[][..], Vec::as_slice);
        // Source: API reference, DeleteObjects: up to 1000 keys.
        if objects.is_empty() || objects.len() > 1000 {
            return Err(errors::malformed_xml());
        }
        self.with_bucket(request, |bucket| {
            lock::check_bypass(bucket, request)?;
            let (mut deleted, mut failed) = (Vec::new(), Vec::new());
            for object in objects {
                match delete_one(bucket, object, self.deletion(request)) {
                    Ok(one) => deleted.push(one),
                    Err(one) => failed.push(one),
                }
            }
            Ok(output(json!({
                "Deleted": (!quiet && !deleted.is_empty()).then_some(deleted),
                "Errors": (!failed.is_empty()).then_some(failed),
            })))
        })
    }
}

/// The entry of one object in `Deleted`, or in `Errors`.
fn delete_one(bucket: &mut Bucket, object: &Value, deletion: Deletion) -> Result<Value, Value> {
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    let key = text("Key").unwrap_or_default();
    let version = text("VersionId");
    let done = match (version, text("ETag")) {
        // Observed: versity/versitygw#2119.
        (Some(id), _) if !is_id(id) => Err(errors::no_version(key, id)),
        (_, Some(etag)) => conditions::for_delete(etag, key, bucket.object(key))
            .and_then(|()| deletion.run(bucket, key, version)),
        _ => deletion.run(bucket, key, version),
    };
    match done {
        Err(error) => Err(output(json!({
            "Key": key,
            "VersionId": version,
            "Code": error.code,
            "Message": error.message,
        }))
        .into()),
        Ok(Deleted {
            marker,
            version: made,
        }) => Ok(output(json!({
            "Key": key,
            "VersionId": version,
            "DeleteMarker": marker.then_some(true),
            "DeleteMarkerVersionId": made.filter(|_| marker),
        }))
        .into()),
    }
}
