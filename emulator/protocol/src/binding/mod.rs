//! HTTP bindings of the REST protocols: members in the path, the query, headers and the status.
//!
//! Source: Smithy, "HTTP bindings".

mod header;
mod request;
mod response;

pub(crate) use request::read;
pub(crate) use response::{Bound, write};
