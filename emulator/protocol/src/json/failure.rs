use rolecall_catalog::{ProtocolName, Service, model::Structure};
use serde_json::{Map, Value};

use super::{Version, response};
use crate::{Header, Response, ResponseBody, codes, dispatch::Failure, document, shapes};

/// `{"__type": .., "message": ..}`; source: Smithy, awsJson1.1, "Operation error serialization".
pub(crate) fn failure(failure: Failure<'_>, version: Version) -> Response {
    let protocol = match version {
        Version::V10 => ProtocolName::Json10,
        Version::V11 => ProtocolName::Json11,
    };
    let status = codes::status(failure.service, failure.operation, protocol, failure.error);
    let body = ResponseBody::Bytes(error_body(failure).into());
    let mut response = response(status, version.content_type(), failure.request_id, body);
    response.headers.extend(query_error(failure, status));
    response
}

fn error_body(failure: Failure<'_>) -> Vec<u8> {
    let (name, shape) = error_type(failure);
    let name = with_namespace(failure.service, name, shape.is_some());
    let mut body = Map::new();
    body.insert("__type".to_owned(), name.into());
    body.extend(message_and_members(failure, shape, Unmodelled::AsCoral));
    serde_json::to_vec(&body).unwrap_or_default()
}

/// The name of the error as JSON and CBOR say it, and its shape, if it is modelled.
pub(crate) fn error_type(failure: Failure<'_>) -> (&str, Option<&Structure>) {
    let code = failure.error.code.as_str();
    let name = match failure.service {
        Some(service) if service.query_compatible => shape_of_query_code(code),
        _ => code,
    };
    let shape = failure
        .service
        .and_then(|s| shapes::error_shape(s, failure.operation, name));
    shape.map_or((name, None), |(name, shape)| (name, Some(shape)))
}

/// The message under the name that the error's model gives it, then the further members.
pub(crate) fn message_and_members(
    failure: Failure<'_>,
    shape: Option<&Structure>,
    unmodelled: Unmodelled,
) -> Map<String, Value> {
    let error = failure.error;
    let mut members = Map::new();
    if !error.message.is_empty() {
        let name = message_name(shape, unmodelled, &error.code).to_owned();
        members.insert(name, error.message.as_str().into());
    }
    for (name, value) in &error.members {
        if !name.eq_ignore_ascii_case("message") && !value.is_null() {
            let (name, value) = wire_member(failure.service, shape, name, value);
            members.insert(name, value);
        }
    }
    members
}

/// The name of the message in errors that no model describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unmodelled {
    /// `Message` for denials and unreadable bodies, else `message`.
    ///
    /// Source: facts "Access-denied message templates", 2.5; DynamoDB's answers.
    AsCoral,
    /// `message`; source: the Rust SDK reads no other name out of CBOR.
    LowerCase,
}

fn message_name<'a>(shape: Option<&'a Structure>, rule: Unmodelled, code: &str) -> &'a str {
    let modelled = shape.and_then(|shape| {
        shape
            .members
            .iter()
            .find(|m| m.name.eq_ignore_ascii_case("message"))
    });
    if let Some(member) = modelled {
        return shapes::wire_name(member);
    }
    match (rule, code) {
        (
            Unmodelled::AsCoral,
            "AccessDenied" | "AccessDeniedException" | "SerializationException",
        ) => "Message",
        _ => "message",
    }
}

fn wire_member(
    service: Option<&Service>,
    shape: Option<&Structure>,
    name: &str,
    value: &Value,
) -> (String, Value) {
    let member = shape.and_then(|shape| shape.members.iter().find(|m| m.name == name));
    let (Some(service), Some(member)) = (service, member) else {
        return (name.to_owned(), value.clone());
    };
    let mut written = Vec::new();
    document::write_value(service, member, value, &mut written);
    let value = serde_json::from_slice(&written).unwrap_or_default();
    (shapes::wire_name(member).to_owned(), value)
}

