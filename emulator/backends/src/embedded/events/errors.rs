//! Errors of EventBridge.

use rolecall_protocol::ServiceError;

pub(super) fn validation(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationException", message)
}

pub(super) fn no_bus(name: &str) -> ServiceError {
    let message = format!("Event bus {name} does not exist.");
    ServiceError::new("ResourceNotFoundException", message)
}

pub(super) fn no_rule(rule: &str, bus: &str) -> ServiceError {
    let message = format!("Rule {rule} does not exist on EventBus {bus}.");
    ServiceError::new("ResourceNotFoundException", message)
}

pub(super) fn no_statement() -> ServiceError {
    let message = "Statement with the provided id does not exist.";
    ServiceError::new("ResourceNotFoundException", message)
}

pub(super) fn bus_exists(name: &str) -> ServiceError {
    let message = format!("Event bus {name} already exists.");
    ServiceError::new("ResourceAlreadyExistsException", message)
}

pub(super) fn limit() -> ServiceError {
    let message = "The requested resource exceeds the maximum number allowed.";
    ServiceError::new("LimitExceededException", message)
}

pub(super) fn pattern(reason: &str) -> ServiceError {
    let message = format!("Event pattern is not valid. Reason: {reason}");
    ServiceError::new("InvalidEventPatternException", message)
}
