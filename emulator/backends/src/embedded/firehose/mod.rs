//! Firehose: delivery streams as records; what is put is checked, answered and goes nowhere.

mod service;

pub(crate) use service::{DeliveryStream, Firehose};
