//! Whether one policy grants anything that another does not.
//!
//! All actions and all resources are decided on as languages. Each condition is a proposition of
//! which only what is certain is known (equal ones are one, a narrower one implies a wider one),
//! so *no new access* is a proof. *New access* comes with a request that the evaluator allows
//! under the new policy and denies under the old one. What is neither is *unknown*.
//!
//! Source of the question: IAM Access Analyzer API Reference, `CheckNoNewAccess`.

mod actions;
mod court;
mod find;
mod guess;
mod logic;
mod options;
mod principals;
mod question;
mod relations;
mod report;
mod search;
mod solver;
mod statements;
#[cfg(test)]
mod tests;
mod text;
mod track;
mod values;
mod witness;

pub(crate) use principals::Names;
pub(crate) use question::{Asked, ask};
pub use question::{CompareError, CompareOptions, compare};
pub use report::{Comparison, NewAccess, UnknownAccess, Verdict};
pub use search::Cause;
pub use text::Question;
