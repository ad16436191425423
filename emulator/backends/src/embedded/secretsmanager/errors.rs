//! Errors of Secrets Manager.

use rolecall_protocol::ServiceError;

pub(super) fn not_found() -> ServiceError {
    let message = "Secrets Manager can't find the specified secret.";
    ServiceError::new("ResourceNotFoundException", message)
}

pub(super) fn no_value(what: &str, which: &str) -> ServiceError {
    let message =
        format!("Secrets Manager can't find the specified secret value for {what}: {which}");
    ServiceError::new("ResourceNotFoundException", message)
}

pub(super) fn exists(name: &str) -> ServiceError {
    let message = format!("The operation failed because the secret {name} already exists.");
    ServiceError::new("ResourceExistsException", message)
}

pub(super) fn version_exists(id: &str) -> ServiceError {
    let message =
        format!("You can't use ClientRequestToken {id} because that value is already in use.");
    ServiceError::new("ResourceExistsException", message)
}

pub(super) fn marked_for_deletion() -> ServiceError {
    let message = "You can't perform this operation on the secret because it was marked for \
                   deletion.";
    ServiceError::new("InvalidRequestException", message)
}

pub(super) fn scheduled_for_deletion() -> ServiceError {
    let message = "You can't create this secret because a secret with this name is already \
                   scheduled for deletion.";
    ServiceError::new("InvalidRequestException", message)
}

pub(super) fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidParameterException", message)
}
