//! What S3 allows of keys, metadata and tags.
//!
//! Source: user guide, "Naming Amazon S3 objects" (1,024 bytes), "Working with object metadata"
//! (2 KB, names and values together), "Categorizing your objects using tags" (ten tags, 128 and 256
//! characters); codes and messages: API reference, "Error responses".

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value};

use super::errors;
use crate::embedded::tags::Tags;

const LONGEST_KEY: usize = 1024;
const MOST_METADATA: usize = 2 * 1024;
const LONGEST_TAG_KEY: usize = 128;
const LONGEST_TAG_VALUE: usize = 256;

/// Refuses a key that no object may have.
pub(super) fn check_key(key: &str) -> Result<(), ServiceError> {
    if key.len() <= LONGEST_KEY {
        return Ok(());
    }
    let message = "Your key is too long";
    Err(errors::too_much(
        "KeyTooLongError",
        message,
        key.len(),
        LONGEST_KEY,
    ))
}

/// Refuses user metadata of more than 2 KB.
pub(super) fn check_metadata(metadata: &Map<String, Value>) -> Result<(), ServiceError> {
    let size: usize = metadata
        .iter()
        .map(|(name, value)| name.len() + value.as_str().map_or(0, str::len))
        .sum();
    if size <= MOST_METADATA {
        return Ok(());
    }
    let message = "Your metadata headers exceed the maximum allowed metadata size";
    Err(errors::too_much(
        "MetadataTooLarge",
        message,
        size,
        MOST_METADATA,
    ))
}

/// Refuses tags that are too many, or too long.
pub(super) fn check_tags(tags: &Tags, most: usize, what: &str) -> Result<(), ServiceError> {
    if tags.len() > most {
        let message = format!("{what} tags cannot be greater than {most}");
        return Err(errors::invalid_tag(&message));
    }
    for (key, value) in tags {
        if key.is_empty() || key.chars().count() > LONGEST_TAG_KEY {
            return Err(errors::invalid_tag(
                "The TagKey you have provided is invalid",
            ));
        }
        if value.chars().count() > LONGEST_TAG_VALUE {
            return Err(errors::invalid_tag(
                "The TagValue you have provided is invalid",
            ));
        }
    }
    Ok(())
}
