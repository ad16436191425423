//! Errors of SQS, under the names of the model's shapes.

use rolecall_protocol::ServiceError;

use crate::embedded::memory::Full;

pub(super) fn no_queue() -> ServiceError {
    ServiceError::new("QueueDoesNotExist", "The specified queue does not exist.")
}

/// A message for which there is no room: SQS's code for too many of them, in our words.
pub(super) fn no_room(full: &Full) -> ServiceError {
    ServiceError::new("OverLimit", full.to_string())
}

pub(super) fn name_taken(attribute: &str) -> ServiceError {
    let message = format!(
        "A queue already exists with the same name and a different value for attribute {attribute}"
    );
    ServiceError::new("QueueNameExists", message)
}

pub(super) fn missing(parameter: &str) -> ServiceError {
    let message = format!("The request must contain the parameter {parameter}.");
    ServiceError::new("MissingParameter", message).with_status(400)
}

pub(super) fn invalid_parameter(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidParameterValue", message).with_status(400)
}

pub(super) fn unknown_attribute(name: &str) -> ServiceError {
    ServiceError::new("InvalidAttributeName", format!("Unknown Attribute {name}."))
}

pub(super) fn invalid_attribute(name: &str) -> ServiceError {
    let message = format!("Invalid value for the parameter {name}.");
    ServiceError::new("InvalidAttributeValue", message)
}

pub(super) fn bad_receipt(handle: &str) -> ServiceError {
    let message = format!("The input receipt handle \"{handle}\" is not a valid receipt handle.");
    ServiceError::new("ReceiptHandleIsInvalid", message)
}

pub(super) fn not_in_flight() -> ServiceError {
    let message = "Value for parameter ReceiptHandle is invalid. Reason: Message does not exist or \
                   is not available for visibility timeout change.";
    ServiceError::new("MessageNotInflight", message)
}

/// Source: API reference, PurgeQueue.
pub(super) fn purged_just_now(name: &str) -> ServiceError {
    let message = format!("Only one PurgeQueue operation on {name} is allowed every 60 seconds.");
    ServiceError::new("PurgeQueueInProgress", message)
}

pub(super) fn no_move_queue() -> ServiceError {
    let message = "The resource that you specified for the SourceArn parameter doesn't exist.";
    ServiceError::new("ResourceNotFoundException", message)
}

pub(super) fn no_task() -> ServiceError {
    ServiceError::new("ResourceNotFoundException", "Task does not exist.")
}

pub(super) fn unsupported(message: &str) -> ServiceError {
    ServiceError::new("UnsupportedOperation", message)
}

pub(super) fn bad_batch_id() -> ServiceError {
    let message = "A batch entry id can only contain alphanumeric characters, hyphens and \
                   underscores. It can be at most 80 letters long.";
    ServiceError::new("InvalidBatchEntryId", message)
}

/// A number that is out of its bounds.
pub(super) fn out_of_bounds(value: i64, parameter: &str, least: i64, most: i64) -> ServiceError {
    invalid_parameter(format!(
        "Value {value} for parameter {parameter} is invalid. Reason: Must be >= {least} and <= \
         {most}, if provided."
    ))
}

pub(super) fn empty_batch(entry: &str) -> ServiceError {
    let message = format!("There should be at least one {entry} in the request.");
    ServiceError::new("EmptyBatchRequest", message)
}

pub(super) fn batch_too_long(count: usize) -> ServiceError {
    let message = format!("Maximum number of entries per request are 10. You have sent {count}.");
    ServiceError::new("TooManyEntriesInBatchRequest", message)
}

pub(super) fn batch_id_twice(id: &str) -> ServiceError {
    ServiceError::new("BatchEntryIdsNotDistinct", format!("Id {id} repeated."))
}

pub(super) fn batch_too_large(bytes: usize, limit: usize) -> ServiceError {
    let message =
        format!("Batch requests cannot be longer than {limit} bytes. You have sent {bytes} bytes.");
    ServiceError::new("BatchRequestTooLong", message)
}
