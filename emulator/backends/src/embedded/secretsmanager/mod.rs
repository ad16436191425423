//! Secrets Manager.

mod errors;
mod listing;
mod password;
mod policy;
mod reading;
mod secret;
mod service;
mod tagging;
mod writing;

pub(crate) use secret::Secret;
pub(crate) use service::SecretsManager;
