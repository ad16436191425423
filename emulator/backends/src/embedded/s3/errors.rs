//! Errors of S3. Source of codes, messages and statuses: S3 API reference, "Error responses".

use rolecall_protocol::ServiceError;

use super::versions::Versioning;
use crate::embedded::{memory::Full, request::Request};

fn error(code: &str, message: &str, status: u16) -> ServiceError {
    ServiceError::new(code, message).with_status(status)
}

pub(super) fn no_bucket(name: &str) -> ServiceError {
    error("NoSuchBucket", "The specified bucket does not exist", 404)
        .with_member("BucketName", name)
}

/// An object for which there is no room: S3's code for one that is too large, in our words.
pub(super) fn no_room(full: &Full) -> ServiceError {
    let message = format!("Your proposed upload exceeds the maximum allowed size. {full}");
    error("EntityTooLarge", &message, 400)
}

pub(super) fn no_key(key: &str) -> ServiceError {
    error("NoSuchKey", "The specified key does not exist.", 404).with_member("Key", key)
}

/// An object that was to be read or changed: only who may list the bucket is told.
pub(super) fn missing(bucket: &str, key: &str) -> ServiceError {
    no_key(key).with_missing_from(bucket)
}

pub(super) fn no_version(key: &str, id: &str) -> ServiceError {
    error(
        "NoSuchVersion",
        "The specified version does not exist.",
        404,
    )
    .with_member("Key", key)
    .with_member("VersionId", id)
}

/// A delete marker that is named by its id. Source: user guide, "Working with delete markers".
pub(super) fn is_delete_marker(id: &str) -> ServiceError {
    let message = "The specified method is not allowed against this resource.";
    error("MethodNotAllowed", message, 405)
        .with_member("Method", "GET")
        .with_member("ResourceType", "DeleteMarker")
        .with_header("allow", "DELETE")
        .with_header("x-amz-delete-marker", "true")
        .with_header("x-amz-version-id", id)
}

pub(super) fn no_upload(id: &str) -> ServiceError {
    let message = "The specified upload does not exist. The upload ID may be invalid, or the \
                   upload may have been aborted or completed.";
    error("NoSuchUpload", message, 404).with_member("UploadId", id)
}

pub(super) fn bucket_is_yours(name: &str) -> ServiceError {
    let message =
        "Your previous request to create the named bucket succeeded and you already own it.";
    error("BucketAlreadyOwnedByYou", message, 409).with_member("BucketName", name)
}

pub(super) fn bucket_exists(name: &str) -> ServiceError {
    let message = "The requested bucket name is not available. The bucket namespace is shared by \
                   all users of the system. Please select a different name and try again.";
    error("BucketAlreadyExists", message, 409).with_member("BucketName", name)
}

pub(super) fn bucket_not_empty(name: &str, versioning: Versioning) -> ServiceError {
    let message = match versioning {
        Versioning::Never => "The bucket you tried to delete is not empty",
        _ => {
            "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
        }
    };
    error("BucketNotEmpty", message, 409).with_member("BucketName", name)
}

pub(super) fn invalid_bucket_name(name: &str) -> ServiceError {
    error(
        "InvalidBucketName",
        "The specified bucket is not valid.",
        400,
    )
    .with_member("BucketName", name)
}

pub(super) fn access_denied() -> ServiceError {
    error("AccessDenied", "Access Denied", 403)
}

/// Source: user guide, "Troubleshooting" of Object Ownership.
pub(super) fn no_acls() -> ServiceError {
    let message = "The bucket does not allow ACLs";
    error("AccessControlListNotSupported", message, 400)
}

pub(super) fn acl_of_enforced_bucket() -> ServiceError {
    let message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
    error("InvalidBucketAclWithObjectOwnership", message, 400)
}

pub(super) fn public_acl_of_new_bucket() -> ServiceError {
    let message = "Bucket cannot have public ACLs set with BlockPublicAccess enabled";
    error("InvalidBucketAclWithBlockPublicAccessError", message, 400)
}

/// Source: user guide, "Troubleshoot access denied (403 Forbidden) errors", `BlockPublicAcls`.
pub(super) fn public_acl(request: &Request<'_>, resource: &str) -> ServiceError {
    let message = format!(
        "User: {} is not authorized to perform: s3:{} on resource: \"{resource}\" because public \
         ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.",
        request.caller, request.operation
    );
    error("AccessDenied", &message, 403)
}

