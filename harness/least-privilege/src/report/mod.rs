//! What verification found: one list, from which every format is made.

mod exit;
mod finding;
mod text;

pub use exit::{ExitStatus, exit_status};
pub use finding::{Finding, FindingKind, Note, Report, StatementPlace};
