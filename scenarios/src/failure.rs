//! Why a step fails.

use std::path::PathBuf;

use rolecall::StartError;
use rolecall_least_privilege::VerifyError;
use rolecall_policy::PolicyError;

/// Why a step fails; what it says is all that the reader of a feature sees.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The emulator does not start.
    #[error("the emulator does not start: {0}")]
    Start(#[from] StartError),
    /// A step needs one before it.
    #[error("{missing} yet: a step `{step}` has to come first")]
    Order {
        /// What there is none of.
        missing: &'static str,
        /// The step that makes it.
        step: &'static str,
    },
    /// A file of a function cannot be read.
    #[error("`{path}` cannot be read: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A policy cannot be parsed.
    #[error("the policy `{name}` is malformed: {source}")]
    Policy {
        /// The policy.
        name: String,
        /// Why.
        source: Box<PolicyError>,
    },
    /// There is nothing to take out.
    #[error("the policy `{name}` does not have the action `{action}`")]
    NotThere {
        /// The policy.
        name: String,
        /// The action.
        action: String,
    },
    /// A program cannot be started.
    #[error("`{program}` cannot be started: {source}", program = program.display())]
    Program {
        /// The program.
        program: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The resources of a function could not be made.
    #[error("the set-up of the function `{function}` failed:\n{said}")]
    SetUp {
        /// The function.
        function: String,
        /// What it said.
        said: String,
    },
    /// The policy cannot be held against the recording.
    #[error("the policy cannot be verified: {0}")]
    Verify(#[from] VerifyError),
    /// The step lacks its table or its text.
    #[error("the step needs {0}")]
    Incomplete(&'static str),
    /// What was expected did not happen.
    #[error("{0}")]
    Unexpected(String),
}

impl Failure {
    pub(crate) fn unless(holds: bool, said: impl FnOnce() -> String) -> Result<(), Self> {
        if holds {
            Ok(())
        } else {
            Err(Self::Unexpected(said()))
        }
    }
}
