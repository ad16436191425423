//! Codes and HTTP statuses of errors.

use rolecall_catalog::{Operation, ProtocolName, Service};

use crate::{ServiceError, shapes};

/// The code with which a service refuses what its policies do not allow.
///
/// Source: facts "Access-denied message templates", sections 3, 4 and 7.
pub fn access_denied_code(service: &Service) -> &'static str {
    match service.name.as_str() {
        "ec2" => return "UnauthorizedOperation",
        "sns" => return "AuthorizationError",
        "iot-data" => return "ForbiddenException",
        _ => {}
    }
    // A service that was a query service keeps its codes (SQS, CloudWatch).
    let as_query = service.query_compatible
        || matches!(
            service.protocols.first(),
            Some(ProtocolName::Query | ProtocolName::RestXml)
        );
    if as_query {
        "AccessDenied"
    } else {
        "AccessDeniedException"
    }
}

/// The HTTP status of an error: the model's, AWS's for its code, the error's own, the protocol's.
pub(crate) fn status(
    service: Option<&Service>,
    operation: Option<&Operation>,
    protocol: ProtocolName,
    error: &ServiceError,
) -> u16 {
    let modelled = service
        .and_then(|service| shapes::error_shape(service, operation, &error.code))
        .and_then(|(_, shape)| shape.error_status);
    let as_query = service.is_some_and(|service| service.query_compatible);
    modelled
        .or_else(|| {
            if is_s3(service, protocol) {
                s3_status(&error.code)
            } else {
                None
            }
        })
        .or_else(|| status_of_code(protocol, as_query, &error.code))
        .or(error.status)
        .unwrap_or(400)
}

/// Who is at fault, as query services say it.
pub(crate) fn fault_type(status: u16) -> &'static str {
    if status < 500 { "Sender" } else { "Receiver" }
}

/// Whether the errors have S3's own form; a rest-xml request of no known service is taken for S3's.
pub(crate) fn is_s3(service: Option<&Service>, protocol: ProtocolName) -> bool {
    match service {
        Some(service) => service.name == "s3",
        None => protocol == ProtocolName::RestXml,
    }
}

/// Denials and refused signatures: 403 for query and REST, 400 for JSON.
///
/// Source: facts "Access-denied message templates", section 7; IAM user guide, "Common errors". For
/// CBOR the status of JSON is assumed. Query-compatible services keep 403 (section 4, SQS).
fn status_of_code(protocol: ProtocolName, as_query: bool, code: &str) -> Option<u16> {
    use ProtocolName::{Ec2, Json10, Json11, Query, RestJson, RestXml, RpcV2Cbor};
    let rpc = matches!(protocol, Json10 | Json11 | RpcV2Cbor);
    Some(match code {
        "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedOperation"
        | "AuthorizationError"
        | "ForbiddenException"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "InvalidAccessKeyId"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "OptInRequired"
        | "RequestTimeTooSkewed"
        | "NotAuthorized" => {
            if rpc && !as_query {
                400
            } else {
                403
            }
        }
        "AuthFailure" => 401,
        "DryRunOperation" => 412,
        "IncompleteSignature" | "IncompleteSignatureException" if protocol == RestJson => 403,
        "UnknownOperationException" => match protocol {
            RestJson | RestXml | RpcV2Cbor => 404,
            Query | Ec2 | Json10 | Json11 => 400,
        },
        "ThrottlingException" | "TooManyRequestsException" if protocol == RestJson => 429,
        "RequestEntityTooLargeException" | "RequestEntityTooLarge" => 413,
        "InternalFailure"
        | "InternalFailureException"
        | "InternalError"
        | "InternalServerError"
        | "InternalServerException"
        | "InternalServiceError"
        | "InternalServiceException" => 500,
        "NotImplemented" => 501,
        "ServiceUnavailable" | "ServiceUnavailableException" | "Unavailable" | "SlowDown" => 503,
        _ => return None,
    })
}

/// Source: S3 API reference, "Error responses", list of error codes.
fn s3_status(code: &str) -> Option<u16> {
    Some(match code {
        "PermanentRedirect" => 301,
        "NotModified" => 304,
        "TemporaryRedirect" | "Redirect" => 307,
        "ExpiredToken" | "InvalidToken" | "MalformedXML" | "RequestTimeout" => 400,
        "AllAccessDisabled"
        | "InvalidObjectState"
        | "InvalidPayer"
        | "InvalidSecurity"
        | "NotSignedUp"
        | "RequestTimeTooSkewed" => 403,
        "NoSuchBucket"
        | "NoSuchKey"
        | "NoSuchUpload"
        | "NoSuchVersion"
        | "NoSuchTagSet"
        | "NoSuchBucketPolicy"
        | "NoSuchLifecycleConfiguration"
        | "NoSuchCORSConfiguration"
        | "NoSuchWebsiteConfiguration"
        | "NoSuchConfiguration"
        | "NoSuchAccessPoint"
        | "NoSuchAccessPointPolicy"
        | "NoSuchPublicAccessBlockConfiguration"
        | "NoSuchObjectLockConfiguration"
        | "ObjectLockConfigurationNotFoundError"
        | "OwnershipControlsNotFoundError"
        | "ReplicationConfigurationNotFoundError"
        | "ServerSideEncryptionConfigurationNotFoundError" => 404,
        "MethodNotAllowed" => 405,
        "BucketAlreadyExists"
        | "BucketAlreadyOwnedByYou"
        | "BucketNotEmpty"
        | "ConditionalRequestConflict"
        | "InvalidBucketState"
        | "OperationAborted"
        | "RestoreAlreadyInProgress" => 409,
        "MissingContentLength" => 411,
        "PreconditionFailed" => 412,
        "InvalidRange" => 416,
        _ => return None,
    })
}