pub(super) fn no_configuration(code: &str, message: &str, bucket: &str) -> ServiceError {
    error(code, message, 404).with_member("BucketName", bucket)
}

/// Something that is larger than it may be.
pub(super) fn too_much(code: &str, message: &str, size: usize, most: usize) -> ServiceError {
    error(code, message, 400)
        .with_member("Size", size.to_string())
        .with_member("MaxSizeAllowed", most.to_string())
}

pub(super) fn invalid_request(message: &str) -> ServiceError {
    error("InvalidRequest", message, 400)
}

pub(super) fn invalid_argument(message: &str, name: &str, value: &str) -> ServiceError {
    error("InvalidArgument", message, 400)
        .with_member("ArgumentName", name)
        .with_member("ArgumentValue", value)
}

pub(super) fn invalid_tag(message: &str) -> ServiceError {
    error("InvalidTag", message, 400)
}

pub(super) fn invalid_range(requested: &str, size: u64) -> ServiceError {
    error(
        "InvalidRange",
        "The requested range is not satisfiable",
        416,
    )
    .with_member("RangeRequested", requested)
    .with_member("ActualObjectSize", size.to_string())
}

pub(super) fn invalid_part_number(wanted: u64, count: usize) -> ServiceError {
    error(
        "InvalidPartNumber",
        "The requested partnumber is not satisfiable",
        416,
    )
    .with_member("PartNumberRequested", wanted.to_string())
    .with_member("ActualPartCount", count.to_string())
}

pub(super) fn precondition_failed(condition: &str) -> ServiceError {
    let message = "At least one of the pre-conditions you specified did not hold";
    error("PreconditionFailed", message, 412).with_member("Condition", condition)
}

pub(super) fn not_modified() -> ServiceError {
    error("NotModified", "Not Modified", 304)
}

pub(super) fn bad_digest(what: &str) -> ServiceError {
    let message = format!("The {what} you specified did not match the calculated checksum.");
    error("BadDigest", &message, 400)
}

pub(super) fn bad_md5() -> ServiceError {
    error(
        "BadDigest",
        "The Content-MD5 you specified did not match what we received.",
        400,
    )
}

pub(super) fn invalid_part(upload: &str, number: u64, etag: &str) -> ServiceError {
    let message = "One or more of the specified parts could not be found.  The part may not have \
                   been uploaded, or the specified entity tag may not match the part's entity tag.";
    error("InvalidPart", message, 400)
        .with_member("UploadId", upload)
        .with_member("PartNumber", number.to_string())
        .with_member("ETag", etag)
}

pub(super) fn invalid_part_order(upload: &str) -> ServiceError {
    let message = "The list of parts was not in ascending order. Parts must be ordered by part \
                   number.";
    error("InvalidPartOrder", message, 400).with_member("UploadId", upload)
}

pub(super) fn part_too_small(size: u64, number: u64, etag: &str) -> ServiceError {
    let message = "Your proposed upload is smaller than the minimum allowed size";
    error("EntityTooSmall", message, 400)
        .with_member("ProposedSize", size.to_string())
        .with_member("MinSizeAllowed", "5242880")
        .with_member("PartNumber", number.to_string())
        .with_member("ETag", etag)
}

pub(super) fn malformed_xml() -> ServiceError {
    let message = "The XML you provided was not well-formed or did not validate against our \
                   published schema";
    error("MalformedXML", message, 400)
}

pub(super) fn malformed_policy(message: &str) -> ServiceError {
    error("MalformedPolicy", message, 400)
}

pub(super) fn locked() -> ServiceError {
    let message = "Access Denied because object protected by object lock.";
    error("AccessDenied", message, 403)
}

pub(super) fn no_lock_on_bucket() -> ServiceError {
    invalid_request("Bucket is missing Object Lock Configuration")
}

pub(super) fn no_lock_on_object(key: &str) -> ServiceError {
    let message = "The specified object does not have a ObjectLock configuration";
    error("NoSuchObjectLockConfiguration", message, 404).with_member("Key", key)
}

pub(super) fn invalid_bucket_state(message: &str) -> ServiceError {
    error("InvalidBucketState", message, 409)
}
