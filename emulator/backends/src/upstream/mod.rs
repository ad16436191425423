//! Forwards calls to another server.

mod forward;
mod head;
mod signing;

pub use forward::{InvalidUpstream, Upstream};
