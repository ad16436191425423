//! Denials in AWS's words.

mod decoded;
mod reason;
mod services;
mod wording;

pub use decoded::failure_details;
pub use wording::{Denial, DenialMessage, ResourceLevel, denial_message};
