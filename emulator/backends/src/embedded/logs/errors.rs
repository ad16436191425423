//! Errors of CloudWatch Logs.

use rolecall_protocol::ServiceError;

pub(super) fn no_group() -> ServiceError {
    let message = "The specified log group does not exist.";
    ServiceError::new("ResourceNotFoundException", message)
}

pub(super) fn no_stream() -> ServiceError {
    let message = "The specified log stream does not exist.";
    ServiceError::new("ResourceNotFoundException", message)
}

pub(super) fn no_filter(kind: &str) -> ServiceError {
    let message = format!("The specified {kind} does not exist.");
    ServiceError::new("ResourceNotFoundException", message)
}

pub(super) fn no_policy(name: &str) -> ServiceError {
    let message = format!("Policy with name [{name}] does not exist.");
    ServiceError::new("ResourceNotFoundException", message)
}

pub(super) fn group_exists() -> ServiceError {
    let message = "The specified log group already exists";
    ServiceError::new("ResourceAlreadyExistsException", message)
}

pub(super) fn stream_exists() -> ServiceError {
    let message = "The specified log stream already exists";
    ServiceError::new("ResourceAlreadyExistsException", message)
}

pub(super) fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidParameterException", message)
}

pub(super) fn limit(message: impl Into<String>) -> ServiceError {
    ServiceError::new("LimitExceededException", message)
}
