//! CopyObject, and where a copy comes from.

use percent_encoding::percent_decode_str;
use rolecall_protocol::ServiceError;
use serde_json::{Value, json};

use super::{
    checksum::Algorithm,
    conditions, errors,
    headers::header_tags,
    limits,
    object::Object,
    service::{S3, said},
};
use crate::embedded::request::{Outcome, Request, output, timestamp};

impl S3 {
    pub(super) fn copy(&self, request: &Request<'_>) -> Outcome {
        let (source, from) = self.source(request)?;
        let key = request.required("Key")?;
        limits::check_key(key)?;
        let algorithm = request.text("ChecksumAlgorithm").and_then(Algorithm::parse);
        let kept = source.checksum.as_ref().map(|checksum| checksum.algorithm);
        let digested = source.content.clone().digest(algorithm.or(kept));
        let mut object = Object::new(digested, self.host.now_millis());
        let id = self.version_id();
        self.with_bucket(request, |bucket| {
            conditions::for_write(request, key, bucket.object(key))?;
            let replace = request.text("MetadataDirective") == Some("REPLACE");
            if replace {
                object.describe(request, bucket)?;
            } else {
                object.describe_as(&source, request, bucket)?;
            }
            object.tags = match request.text("TaggingDirective") {
                Some("REPLACE") => header_tags(request)?,
                _ => source.tags.clone(),
            };
            let mut result = output(json!({
                "ETag": object.quoted_etag(),
                "LastModified": timestamp(object.modified),
            }));
            result.extend(object.checksum_members());
            let mut answer = object.encryption();
            answer.insert("CopyObjectResult".to_owned(), result.into());
            answer.extend(from.map(|id| ("CopySourceVersionId".to_owned(), id.into())));
            answer.extend(said(bucket.store(key, object, id)));
            Ok(answer)
        })
    }

    /// The object that `CopySource` names, if its conditions hold; with its version's id as
    /// answers say it.
    pub(super) fn source(
        &self,
        request: &Request<'_>,
    ) -> Result<(Object, Option<String>), ServiceError> {
        let text = request.required("CopySource")?;
        let (bucket, key, version) = parse(text).ok_or_else(|| {
            errors::invalid_argument(
                "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
                "x-amz-copy-source",
                text,
            )
        })?;
        if version.is_none() && is_itself(request, &bucket, &key) {
            return Err(errors::invalid_request(
                "This copy request is illegal because it is trying to copy an object to itself \
                 without changing the object's metadata, storage class, website redirect location \
                 or encryption attributes.",
            ));
        }
        let found = self.with_buckets(|all| {
            let bucket = all
                .get_mut(&bucket)
                .ok_or_else(|| errors::no_bucket(&bucket))?;
            let (object, version) = bucket.named(&key, version.as_deref())?;
            Ok::<_, ServiceError>((object.clone(), version))
        });
        let (source, version) = found.map_err(of_the_source)?;
        conditions::for_copy(request, &source)?;
        Ok((source, version))
    }
}

/// A delete marker is no source. Source: API reference, CopyObject, "Versioning".
fn of_the_source(error: ServiceError) -> ServiceError {
    if error.code != "MethodNotAllowed" {
        return error;
    }
    errors::invalid_request(
        "The source of a copy request may not specifically refer to a delete marker by version id.",
    )
}

/// Whether an object is copied onto itself and nothing of it changes.
fn is_itself(request: &Request<'_>, bucket: &str, key: &str) -> bool {
    let changes = [
        "StorageClass",
        "WebsiteRedirectLocation",
        "ServerSideEncryption",
        "SSEKMSKeyId",
        "ChecksumAlgorithm",
    ];
    request.operation == "CopyObject"
        && request.text("Bucket") == Some(bucket)
        && request.text("Key") == Some(key)
        && request.text("MetadataDirective") != Some("REPLACE")
        && !changes
            .iter()
            .any(|name| request.parameters.get(*name).is_some_and(Value::is_string))
}

/// Bucket, key and version of `bucket/key`, `/bucket/key`, with `?versionId=` behind it or not.
fn parse(text: &str) -> Option<(String, String, Option<String>)> {
    let (path, version) = match text.split_once("?versionId=") {
        Some((path, version)) => (path, Some(version.to_owned())),
        None => (text, None),
    };
    let path = percent_decode_str(path).decode_utf8_lossy();
    let (bucket, key) = path.strip_prefix('/').unwrap_or(&path).split_once('/')?;
    (!bucket.is_empty() && !key.is_empty()).then(|| (bucket.to_owned(), key.to_owned(), version))
}