/// Most services say the bare name. Source: answers of DynamoDB
/// (`com.amazonaws.dynamodb.v20120810#ResourceNotFoundException`,
/// `com.amazon.coral.service#UnrecognizedClientException`,
/// `com.amazon.coral.validate#ValidationException`) and SQS (`com.amazonaws.sqs#QueueDoesNotExist`).
fn with_namespace(service: Option<&Service>, name: &str, modelled: bool) -> String {
    let namespace = match (service.map(|s| s.name.as_str()), modelled) {
        (Some("dynamodb" | "dynamodbstreams"), true) => "com.amazonaws.dynamodb.v20120810#",
        (Some("dynamodb" | "dynamodbstreams"), false) if name == "ValidationException" => {
            "com.amazon.coral.validate#"
        }
        (Some("sqs"), true) => "com.amazonaws.sqs#",
        (Some("dynamodb" | "dynamodbstreams" | "sqs") | None, false) => "com.amazon.coral.service#",
        _ => "",
    };
    format!("{namespace}{name}")
}

/// The header with which a former query service says its old code.
///
/// Source: Smithy, trait `awsQueryCompatible`.
pub(crate) fn query_error(failure: Failure<'_>, status: u16) -> Option<Header> {
    failure.service.filter(|service| service.query_compatible)?;
    let (name, shape) = error_type(failure);
    let code = shape
        .and_then(|s| s.error_code.as_deref())
        .unwrap_or_else(|| query_code(name));
    let fault = codes::fault_type(status);
    Some(("x-amzn-query-error".into(), format!("{code};{fault}")))
}

/// Names of errors and the codes that they had in the query protocol.
///
/// Source: the trait `awsQueryError` in the Smithy model of SQS; the last ones are the signature
/// errors of IAM's and Smithy's lists of common errors.
const QUERY_CODES: [(&str, &str); 21] = [
    (
        "BatchEntryIdsNotDistinct",
        "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
    ),
    (
        "BatchRequestTooLong",
        "AWS.SimpleQueueService.BatchRequestTooLong",
    ),
    (
        "EmptyBatchRequest",
        "AWS.SimpleQueueService.EmptyBatchRequest",
    ),
    (
        "InvalidBatchEntryId",
        "AWS.SimpleQueueService.InvalidBatchEntryId",
    ),
    (
        "MessageNotInflight",
        "AWS.SimpleQueueService.MessageNotInflight",
    ),
    (
        "PurgeQueueInProgress",
        "AWS.SimpleQueueService.PurgeQueueInProgress",
    ),
    (
        "QueueDeletedRecently",
        "AWS.SimpleQueueService.QueueDeletedRecently",
    ),
    (
        "QueueDoesNotExist",
        "AWS.SimpleQueueService.NonExistentQueue",
    ),
    ("QueueNameExists", "QueueAlreadyExists"),
    (
        "TooManyEntriesInBatchRequest",
        "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
    ),
    (
        "UnsupportedOperation",
        "AWS.SimpleQueueService.UnsupportedOperation",
    ),
    ("KmsAccessDenied", "KMS.AccessDeniedException"),
    ("KmsDisabled", "KMS.DisabledException"),
    ("KmsInvalidState", "KMS.InvalidStateException"),
    ("KmsNotFound", "KMS.NotFoundException"),
    ("AccessDeniedException", "AccessDenied"),
    ("UnrecognizedClientException", "InvalidClientTokenId"),
    ("InvalidSignatureException", "SignatureDoesNotMatch"),
    (
        "MissingAuthenticationTokenException",
        "MissingAuthenticationToken",
    ),
    ("ExpiredTokenException", "ExpiredToken"),
    ("IncompleteSignatureException", "IncompleteSignature"),
];

fn query_code(name: &str) -> &str {
    QUERY_CODES
        .iter()
        .find(|(n, _)| *n == name)
        .map_or(name, |(_, code)| code)
}

fn shape_of_query_code(code: &str) -> &str {
    QUERY_CODES
        .iter()
        .find(|(_, c)| *c == code)
        .map_or(code, |(name, _)| name)
}
