//! Forwards calls to another server.

mod client;
#[cfg(feature = "containers")]
mod container;
mod failure;
mod forward;
mod head;
mod observed;
mod program;
mod queue_urls;
mod response;
mod signing;
mod waiting;

#[cfg(feature = "containers")]
pub use container::{Container, NoContainer};
pub use forward::{InvalidUpstream, Options, Upstream};
pub use program::{NotRunning, Program};
