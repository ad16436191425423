//! Who is to answer for which service, as it was asked for.

mod aws;
mod choice;
mod choices;
mod error;
mod services;
mod start;

pub use choices::{Choices, UpstreamCredentials};
pub use error::ChoiceError;
pub use start::{Running, Started, start};
