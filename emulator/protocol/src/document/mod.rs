//! JSON documents of the JSON protocols, read in place and written without a copy.

pub(crate) mod dumps;
mod read;
mod write;

pub(crate) use read::{conform, conform_members, parse_object, parse_value};
pub(crate) use write::{write_members, write_value};
