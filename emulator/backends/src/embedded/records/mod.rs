//! Services of which only records are kept: what was created can be described, listed, changed,
//! tagged and deleted; nothing runs.
//!
//! One engine for all: `kinds/` says of each kind of thing which operations make, describe, list,
//! change and delete it, what names it, and what AWS adds; the service's model says how an answer
//! looks. Members that an answer must have and that nobody gave are synthesised.

mod engine;
mod identities;
mod kind;
mod kinds;
mod projection;
mod record;
mod tagging;
mod template;

#[cfg(test)]
mod tests;

pub(crate) use engine::Records;
