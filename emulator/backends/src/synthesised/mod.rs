//! Answers made up from the shape of an operation's output, for what nothing here has.
//!
//! There is no state but one: what was last asked to be made, stopped, deleted, by the names in the
//! request ([`memory`]), so that a waiter that is polled afterwards sees what it waits for ([`waits`]).

mod backend;
mod memory;
mod names;
mod shapes;
mod waits;

pub use backend::Synthesised;
