//! Forwards calls to another server.

mod client;
mod failure;
mod forward;
mod head;
mod program;
mod queue_urls;
mod response;
mod signing;
mod waiting;

pub use forward::{InvalidUpstream, Options, Upstream};
pub use program::{NotRunning, Program};
