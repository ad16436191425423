//! What AWS authorizes for a call.
//!
//! [`requirements`] is pure: it yields requirements, or the [`Fact`](crate::Fact)s that it needs to
//! go on. [`resolve`] asks for them until there are none left.

mod context;
mod dependent;
mod evaluate;
mod explain;
mod fallback;
mod filling;
mod names;
mod outcome;
mod owner;
pub(crate) mod pattern;
pub(crate) mod plan;
mod scope;
mod tagging;
mod wanted;

pub use explain::{Explained, Key, Row, Rules, explained, keys, rules_of};
pub use outcome::{FactsLookup, Outcome, requirements, resolve};
pub(crate) use scope::{Notes, Scope};
