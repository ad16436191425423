//! Errors of the database as the service raises them.

use dynoxide::DynoxideError;
use rolecall_protocol::ServiceError;
use serde_json::Value;

use super::arns::Home;
use crate::embedded::request::Request;

/// The service's error, with all its members.
pub(super) fn service_error(
    request: &Request<'_>,
    error: DynoxideError,
    home: &Home,
) -> ServiceError {
    if let DynoxideError::EnvelopedValidation(message) = &error {
        return ServiceError::new("ValidationException", enveloped(request.operation, message));
    }
    let kind = error.error_type();
    let code = kind.rsplit('#').next().unwrap_or(kind);
    // dynoxide knows no callers: its denials name this one.
    let message = home
        .localise(&error.to_string())
        .replace(NOBODY, request.caller);
    let mut raised = ServiceError::new(code, message);
    match error {
        DynoxideError::TransactionCanceledException(_, reasons) => {
            let reasons = serde_json::to_value(reasons).unwrap_or(Value::Null);
            raised = raised.with_member("CancellationReasons", reasons);
        }
        DynoxideError::ConditionalCheckFailedException(_, Some(item))
        | DynoxideError::StatementConditionalCheckFailed(_, item) => {
            let item = serde_json::to_value(item).unwrap_or(Value::Null);
            raised = raised.with_member("Item", item);
        }
        _ => {}
    }
    raised
}

const NOBODY: &str = "arn:aws:iam::000000000000:root";

/// DynamoDB puts request validation of these three into an envelope. Source: the comment of
/// `EnvelopedValidation` in dynoxide 3.2 (its conformance suite runs against AWS).
fn enveloped(operation: &str, message: &str) -> String {
    match operation {
        "PutItem" | "UpdateItem" | "DeleteItem" => {
            format!("1 validation error detected: {message}")
        }
        _ => message.to_owned(),
    }
}

/// A fault of the database itself.
pub(super) fn internal(error: &DynoxideError) -> ServiceError {
    let mut raised =
        ServiceError::new("InternalServerError", "Internal server error").with_status(500);
    raised.detail = Some(error.to_string());
    raised
}

/// Classifies what the reader of a request could not read. The marks are the protocol between
/// dynoxide's `Deserialize` implementations and its callers.
pub(super) fn unreadable(error: &serde_json::Error) -> DynoxideError {
    let text = error.to_string();
    let bare = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(bare, _)| bare);
    let marked = |mark: &str| bare.strip_prefix(mark).map(str::to_owned);
    if let Some(message) = marked("SERIALIZATION_AS_READ:").or_else(|| marked("SERIALIZATION:")) {
        return DynoxideError::SerializationException(message);
    }
    if let Some(message) = marked("VALIDATION_REQUEST:") {
        return DynoxideError::EnvelopedValidation(message);
    }
    if let Some(message) = marked("VALIDATION_AS_READ:").or_else(|| marked("VALIDATION:")) {
        return DynoxideError::ValidationException(message);
    }
    if bare.contains("empty AttributeValue") {
        return DynoxideError::ValidationException(EMPTY_VALUE.to_owned());
    }
    let invalid = [
        "missing field",
        "unknown variant",
        "invalid type: null",
        "Supplied Attribute",
    ];
    if invalid.iter().any(|sign| bare.contains(sign)) {
        DynoxideError::ValidationException(bare.to_owned())
    } else {
        DynoxideError::SerializationException(bare.to_owned())
    }
}

/// DynamoDB's refusal of a value without a type. Source: dynoxide 3.2.
const EMPTY_VALUE: &str =
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
