//! State in memory, kept where AWS keeps it: with the account that owns it, in its region.
//!
//! One folder for each service. What a service here does not have is synthesised.

mod dispatch;
#[cfg(feature = "dynamodb")]
mod dynamodb;
mod events;
mod facts;
mod firehose;
pub(crate) mod ids;
mod kinesis;
mod kms;
mod logs;
mod memory;
mod metrics;
pub(crate) mod owned;
pub(crate) mod paging;
pub(crate) mod patterns;
mod records;
pub(crate) mod request;
mod s3;
mod secretsmanager;
mod sns;
mod sqs;
mod ssm;
mod tags;

pub use dispatch::Embedded;
#[cfg(feature = "upstream")]
pub(crate) use {
    kms::default_policy as default_key_policy, sns::default_policy as default_topic_policy,
};
