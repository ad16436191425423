//! From a recording to the smallest policy, and back: generate and verify.

mod ablation;
mod caveats;
mod evidence;
pub mod explain;
pub mod generate;
#[cfg(test)]
mod orders;
#[cfg(test)]
mod properties;
mod reason;
mod replay;
pub mod report;
#[cfg(test)]
mod samples;
mod subject;
pub mod summary;
pub mod verify;

pub use evidence::{Evidence, FirstAttempt};
pub use explain::{ExplainedRequirement, explain_attempt};
pub use generate::{
    Blocked, GenerateError, GeneratedDocument, GeneratedPolicy, LeftOut, StatementEvidence, Unmet,
    generate, leave_out,
};
pub use replay::subjects;
pub use report::{ExitStatus, Finding, FindingKind, Note, Report, StatementPlace, exit_status};
pub use subject::{Subject, SubjectKind};
pub use summary::{CallerSummary, Summary, SummaryRow, summary};
pub use verify::{
    Exactness, Guard, PolicyFile, RolePolicies, VerifyError, VerifyOptions, Waiver, verify,
};
