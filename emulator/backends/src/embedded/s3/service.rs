//! All buckets, and the way of a call to its operation.

use std::{collections::BTreeMap, fmt, sync::Arc, sync::Mutex};

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value};

use super::{bucket::Bucket, errors, object::Object, versions};
use crate::{
    backend::{Answer, AnswerBody, AnswerSource, Body, Host},
    embedded::{
        memory::Memory,
        owned::lock,
        request::{Outcome, Request},
    },
};

/// S3. Names of buckets are unique, whoever owns them, so one map holds them all.
pub(crate) struct S3 {
    pub(super) host: Arc<dyn Host>,
    pub(super) memory: Arc<Memory>,
    buckets: Mutex<BTreeMap<String, Bucket>>,
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("S3")
    }
}

impl S3 {
    pub(crate) fn new(host: Arc<dyn Host>, memory: Arc<Memory>) -> Self {
        Self {
            host,
            memory,
            buckets: Mutex::default(),
        }
    }

    /// Answers what concerns buckets and objects.
    pub(crate) async fn answer(
        &self,
        request: &Request<'_>,
        body: Body,
    ) -> Option<Result<Answer, ServiceError>> {
        if let Err(error) = self.check_acl(request) {
            return Some(Err(error));
        }
        match request.operation {
            "PutObject" => Some(self.put(request, body).await.map(Answer::embedded)),
            "UploadPart" => Some(self.upload_part(request, body).await.map(Answer::embedded)),
            "PutBucketPolicy" => Some(self.put_policy(request, body).await.map(Answer::embedded)),
            "GetObject" => Some(self.get(request)),
            _ => {
                let outcome = self
                    .objects(request)
                    .or_else(|| self.uploads(request))
                    .or_else(|| self.bucket_operations(request))
                    .or_else(|| self.configuration(request))
                    .or_else(|| self.identified(request))?;
                Some(outcome.map(Answer::embedded))
            }
        }
    }

    fn objects(&self, request: &Request<'_>) -> Option<Outcome> {
        Some(match request.operation {
            "HeadObject" => self.head(request),
            "GetObjectAttributes" => self.object_attributes(request),
            "CopyObject" => self.copy(request),
            "DeleteObject" => self.delete(request),
            "DeleteObjects" => self.delete_several(request),
            "ListObjects" => self.list_v1(request),
            "ListObjectsV2" => self.list_v2(request),
            "ListObjectVersions" => self.list_versions(request),
            "GetObjectTagging" => self.object_tags(request),
            "PutObjectTagging" => self.tag_object(request),
            "DeleteObjectTagging" => self.untag_object(request),
            "GetObjectAcl" => self.object_acl(request),
            "PutObjectAcl" => self.put_object_acl(request),
            "GetObjectRetention" => self.retention(request),
            "PutObjectRetention" => self.retain(request),
            "GetObjectLegalHold" => self.legal_hold(request),
            "PutObjectLegalHold" => self.hold(request),
            _ => return None,
        })
    }

    fn uploads(&self, request: &Request<'_>) -> Option<Outcome> {
        Some(match request.operation {
            "CreateMultipartUpload" => self.create_upload(request),
            "UploadPartCopy" => self.copy_part(request),
            "CompleteMultipartUpload" => self.complete_upload(request),
            "AbortMultipartUpload" => self.abort_upload(request),
            "ListParts" => self.list_parts(request),
            "ListMultipartUploads" => self.list_uploads(request),
            _ => return None,
        })
    }

    fn bucket_operations(&self, request: &Request<'_>) -> Option<Outcome> {
        Some(match request.operation {
            "CreateBucket" => self.create_bucket(request),
            "HeadBucket" => self.head_bucket(request),
            "DeleteBucket" => self.delete_bucket(request),
            "ListBuckets" => self.list_buckets(request),
            "GetBucketLocation" => self.location(request),
            "GetBucketAcl" => self.bucket_acl(request),
            "PutBucketAcl" => self.put_bucket_acl(request),
            "GetBucketTagging" => self.bucket_tags(request),
            "PutBucketTagging" => self.tag_bucket(request),
            "DeleteBucketTagging" => self.untag_bucket(request),
            "GetBucketPolicy" => self.policy(request),
            "GetBucketPolicyStatus" => self.policy_status(request),
            "DeleteBucketPolicy" => self.delete_policy(request),
            _ => return None,
        })
    }

    /// Works on all buckets.
    pub(super) fn with_buckets<R>(
        &self,
        work: impl FnOnce(&mut BTreeMap<String, Bucket>) -> R,
    ) -> R {
        work(&mut lock(&self.buckets))
    }

    /// Works on the bucket that the request names, if its owner is the one that is expected.
    pub(super) fn with_bucket<R>(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut Bucket) -> Result<R, ServiceError>,
    ) -> Result<R, ServiceError> {
        let name = bucket_name(request.required("Bucket")?);
        self.with_buckets(|all| {
            let bucket = all.get_mut(name).ok_or_else(|| errors::no_bucket(name))?;
            match request.text("ExpectedBucketOwner") {
                Some(expected) if expected != bucket.owner => Err(errors::access_denied()),
                _ => work(bucket),
            }
        })
    }

    /// Works on the object that the request names by key and version, if it says one.
    pub(super) fn with_object(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut Object) -> Outcome,
    ) -> Outcome {
        self.with_version(request, |object, version| {
            let mut answer = work(object)?;
            answer.extend(said(version));
            Ok(answer)
        })
    }

    /// The same for other answers; with the version's id as answers say it.
    pub(super) fn with_version<R>(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut Object, Option<String>) -> Result<R, ServiceError>,
    ) -> Result<R, ServiceError> {
        let key = request.required("Key")?;
        let version = request.text("VersionId");
        self.with_bucket(request, |bucket| {
            let (object, version) = bucket.named(key, version)?;
            work(object, version)
        })
    }

    /// A new id for a version.
    pub(super) fn version_id(&self) -> String {
        versions::new_id([self.host.random(), self.host.random()])
    }

    /// Looks at a bucket, for facts.
    pub(crate) fn look<R>(&self, name: &str, look: impl FnOnce(Option<&Bucket>) -> R) -> R {
        self.with_buckets(|all| look(all.get(bucket_name(name))))
    }
}

/// The name in `arn:aws:s3:::name`, or the name itself.
fn bucket_name(text: &str) -> &str {
    text.split_once(":::").map_or(text, |(_, name)| name)
}

/// The member `VersionId`, where there is one to say.
pub(super) fn said(version: Option<String>) -> Option<(String, Value)> {
    version.map(|id| ("VersionId".to_owned(), id.into()))
}

/// An answer with a body.
pub(super) fn with_content(output: Map<String, Value>, body: AnswerBody) -> Answer {
    Answer {
        output,
        body: Some(body),
        source: AnswerSource::Embedded,
    }
}
