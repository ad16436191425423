//! The listener: the only room that knows hyper.

mod body;
mod connection;
mod start;

pub(crate) use body::{RequestBody, Unreadable, WireBody};
pub(crate) use start::header;
pub use start::{RunningServer, ServerBuilder, StartError};
