//! PutObject.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{
    checksum::{Algorithm, Checksum},
    conditions,
    content::{Content, Received},
    errors, limits,
    object::{Object, content_md5},
    service::{S3, said},
};
use crate::{
    backend::Body,
    embedded::request::{Outcome, Request},
};

impl S3 {
    /// Stores an object when all of its body has arrived and proved authentic.
    pub(super) async fn put(&self, request: &Request<'_>, body: Body) -> Outcome {
        // A bucket that is missing is answered before the body is stored, not before it is read.
        let received = Content::receive(body, wanted_algorithm(request), &self.memory).await?;
        let key = request.required("Key")?;
        limits::check_key(key)?;
        let id = self.version_id();
        self.with_bucket(request, |bucket| {
            conditions::for_write(request, key, bucket.object(key))?;
            check_digests(request, &received)?;
            let mut object = Object::new(received, self.host.now_millis());
            object.checksum = object.checksum.take().or_else(|| sent_checksum(request));
            object.describe(request, bucket)?;
            let mut answer = stored(&object);
            answer.extend(said(bucket.store(key, object, id)));
            Ok(answer)
        })
    }
}

/// What PutObject says about what it stored.
fn stored(object: &Object) -> Map<String, Value> {
    let mut answer = object.encryption();
    answer.insert("ETag".to_owned(), object.quoted_etag().into());
    answer.extend(object.checksum_members());
    answer
}

/// The algorithm that the client names, or that of the checksum which it sent.
pub(super) fn wanted_algorithm(request: &Request<'_>) -> Option<Algorithm> {
    let named = request.text("ChecksumAlgorithm").and_then(Algorithm::parse);
    let sent = || {
        let mut all = Algorithm::ALL.iter();
        all.find(|(_, _, member)| request.text(member).is_some())
            .map(|(one, _, _)| *one)
    };
    sent().or(named)
}

/// A checksum that is known by the client's word only.
fn sent_checksum(request: &Request<'_>) -> Option<Checksum> {
    Algorithm::ALL.iter().find_map(|(algorithm, _, member)| {
        let value = request.text(member)?.to_owned();
        Some(Checksum {
            algorithm: *algorithm,
            value,
            kind: "FULL_OBJECT",
        })
    })
}

/// Compares what was sent with what arrived.
pub(super) fn check_digests(
    request: &Request<'_>,
    received: &Received,
) -> Result<(), ServiceError> {
    if let Some(sent) = request.text("ContentMD5")
        && sent != content_md5(received.md5)
    {
        return Err(errors::bad_md5());
    }
    let Some((algorithm, raw)) = &received.checksum else {
        return Ok(());
    };
    let computed = Checksum::full(*algorithm, raw);
    match request.text(algorithm.member()) {
        Some(sent) if sent != computed.value => Err(errors::bad_digest(algorithm.name())),
        _ => Ok(()),
    }
}

/// What UploadPart says about what it stored.
pub(super) fn part_answer(etag: &str, checksum: Option<&Checksum>) -> Map<String, Value> {
    let mut answer = crate::embedded::request::output(json!({
        "ETag": format!("\"{etag}\""),
        "ServerSideEncryption": "AES256",
    }));
    if let Some(checksum) = checksum {
        answer.insert(
            checksum.algorithm.member().to_owned(),
            checksum.value.clone().into(),
        );
    }
    answer
}
