//! What AWS authorizes for a call that is described, without making it.
//!
//! A [`Question`] names service, operation and parameters, as boto3 takes them. It becomes the request
//! that an SDK would send, and that goes the way of every request of the server: recognised, parsed,
//! and asked for its requirements. There is no second path. [`lines`] does so for JSON Lines;
//! [`explain`](fn@explain) tells a person what the rules of an operation are.

mod answer;
mod context;
mod customs;
mod error;
mod explanation;
mod generated;
mod lines;
mod members;
mod names;
mod question;
mod region;
mod resources;
pub mod sample;
mod wire;

pub use answer::{Answer, Authorization, resolve};
pub use error::ResolveError;
pub use explanation::explain;
pub use lines::{Tally, lines};
pub use question::{Question, Resource};
pub use wire::{Sent, send};
