//! Multipart uploads: begin, complete, abort.

use std::collections::BTreeMap;

use md5::{Digest, Md5};
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{
    checksum::{Algorithm, Checksum},
    conditions,
    content::{Content, Received},
    errors, limits,
    object::Object,
    service::{S3, said},
};
use crate::embedded::request::{Outcome, Request, output};

/// Only the last part may be smaller. Source: user guide, "Amazon S3 multipart upload limits".
const SMALLEST_PART: u64 = 5 * 1024 * 1024;

/// An upload that is under way.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(super) key: String,
    /// An object without content, described by the request that began the upload.
    pub(super) described: Object,
    pub(super) algorithm: Option<Algorithm>,
    /// `COMPOSITE` or `FULL_OBJECT`.
    pub(super) checksum_kind: &'static str,
    pub(super) parts: BTreeMap<u64, Part>,
}

/// A part that has arrived.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) received: Received,
    pub(super) arrived: u64,
}

impl Part {
    pub(super) fn etag(&self) -> String {
        hex::encode(self.received.md5)
    }
}

impl S3 {
    pub(super) fn create_upload(&self, request: &Request<'_>) -> Outcome {
        let key = request.required("Key")?;
        limits::check_key(key)?;
        let algorithm = request.text("ChecksumAlgorithm").and_then(Algorithm::parse);
        let now = self.host.now_millis();
        let id = format!("{:032x}{:032x}", self.host.random(), self.host.random());
        self.with_bucket(request, |bucket| {
            let mut described = Object::new(Content::default().digest(None), now);
            described.describe(request, bucket)?;
            let mut answer = described.encryption();
            let kind = checksum_kind(request, algorithm);
            answer.extend(output(json!({
                "Bucket": bucket.name,
                "Key": key,
                "UploadId": id,
                "ChecksumAlgorithm": algorithm.map(Algorithm::name),
                "ChecksumType": algorithm.map(|_| kind),
            })));
            let upload = Upload {
                key: key.to_owned(),
                described,
                algorithm,
                checksum_kind: kind,
                parts: BTreeMap::new(),
            };
            bucket.uploads.insert(id, upload);
            Ok(answer)
        })
    }

    pub(super) fn abort_upload(&self, request: &Request<'_>) -> Outcome {
        self.with_upload(request, |_| Ok(()))?;
        let id = request.required("UploadId")?;
        self.with_bucket(request, |bucket| {
            bucket.uploads.remove(id);
            Ok(Map::new())
        })
    }

    pub(super) fn complete_upload(&self, request: &Request<'_>) -> Outcome {
        let id = request.required("UploadId")?;
        let key = request.required("Key")?;
        let now = self.host.now_millis();
        let version = self.version_id();
        let location = format!(
            "{}/{}/{key}",
            self.host.endpoint().trim_end_matches('/'),
            request.required("Bucket")?
        );
        self.with_bucket(request, |bucket| {
            let upload = bucket.uploads.get(id).filter(|upload| upload.key == key);
            let upload = upload.ok_or_else(|| errors::no_upload(id))?;
            let parts = wanted_parts(request, id, upload)?;
            conditions::for_write(request, key, bucket.object(key))?;
            let object = assemble(upload, parts, now);
            let mut answer = object.encryption();
            answer.extend(object.checksum_members());
            answer.extend(output(json!({
                "Location": location,
                "Bucket": bucket.name,
                "Key": key,
                "ETag": object.quoted_etag(),
            })));
            bucket.uploads.remove(id);
            answer.extend(said(bucket.store(key, object, version)));
            Ok(answer)
        })
    }

    /// Works on the upload that the request names.
    pub(super) fn with_upload<R>(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut Upload) -> Result<R, ServiceError>,
    ) -> Result<R, ServiceError> {
        let id = request.required("UploadId")?;
        let key = request.required("Key")?;
        self.with_bucket(request, |bucket| {
            let upload = bucket
                .uploads
                .get_mut(id)
                .filter(|upload| upload.key == key);
            upload.ok_or_else(|| errors::no_upload(id)).and_then(work)
        })
    }
}

