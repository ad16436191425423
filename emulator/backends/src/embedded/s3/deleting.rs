//! DeleteObject and DeleteObjects.

use serde_json::{Map, Value, json};

use super::{conditions, errors, service::S3};
use crate::embedded::request::{Outcome, Request, output};

impl S3 {
    /// Deleting what is not there succeeds. Source: API reference, DeleteObject.
    pub(super) fn delete(&self, request: &Request<'_>) -> Outcome {
        let key = request.required("Key")?;
        self.with_bucket(request, |bucket| {
            if request.text("IfMatch").is_some() {
                conditions::for_write(request, key, bucket.objects.get(key))?;
            }
            bucket.objects.remove(key);
            Ok(Map::new())
        })
    }

    pub(super) fn delete_several(&self, request: &Request<'_>) -> Outcome {
        let delete = request.map("Delete").ok_or_else(errors::malformed_xml)?;
        let quiet = delete
            .get("Quiet")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        let objects = delete.get("Objects").and_then(Value::as_array);
        let keys: Vec<&str> = objects
            .into_iter()
            .flatten()
            .filter_map(|object| object.get("Key").and_then(Value::as_str))
            .collect();
        // Source: API reference, DeleteObjects: up to 1000 keys.
        if keys.is_empty() || keys.len() > 1000 {
            return Err(errors::malformed_xml());
        }
        self.with_bucket(request, |bucket| {
            for key in &keys {
                bucket.objects.remove(*key);
            }
            let deleted: Vec<Value> = keys.iter().map(|key| json!({ "Key": key })).collect();
            Ok(output(json!({ "Deleted": (!quiet).then_some(deleted) })))
        })
    }
}
