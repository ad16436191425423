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
pub(crate) fn set_default<Name: From<&'static str> + AsRef<str>>(
    headers: &mut Vec<(Name, String)>,
    name: &'static str,
    value: &str,
) {
    if !headers.iter().any(|(known, _)| known.as_ref() == name) {
        headers.push((name.into(), value.to_owned()));
    }
}