/// Source: user guide, "Checking object integrity": CRC64NVME is always of the full object,
/// others are composite unless the request says otherwise.
fn checksum_kind(request: &Request<'_>, algorithm: Option<Algorithm>) -> &'static str {
    match (request.text("ChecksumType"), algorithm) {
        (Some("FULL_OBJECT"), _) | (_, Some(Algorithm::Crc64Nvme)) => "FULL_OBJECT",
        _ => "COMPOSITE",
    }
}

/// The parts that the request lists, in its order, which must be theirs.
fn wanted_parts<'u>(
    request: &Request<'_>,
    id: &str,
    upload: &'u Upload,
) -> Result<Vec<(u64, &'u Part)>, ServiceError> {
    let listed = request
        .map("MultipartUpload")
        .and_then(|list| list.get("Parts"));
    let listed = listed
        .and_then(Value::as_array)
        .ok_or_else(errors::malformed_xml)?;
    let mut parts = Vec::new();
    let mut before = 0;
    for entry in listed {
        let number = entry
            .get("PartNumber")
            .and_then(Value::as_u64)
            .unwrap_or_default();
        let etag = entry
            .get("ETag")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .trim_matches('"');
        if number <= before {
            return Err(errors::invalid_part_order(id));
        }
        before = number;
        let part = upload.parts.get(&number).filter(|part| part.etag() == etag);
        parts.push((
            number,
            part.ok_or_else(|| errors::invalid_part(id, number, etag))?,
        ));
    }
    let Some((_, all_but_last)) = parts.split_last() else {
        return Err(errors::malformed_xml());
    };
    let small = all_but_last
        .iter()
        .find(|(_, p)| p.received.content.length() < SMALLEST_PART);
    if let Some((number, part)) = small {
        let size = part.received.content.length();
        return Err(errors::part_too_small(size, *number, &part.etag()));
    }
    Ok(parts)
}

/// The object that the parts make. Its tag is the MD5 of the parts' MD5s, and their number.
/// Source: observed with all SDKs; API reference, CompleteMultipartUpload, `ETag`.
fn assemble(upload: &Upload, numbered: Vec<(u64, &Part)>, now: u64) -> Object {
    let of_part = |part: &Part| {
        let (algorithm, raw) = part.received.checksum.as_ref()?;
        Some(Checksum::full(*algorithm, raw))
    };
    let part_checksums = numbered
        .iter()
        .map(|(number, part)| (*number, of_part(part)))
        .collect();
    let parts: Vec<&Part> = numbered.into_iter().map(|(_, part)| part).collect();
    let mut md5 = Md5::new();
    for part in &parts {
        md5.update(part.received.md5);
    }
    let content = Content::concat(parts.iter().map(|part| part.received.content.clone()));
    Object {
        etag: format!("{}-{}", hex::encode(md5.finalize()), parts.len()),
        modified: now,
        checksum: checksum(upload, &parts, &content),
        part_checksums,
        parts: parts
            .iter()
            .map(|part| part.received.content.length())
            .collect(),
        content,
        ..upload.described.clone()
    }
}

fn checksum(upload: &Upload, parts: &[&Part], content: &Content) -> Option<Checksum> {
    let algorithm = upload.algorithm?;
    if upload.checksum_kind == "FULL_OBJECT" {
        let (algorithm, raw) = content.clone().digest(Some(algorithm)).checksum?;
        return Some(Checksum::full(algorithm, &raw));
    }
    let raw: Option<Vec<Vec<u8>>> = parts
        .iter()
        .map(|part| part.received.checksum.as_ref().map(|(_, raw)| raw.clone()))
        .collect();
    Some(Checksum::composite(algorithm, &raw?))
}
