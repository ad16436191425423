//! Cases as lines of JSON: a request with its policies in, a decision out.
//!
//! The form is that of `rolecall simulate`; its reference is the page `simulate` of the
//! documentation.

mod answer;
mod case;
mod documents;
mod public_access;
mod simulator;
mod who;

pub use simulator::{ExplanationMode, Simulator, supposed_owner};
pub use who::{NotAPrincipal, parse_principal, principal_keys};
