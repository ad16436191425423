//! Holds policies against a recording: what is missing, unused, forbidden, unknown.

mod case;
mod error;
mod excess;
pub(crate) mod existence;
mod forbidden;
mod guard;
mod missing;
mod overlap;
mod policy_file;
mod role_file;
mod unknown;
mod unused;

pub use error::VerifyError;
pub use guard::Guard;
pub use policy_file::PolicyFile;
pub use role_file::RolePolicies;

use case::Case;
use rolecall_catalog::Catalog;
use rolecall_policy::Action;
use rolecall_trace::Recording;

use crate::{
    caveats,
    report::{Note, Report},
};

/// Whether a policy may be wider than the recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exactness {
    /// A resource pattern that is wider than the recording is a note.
    #[default]
    Noted,
    /// It is a finding.
    Exact,
}

/// What the unknown may be accepted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiver {
    /// `lost`: parts of the recording are lost.
    Lost,
    /// An action that is assumed or undetermined.
    Action(Action),
}

impl Waiver {
    /// Parses `lost` or an action.
    pub fn parse(text: &str) -> Result<Self, VerifyError> {
        match text {
            "lost" => Ok(Self::Lost),
            text => Action::parse(text)
                .map(Self::Action)
                .map_err(|_| VerifyError::Waiver {
                    text: text.to_owned(),
                }),
        }
    }
}

/// How to verify.
#[derive(Clone, Debug, Default)]
pub struct VerifyOptions {
    /// The role or user, by name or ARN; none if the recording has only one role.
    pub role: Option<String>,
    /// What the policy must deny.
    pub forbid: Vec<Guard>,
    /// What is accepted although it is unknown.
    pub waive: Vec<Waiver>,
    /// Whether a policy may be wider than the recording.
    pub exactness: Exactness,
}

/// Verifies the policies of one role or user, all of them together, against a recording.
///
/// Every recorded requirement is decided again, under these in place of the identity policies;
/// boundaries, session and resource policies of the recording take part.
pub fn verify(
    recording: &Recording,
    policies: &[PolicyFile],
    options: &VerifyOptions,
) -> Result<Report, VerifyError> {
    let catalog = Catalog::embedded();
    if let Some(damage) = catalog.damage() {
        return Err(VerifyError::CatalogDamaged {
            reason: damage.to_string(),
        });
    }
    let case = Case::open(recording, policies, options, catalog)?;
    if case.subject.is_none() && recording.losses.is_empty() {
        return Err(VerifyError::NothingRecorded);
    }
    let mut report = Report {
        subject: case.subject.as_ref().map(|subject| subject.arn.clone()),
        policies: policies.iter().map(|file| file.name().to_owned()).collect(),
        requirements: case.needs.len() + case.undecidable.len(),
        findings: Vec::new(),
        notes: Vec::new(),
    };
    missing::find(&case, &mut report);
    let removed = unused::find(&case, &mut report);
    excess::find(&case, &removed, &mut report);
    forbidden::find(&case, &mut report);
    unknown::find(&case, &mut report);
    let mut caveats = caveats::of(recording, case.subject.as_ref());
    caveats.extend(caveats::others(recording, case.subject.as_ref()));
    report.notes.extend(caveats.into_iter().map(|message| Note {
        message,
        place: None,
    }));
    report
        .findings
        .sort_by_key(|finding| (finding.kind, finding.place.clone()));
    Ok(report)
}

#[cfg(test)]
mod tests;
