//! From a recording to the smallest policy.

mod check;
mod document;
mod error;
mod grants;
mod leave_out;
mod notes;
mod pack;

use std::collections::BTreeSet;

use rolecall_catalog::Catalog;
use rolecall_policy::{DecisionKind, Policy};
use rolecall_trace::Recording;
use serde::Serialize;
use serde_json::Value;

pub(crate) use error::no_such_role;
pub use error::{GenerateError, Unmet};
pub(crate) use grants::{OPEN_SUFFIX, open_secret};
pub use leave_out::{LeftOut, leave_out};

use crate::{
    evidence::Evidence,
    replay::{Need, Needs, subjects},
    subject::Subject,
};

/// The policy of one role or user.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GeneratedPolicy {
    /// Whose policy it is.
    pub subject: Subject,
    /// The documents: one, or as many as the size limits ask for; none if nothing is needed.
    pub documents: Vec<GeneratedDocument>,
    /// What a reader should know, sorted.
    pub notes: Vec<String>,
}

/// One policy document.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GeneratedDocument {
    /// The document.
    pub document: Value,
    /// The same, as it is printed.
    pub text: String,
    /// Its size as IAM counts it: without white space between the elements.
    pub characters: usize,
    /// What each statement rests on, in their order.
    pub evidence: Vec<StatementEvidence>,
}

/// What one statement rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementEvidence {
    /// The index of the statement, from 0.
    pub statement: usize,
    /// The attempts.
    #[serde(flatten)]
    pub evidence: Evidence,
}

/// What becomes of attempts that no identity policy can allow: a resource policy or a boundary denies
/// them, perhaps as the test wants it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Blocked {
    /// There is no policy: it would not be sufficient.
    #[default]
    Refused,
    /// They are left out, each with a note.
    LeftOut,
}

/// Writes the policy of every role and user of a recording, or of the one that is named.
///
/// Each is sufficient and irreducible, which our own evaluator has decided, under the boundaries,
/// session and resource policies that took part.
pub fn generate(
    recording: &Recording,
    role: Option<&str>,
    blocked: Blocked,
) -> Result<Vec<GeneratedPolicy>, GenerateError> {
    let known = subjects(recording);
    let wanted: Vec<_> = known
        .iter()
        .filter(|subject| role.is_none_or(|role| subject.is_named(role)))
        .collect();
    if wanted.is_empty() {
        return Err(GenerateError::NoSuchRole {
            wanted: role.map(ToOwned::to_owned),
            known: known.iter().map(|subject| subject.arn.clone()).collect(),
        });
    }
    wanted
        .into_iter()
        .map(|subject| generate_for(recording, subject, blocked))
        .collect()
}

fn generate_for(
    recording: &Recording,
    subject: &Subject,
    blocked: Blocked,
) -> Result<GeneratedPolicy, GenerateError> {
    let Needs { needs, undecidable } = Needs::of(recording, subject);
    if let Some(first) = undecidable.first() {
        return Err(GenerateError::Undecidable {
            subject: subject.arn.clone(),
            unmet: Box::new(Unmet::new(first.requirement, first.attempt)),
            reason: first.reason.clone(),
            count: undecidable.len(),
        });
    }
    let sorted = Sorted::sort(subject, &needs)?;
    if !sorted.blocked.is_empty() && blocked == Blocked::Refused {
        return Err(GenerateError::Blocked {
            subject: subject.arn.clone(),
            unmet: sorted.blocked,
        });
    }
    let mut notes = notes::of(recording, subject, &sorted);
    let documents = match document::of(&sorted.granted, Catalog::embedded()) {
        Some(document) => pack::pack(subject, document, &mut notes)?,
        None => Vec::new(),
    };
    check::check(subject, &documents, &needs)?;
    let documents = documents
        .into_iter()
        .map(|policy| finish(&policy, &sorted.granted));
    let documents = documents.collect();
    Ok(GeneratedPolicy {
        subject: subject.clone(),
        documents,
        notes: notes.into_iter().collect(),
    })
}

/// The needs by what an identity policy has to do with them.
struct Sorted<'n, 'a> {
    /// An identity policy has to allow them.
    granted: Vec<&'n Need<'a>>,
    /// A resource policy allows them, whatever the identity policies say.
    elsewhere: Vec<&'n Need<'a>>,
    /// Even under a policy that allows everything they hang on a value that is not known.
    undetermined: Vec<(&'n Need<'a>, Vec<String>)>,
    /// Even under a policy that allows everything they are denied; each action and resource once.
    blocked: Vec<Unmet>,
}

impl<'n, 'a> Sorted<'n, 'a> {
    fn sort(subject: &Subject, needs: &'n [Need<'a>]) -> Result<Self, GenerateError> {
        let everything = document::everything(subject)?;
        let mut sorted = Self {
            granted: Vec::new(),
            elsewhere: Vec::new(),
            undetermined: Vec::new(),
            blocked: Vec::new(),
        };
        for need in needs {
            let best = need.decide(&everything);
            match best.kind {
                _ if need.decide(&[]).is_allowed() => sorted.elsewhere.push(need),
                DecisionKind::Allow => sorted.granted.push(need),
                DecisionKind::Undetermined => {
                    sorted.granted.push(need);
                    sorted.undetermined.push((need, best.undetermined_keys));
                }
                DecisionKind::ImplicitDeny | DecisionKind::ExplicitDeny => {
                    let unmet = Unmet::new(need.requirement, need.attempt);
                    sorted.blocked.push(unmet.because(&best));
                }
            }
        }
        let mut seen = BTreeSet::new();
        let first = |unmet: &Unmet| seen.insert((unmet.action.clone(), unmet.resource.clone()));
        sorted.blocked.retain(first);
        Ok(sorted)
    }
}

fn finish(policy: &Policy, needs: &[&Need<'_>]) -> GeneratedDocument {
    let document = policy.document().to_json();
    let statements = policy.document().statements.iter().enumerate();
    let evidence = statements.map(|(statement, one)| StatementEvidence {
        statement,
        evidence: document::evidence(one, needs),
    });
    GeneratedDocument {
        text: document::text(&document),
        characters: pack::characters(policy.document()),
        evidence: evidence.collect(),
        document,
    }
}

#[cfg(test)]
mod tests;
