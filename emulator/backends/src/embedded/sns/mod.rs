//! SNS: topics and subscriptions, delivered to SQS.

mod attributes;
mod errors;
mod filter;
mod notification;
mod permissions;
mod publishing;
mod service;
mod subscribing;
mod topic;
mod topics;

pub(crate) use service::Sns;
pub(crate) use topic::{Topic, default_policy};
