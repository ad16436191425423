//! Errors of Kinesis.

use rolecall_protocol::ServiceError;

pub(super) fn no_stream(name: &str, account: &str) -> ServiceError {
    let message = format!("Stream {name} under account {account} not found.");
    ServiceError::new("ResourceNotFoundException", message)
}

pub(super) fn stream_exists(name: &str, account: &str) -> ServiceError {
    let message = format!("Stream {name} under account {account} already exists.");
    ServiceError::new("ResourceInUseException", message)
}

pub(super) fn no_shard(shard: &str, stream: &str, account: &str) -> ServiceError {
    let message =
        format!("Shard {shard} in stream {stream} under account {account} does not exist");
    ServiceError::new("ResourceNotFoundException", message)
}

pub(super) fn no_consumer(name: &str) -> ServiceError {
    let message = format!("Consumer {name} not found.");
    ServiceError::new("ResourceNotFoundException", message)
}

pub(super) fn consumer_exists(name: &str) -> ServiceError {
    let message = format!("Consumer {name} already exists.");
    ServiceError::new("ResourceInUseException", message)
}

pub(super) fn argument(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidArgumentException", message)
}

pub(super) fn validation(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationException", message)
}

/// Source: API reference, GetRecords: an iterator lasts five minutes. Assumed: the text.
pub(super) fn expired() -> ServiceError {
    let message = "Iterator expired. The iterator was created more than 300000 milliseconds ago.";
    ServiceError::new("ExpiredIteratorException", message)
}
