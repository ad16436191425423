//! Systems Manager parameters.

mod errors;
mod listing;
mod name;
mod parameter;
mod reading;
mod service;
mod tagging;
mod writing;

pub(crate) use parameter::Parameter;
pub(crate) use service::Ssm;
