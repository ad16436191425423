//! CloudWatch Logs: groups, streams and events.
//!
//! Queries of Logs Insights are not here: they are synthesised, complete and empty.

mod errors;
mod events;
mod fields;
mod filter;
mod filtering;
mod filters;
mod group;
mod groups;
mod pattern;
mod permissions;
mod reading;
mod service;
mod streams;
mod tagging;
mod writing;

pub(crate) use group::Group;
pub(crate) use service::Logs;
