//! Answers that a file gives in place of a service's: results, errors, throttles, delays.

mod backend;
mod document;
mod entry;
mod error;
mod throttle;
mod words;

pub use backend::Canned;
pub use document::Answers;
pub use error::AnswersError;
