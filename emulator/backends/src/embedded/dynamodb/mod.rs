//! DynamoDB and DynamoDB Streams, on `dynoxide`: one database for each account and region.

mod arns;
mod errors;
mod iterators;
mod operations;
mod service;
mod settings;

pub(crate) use service::DynamoDb;
