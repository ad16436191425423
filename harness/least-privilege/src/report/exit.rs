//! The exit status of a verification.

use super::Report;
use crate::verify::VerifyError;

/// The exit statuses that are documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitStatus {
    /// 0: no finding.
    NoFinding,
    /// 1: findings.
    Findings,
    /// 2: the input was bad.
    BadInput,
    /// 3: an internal fault, or a recording that could not be written.
    Fault,
}

impl ExitStatus {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::NoFinding => 0,
            Self::Findings => 1,
            Self::BadInput => 2,
            Self::Fault => 3,
        }
    }
}

/// The exit status of a verification; the one place where it is decided.
pub fn exit_status(outcome: &Result<Report, VerifyError>) -> ExitStatus {
    match outcome {
        Ok(report) if report.findings.is_empty() => ExitStatus::NoFinding,
        Ok(_) => ExitStatus::Findings,
        Err(VerifyError::CatalogDamaged { .. }) => ExitStatus::Fault,
        Err(
            VerifyError::NothingRecorded
            | VerifyError::NoSuchRole { .. }
            | VerifyError::SeveralRoles { .. }
            | VerifyError::Policy { .. }
            | VerifyError::Guard { .. }
            | VerifyError::Waiver { .. },
        ) => ExitStatus::BadInput,
    }
}
