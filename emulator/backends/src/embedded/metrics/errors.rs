//! Errors of CloudWatch, under the names of the model's shapes.

use rolecall_protocol::ServiceError;

pub(super) fn missing(parameter: &str) -> ServiceError {
    let message = format!("The parameter {parameter} is required.");
    ServiceError::new("MissingRequiredParameterException", message)
}

pub(super) fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidParameterValueException", message)
}

pub(super) fn combination(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidParameterCombinationException", message)
}

pub(super) fn validation(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationError", message).with_status(400)
}

pub(super) fn no_resource(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ResourceNotFound", message).with_status(404)
}
