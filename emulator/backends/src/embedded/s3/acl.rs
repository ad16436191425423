//! Access control lists: what is put is checked and not kept, so that all an ACL says is that
//! everything belongs to the owner of the bucket.
//!
//! Source: user guide, "Controlling ownership of objects and disabling ACLs for your bucket", with its
//! "Troubleshooting" for the codes; "Troubleshoot access denied (403 Forbidden) errors", "Block Public
//! Access settings", for what `BlockPublicAcls` says.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{bucket::Bucket, errors, service::S3};
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

    /// Refuses an ACL that the bucket does not take.
    pub(super) fn check_acl(&self, request: &Request<'_>) -> Result<(), ServiceError> {
        let takes_one = matches!(
            request.operation,
            "PutObject" | "CopyObject" | "CreateMultipartUpload" | "PutObjectAcl" | "PutBucketAcl"
        );
        if !takes_one || !has_acl(request) {
            return Ok(());
        }
        self.with_bucket(request, |bucket| {
            if bucket.acls_are_disabled() {
                return if is_of_owner(request, bucket) {
                    Ok(())
                } else {
                    Err(errors::no_acls())
                };
            }
            let block = bucket.public_access_block();
            let blocks = block.get("BlockPublicAcls").and_then(Value::as_bool) == Some(true);
            if blocks && is_public(request) {
                let key = request.text("Key").map(|key| format!("/{key}"));
                let key = key.unwrap_or_default();
                let resource = format!("arn:{}:s3:::{}{key}", request.partition, bucket.name);
                return Err(errors::public_acl(request, &resource));
            }
            Ok(())
        })
    }
}

/// Refuses an ACL that a new bucket does not take: one that gives something away where ACLs are
/// disabled, and one that is public, since a new bucket blocks them.
///
/// Source: API reference, `CreateBucket`, "Permissions"; the second code and the messages: users pasted
/// them (remotion-dev/remotion, documentation of its errors; what `S3ServiceException` says).
pub(super) fn check_new(request: &Request<'_>, bucket: &Bucket) -> Result<(), ServiceError> {
    if !has_acl(request) || is_private(request, bucket) {
        Ok(())
    } else if bucket.acls_are_disabled() {
        Err(errors::acl_of_enforced_bucket())
    } else if is_public(request) {
        Err(errors::public_acl_of_new_bucket())
    } else {
        Ok(())
    }
}

/// The headers that grant. Source: API reference, `PutObjectAcl`.
const GRANTS: [&str; 5] = [
    "GrantFullControl",
    "GrantRead",
    "GrantReadACP",
    "GrantWrite",
    "GrantWriteACP",
];

fn has_acl(request: &Request<'_>) -> bool {
    request.text("ACL").is_some()
        || request.map("AccessControlPolicy").is_some()
        || GRANTS.iter().any(|name| request.text(name).is_some())
}

fn is_private(request: &Request<'_>, bucket: &Bucket) -> bool {
    request.text("ACL") == Some("private") || is_of_owner(request, bucket)
}

/// Whether an ACL gives the bucket's owner full control and nobody else anything: the canned one, or
/// its equivalent, which are taken where ACLs are disabled.
fn is_of_owner(request: &Request<'_>, bucket: &Bucket) -> bool {
    let owner = bucket.owner_id();
    let canned = request.text("ACL");
    let by_headers: Vec<_> = GRANTS
        .iter()
        .filter_map(|name| Some((*name, request.text(name)?)))
        .collect();
    let listed = request.map("AccessControlPolicy");
    match (canned, by_headers.as_slice(), listed) {
        (Some(canned), [], None) => canned == "bucket-owner-full-control",
        (None, [("GrantFullControl", grantee)], None) => {
            let id = grantee.trim().strip_prefix("id=");
            id.is_some_and(|id| id.trim_matches('"') == owner)
        }
        (None, [], Some(listed)) => {
            let grants = listed.get("Grants").and_then(Value::as_array);
            let is_owner = |grant: &Value| {
                let id = grant.pointer("/Grantee/ID").and_then(Value::as_str);
                id == Some(owner.as_str())
            };
            grants.is_some_and(|grants| match grants.as_slice() {
                [only] => {
                    is_owner(only)
                        && only.get("Permission").and_then(Value::as_str) == Some("FULL_CONTROL")
                }
                _ => false,
            })
        }
        _ => false,
    }
}

/// The groups whose members are everybody. Source: user guide, "The meaning of public".
const PUBLIC_GROUPS: [&str; 2] = [
    "/groups/global/AllUsers",
    "/groups/global/AuthenticatedUsers",
];

/// Whether an ACL grants something to everybody.
fn is_public(request: &Request<'_>) -> bool {
    let names_public = |text: &str| PUBLIC_GROUPS.iter().any(|group| text.contains(group));
    let canned = matches!(
        request.text("ACL"),
        Some("public-read" | "public-read-write" | "authenticated-read")
    );
    let by_headers = GRANTS.iter().filter_map(|name| request.text(name));
    let grants = request
        .map("AccessControlPolicy")
        .and_then(|listed| listed.get("Grants")?.as_array());
    let uris = grants
        .into_iter()
        .flatten()
        .filter_map(|grant| grant.pointer("/Grantee/URI")?.as_str());
    canned || by_headers.chain(uris).any(names_public)
}

fn full_control(bucket: &Bucket) -> Map<String, Value> {
    let id = bucket.owner_id();
    output(json!({
        "Owner": { "ID": id },
        "Grants": [{ "Grantee": { "ID": id, "Type": "CanonicalUser" }, "Permission": "FULL_CONTROL" }],
    }))
}
