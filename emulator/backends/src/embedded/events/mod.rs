//! EventBridge: buses, rules and their patterns, delivered to SQS and SNS.
//!
//! Schedules are kept and not run. Archives, replays, connections and API destinations are records
//! (`embedded/records`).

mod bus;
mod buses;
mod delivering;
mod errors;
mod event;
mod input;
mod path;
mod permissions;
mod putting;
mod rules;
mod service;
mod tagging;
mod targets;

pub(crate) use bus::Bus;
pub(crate) use service::Events;
