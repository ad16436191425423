//! Parameters as boto3 takes them: held against the model, and brought into the form of a
//! [`Call`](rolecall_catalog::Call).

mod check;
mod error;
mod scalars;

pub use check::{CheckedInput, check, check_output};
pub use error::InputError;
