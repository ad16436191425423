//! The error that says that a caller asks too often.

use rolecall_catalog::{Operation, ProtocolName, Service};
use rolecall_protocol::ServiceError;

/// The codes that SDKs take for a throttle and wait upon.
///
/// Source: botocore 1.44.5, `retries/standard.py`, `ThrottledRetryableChecker`.
const CODES: [&str; 10] = [
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "TooManyRequestsException",
    "RequestThrottled",
    "ThrottledException",
    "RequestThrottledException",
    "Throttling",
    "RequestLimitExceeded",
    "SlowDown",
    "EC2ThrottledException",
];

/// The throttle that the operation's model has, or else the one of its protocol.
///
/// Source for what no model has: "Error responses", S3 API reference (SlowDown, 503); "Error codes for
/// the Amazon EC2 API" (RequestLimitExceeded, 503); "Common error types" in the references of query and
/// JSON APIs (Throttling and ThrottlingException, 400); 429 in the JSON REST APIs as in Smithy's
/// httpError of their ThrottlingExceptions.
pub(super) fn throttle(
    service: &Service,
    operation: &Operation,
    protocol: ProtocolName,
) -> ServiceError {
    let modelled = operation.errors.iter().find_map(|id| {
        let name = service.shape(*id).name.as_str();
        CODES.into_iter().find(|code| *code == name)
    });
    let (code, status) = match (modelled, protocol) {
        (Some(code), _) => (code, None),
        (None, _) if service.name == "s3" => ("SlowDown", Some(503)),
        (None, ProtocolName::Ec2) => ("RequestLimitExceeded", Some(503)),
        (None, ProtocolName::Query | ProtocolName::RestXml) => ("Throttling", Some(400)),
        (None, ProtocolName::RestJson) => ("ThrottlingException", Some(429)),
        (None, ProtocolName::Json10 | ProtocolName::Json11 | ProtocolName::RpcV2Cbor) => {
            ("ThrottlingException", Some(400))
        }
    };
    let error = ServiceError::new(code, "Rate exceeded");
    match status {
        Some(status) => error.with_status(status),
        None => error,
    }
}
