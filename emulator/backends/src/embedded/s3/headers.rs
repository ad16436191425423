//! The members of a request that stay with the object.

use percent_encoding::percent_decode_str;
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value};

use super::{bucket::Bucket, limits, lock, object::Object};
use crate::embedded::{request::Request, tags::Tags};

/// Named alike in PutObject, CopyObject, CreateMultipartUpload and in GetObject, HeadObject.
const KEPT: [&str; 16] = [
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "Expires",
    "WebsiteRedirectLocation",
    "ServerSideEncryption",
    "StorageClass",
    "SSECustomerAlgorithm",
    "SSECustomerKeyMD5",
    "SSEKMSKeyId",
    "BucketKeyEnabled",
    "ObjectLockMode",
    "ObjectLockRetainUntilDate",
    "ObjectLockLegalHoldStatus",
];

/// What a copy takes from the request even when it copies the metadata.
/// Source: API reference, CopyObject, `x-amz-metadata-directive`.
const OF_THE_COPY: [&str; 8] = [
    "WebsiteRedirectLocation",
    "ServerSideEncryption",
    "StorageClass",
    "SSEKMSKeyId",
    "BucketKeyEnabled",
    "ObjectLockMode",
    "ObjectLockRetainUntilDate",
    "ObjectLockLegalHoldStatus",
];

impl Object {
    /// Takes headers, metadata and tags from a request.
    pub(super) fn describe(
        &mut self,
        request: &Request<'_>,
        bucket: &Bucket,
    ) -> Result<(), ServiceError> {
        self.headers = kept(request);
        self.metadata = metadata(request);
        limits::check_metadata(&self.metadata)?;
        self.tags = header_tags(request)?;
        self.encrypt(bucket);
        lock::apply(self, bucket, self.modified)
    }

    /// Takes headers and metadata from another object, and from a request what a copy decides.
    pub(super) fn describe_as(
        &mut self,
        source: &Self,
        request: &Request<'_>,
        bucket: &Bucket,
    ) -> Result<(), ServiceError> {
        self.headers.clone_from(&source.headers);
        self.headers
            .retain(|name, _| !OF_THE_COPY.contains(&name.as_str()));
        let own = kept(request)
            .into_iter()
            .filter(|(name, _)| OF_THE_COPY.contains(&name.as_str()));
        self.headers.extend(own);
        self.metadata.clone_from(&source.metadata);
        self.encrypt(bucket);
        lock::apply(self, bucket, self.modified)
    }

    /// What the request does not say about encryption, the bucket says.
    fn encrypt(&mut self, bucket: &Bucket) {
        if self.headers.contains_key("ServerSideEncryption")
            || self.headers.contains_key("SSECustomerAlgorithm")
        {
            return;
        }
        let (algorithm, key) = bucket.default_encryption();
        self.headers
            .insert("ServerSideEncryption".to_owned(), algorithm.into());
        if let Some(key) = key {
            self.headers.insert("SSEKMSKeyId".to_owned(), key.into());
        }
    }
}

fn kept(request: &Request<'_>) -> Map<String, Value> {
    let mut headers: Map<String, Value> = KEPT
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), request.parameters.get(*name)?.clone())))
        .collect();
    strip_chunking(&mut headers);
    // Source: API reference, PutObject, `Content-Type`.
    headers
        .entry("ContentType")
        .or_insert_with(|| "binary/octet-stream".into());
    headers
}

/// `aws-chunked` is the form of the upload, not of the object.
/// Source: API reference, "Signature calculations: transferring payload in chunks".
fn strip_chunking(headers: &mut Map<String, Value>) {
    let Some(Value::String(encoding)) = headers.get("ContentEncoding") else {
        return;
    };
    let rest: Vec<&str> = encoding
        .split(',')
        .map(str::trim)
        .filter(|one| !one.is_empty() && !one.eq_ignore_ascii_case("aws-chunked"))
        .collect();
    if rest.is_empty() {
        headers.remove("ContentEncoding");
    } else {
        let rest = rest.join(",");
        headers.insert("ContentEncoding".to_owned(), rest.into());
    }
}

/// User metadata: names are stored in lower case. Source: user guide, object metadata.
fn metadata(request: &Request<'_>) -> Map<String, Value> {
    let entries = request.map("Metadata").into_iter().flatten();
    entries
        .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
        .collect()
}

/// The tags of the header `x-amz-tagging`: a query string.
pub(super) fn header_tags(request: &Request<'_>) -> Result<Tags, ServiceError> {
    let text = request.text("Tagging").unwrap_or_default();
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let tags: Tags = pairs.map(tag).collect();
    limits::check_tags(&tags, 10, "Object")?;
    Ok(tags)
}

fn tag(pair: &str) -> (String, String) {
    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
    (decode(key), decode(value))
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}
