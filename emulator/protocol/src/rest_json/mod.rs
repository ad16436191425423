//! REST with JSON bodies.

mod failure;
mod parse;
mod success;

pub(crate) use failure::failure;
pub(crate) use parse::parse;
pub(crate) use success::{blob, success};

use crate::Header;

/// Adds a header unless a member gave it already.
pub(crate) fn set_default(headers: &mut Vec<Header>, name: &'static str, value: &str) {
    if !headers.iter().any(|(n, _)| n == name) {
        headers.push((name.into(), value.to_owned()));
    }
}
