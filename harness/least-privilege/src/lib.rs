//! From a recording to the smallest policy, and back: generate and verify.

mod ablation;
mod caveats;
mod evidence;
pub mod generate;
mod reason;
mod replay;
#[cfg(test)]
mod samples;
mod subject;

pub use evidence::{Evidence, FirstAttempt};
pub use generate::{
    GenerateError, GeneratedDocument, GeneratedPolicy, StatementEvidence, Unmet, generate,
};
pub use replay::subjects;
pub use subject::{Subject, SubjectKind};
