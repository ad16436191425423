//! CloudWatch metrics: data and its statistics; alarms and dashboards as records.

mod alarms;
mod dashboards;
mod datum;
mod errors;
mod listing;
mod putting;
mod service;
mod statistics;

pub(crate) use service::Metrics;
