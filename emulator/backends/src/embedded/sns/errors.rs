//! Errors of SNS.

use rolecall_protocol::ServiceError;

pub(super) fn no_topic() -> ServiceError {
    ServiceError::new("NotFound", "Topic does not exist").with_status(404)
}

pub(super) fn no_subscription() -> ServiceError {
    ServiceError::new("NotFound", "Subscription does not exist").with_status(404)
}

pub(super) fn no_resource() -> ServiceError {
    ServiceError::new("ResourceNotFound", "Resource does not exist").with_status(404)
}

pub(super) fn invalid(parameter: &str) -> ServiceError {
    invalid_because(&format!("Invalid parameter: {parameter}"))
}

pub(super) fn invalid_because(message: &str) -> ServiceError {
    ServiceError::new("InvalidParameter", message).with_status(400)
}

pub(super) fn too_long() -> ServiceError {
    invalid_because("Invalid parameter: Message too long")
}

pub(super) fn empty_batch() -> ServiceError {
    ServiceError::new(
        "EmptyBatchRequest",
        "The batch request doesn't contain any entries.",
    )
}

pub(super) fn batch_too_long() -> ServiceError {
    let message = "The batch request contains more entries than permissible.";
    ServiceError::new("TooManyEntriesInBatchRequest", message)
}

pub(super) fn batch_too_large() -> ServiceError {
    let message = "The length of all the messages put together is more than the limit.";
    ServiceError::new("BatchRequestTooLong", message)
}

pub(super) fn batch_ids_repeated() -> ServiceError {
    let message = "Two or more batch entries in the request have the same Id.";
    ServiceError::new("BatchEntryIdsNotDistinct", message)
}
