//! Errors of Parameter Store.

use rolecall_protocol::ServiceError;

pub(super) fn not_found(name: &str) -> ServiceError {
    // The message is assumed; the code is the model's.
    ServiceError::new("ParameterNotFound", format!("Parameter {name} not found."))
}

pub(super) fn version_not_found(name: &str, selector: &str) -> ServiceError {
    let message = format!(
        "Systems Manager could not find version {selector} of {name}. Verify the version and try \
         again."
    );
    ServiceError::new("ParameterVersionNotFound", message)
}

pub(super) fn exists() -> ServiceError {
    let message = "The parameter already exists. To overwrite this value, set the overwrite option \
                   in the request to true.";
    ServiceError::new("ParameterAlreadyExists", message)
}

pub(super) fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationException", message)
}

pub(super) fn no_such_resource(id: &str) -> ServiceError {
    let message = format!("The resource ID {id} is not valid. Verify the ID and try again.");
    ServiceError::new("InvalidResourceId", message)
}
