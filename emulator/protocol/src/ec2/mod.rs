//! EC2's variant of query: other names in the forms, no wrapper around the answers.

mod failure;
mod parse;
mod request;
mod success;

pub(crate) use failure::failure;
pub(crate) use parse::parse;
pub(crate) use request::request;
pub(crate) use success::success;

/// Source: answers of EC2.
const CONTENT_TYPE: &str = "text/xml;charset=UTF-8";
