//! Forms: the requests of the query protocol and of EC2's variant of it.

mod read;
mod tree;
mod write;

pub(crate) use read::{Dialect, parse};
pub(crate) use tree::{Pair, pairs};
pub(crate) use write::request;
