//! REST with JSON bodies.

mod failure;
mod parse;
mod request;
mod success;

pub(crate) use failure::failure;
pub(crate) use parse::parse;
pub(crate) use request::{raw_payload, request};
pub(crate) use success::{blob, success};

/// Adds a header unless a member gave it already.
pub(crate) fn set_default(headers: &mut Vec<(String, String)>, name: &str, value: &str) {
    if !headers.iter().any(|(n, _)| n == name) {
        headers.push((name.to_owned(), value.to_owned()));
    }
}
