//! SQS: standard and FIFO queues.

mod attributes;
mod batch;
mod delivery;
mod digest;
mod errors;
mod managing;
mod message;
mod moving;
mod permissions;
mod queue;
mod receiving;
mod sending;
mod service;

pub(crate) use delivery::{Incoming, managed_alias};
pub(crate) use queue::Queue;
pub(crate) use service::Sqs;
