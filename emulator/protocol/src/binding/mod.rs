//! HTTP bindings of the REST protocols: members in the path, the query, headers and the status.
//!
//! Source: Smithy, "HTTP bindings".

mod header;
mod outgoing;
mod request;
mod response;

pub(crate) use outgoing::request;
pub(crate) use request::read;
pub(crate) use response::{Bound, write};
