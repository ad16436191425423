//! An object.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};

use super::{
    checksum::Checksum,
    content::{Content, Received},
};
use crate::embedded::{
    request::{output, timestamp},
    tags::Tags,
};

/// An object with all that stands beside its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(super) content: Content,
    /// Without quotation marks.
    pub(super) etag: String,
    pub(super) modified: u64,
    /// The members that are kept and given back: content type, encryption and so on.
    pub(super) headers: Map<String, Value>,
    pub(super) metadata: Map<String, Value>,
    pub(super) tags: Tags,
    pub(super) checksum: Option<Checksum>,
    /// The sizes of its parts, if it was uploaded in parts.
    pub(super) parts: Vec<u64>,
    /// The numbers of its parts, and their checksums as far as they have one of the object's kind.
    pub(super) part_checksums: Vec<(u64, Option<Checksum>)>,
}

impl Object {
    /// An object of one piece.
    pub(super) fn new(received: Received, modified: u64) -> Self {
        let checksum = received
            .checksum
            .map(|(algorithm, raw)| Checksum::full(algorithm, &raw));
        Self {
            content: received.content,
            etag: hex::encode(received.md5),
            modified,
            headers: Map::new(),
            metadata: Map::new(),
            tags: Tags::new(),
            checksum,
            parts: Vec::new(),
            part_checksums: Vec::new(),
        }
    }

    /// The tags.
    pub(crate) fn tags(&self) -> &Tags {
        &self.tags
    }

    /// The key that encrypts it, as it was named.
    pub(crate) fn key_id(&self) -> Option<&str> {
        self.headers.get("SSEKMSKeyId").and_then(Value::as_str)
    }

    /// The entity tag as it stands in answers.
    pub(super) fn quoted_etag(&self) -> String {
        format!("\"{}\"", self.etag)
    }

    /// The members about encryption.
    pub(super) fn encryption(&self) -> Map<String, Value> {
        let names = ["ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled"];
        self.headers
            .iter()
            .filter(|(name, _)| names.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// What GetObject and HeadObject say besides the length.
    pub(super) fn described(&self) -> Map<String, Value> {
        let mut described = Map::with_capacity(self.headers.len() + 6);
        // The standard class is not said. Source: API reference, GetObject, `x-amz-storage-class`.
        let said = |name: &str, value: &Value| name != "StorageClass" || value != "STANDARD";
        let headers = self
            .headers
            .iter()
            .filter(|(name, value)| said(name, value));
        described.extend(headers.map(|(name, value)| (name.clone(), value.clone())));
        let mut add = |name: &str, value: Value| {
            described.insert(name.to_owned(), value);
        };
        add("AcceptRanges", "bytes".into());
        add("LastModified", whole_seconds(self.modified));
        add("ETag", self.quoted_etag().into());
        if !self.metadata.is_empty() {
            add("Metadata", self.metadata.clone().into());
        }
        if !self.tags.is_empty() {
            add("TagCount", self.tags.len().into());
        }
        described
    }

    /// The checksum's members.
    pub(super) fn checksum_members(&self) -> Map<String, Value> {
        let Some(checksum) = &self.checksum else {
            return Map::new();
        };
        output(json!({
            checksum.algorithm.member(): checksum.value,
            "ChecksumType": checksum.kind,
        }))
    }

    /// What the lists say.
    pub(super) fn listed(&self, key: &str) -> Map<String, Value> {
        let class = self.headers.get("StorageClass").cloned();
        output(json!({
            "Key": key,
            "LastModified": timestamp(self.modified),
            "ETag": self.quoted_etag(),
            "ChecksumAlgorithm": self.checksum.as_ref().map(|c| [c.algorithm.name()]),
            "ChecksumType": self.checksum.as_ref().map(|c| c.kind),
            "Size": self.content.length(),
            "StorageClass": class.unwrap_or_else(|| "STANDARD".into()),
        }))
    }
}

/// The header `Last-Modified` has no fractions.
pub(super) fn whole_seconds(millis: u64) -> Value {
    timestamp(millis / 1000 * 1000)
}

/// The MD5 in the form of `Content-MD5`.
pub(super) fn content_md5(md5: [u8; 16]) -> String {
    BASE64_STANDARD.encode(md5)
}
