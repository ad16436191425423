//! Kinesis data streams: records in shards, read by iterators. Consumers are records; what they
//! would be pushed (SubscribeToShard) is not here.

mod consumers;
mod describing;
mod errors;
mod managing;
mod putting;
mod reading;
mod resharding;
mod service;
mod stream;
mod tagging;

pub(crate) use service::Kinesis;
pub(crate) use stream::Stream;
