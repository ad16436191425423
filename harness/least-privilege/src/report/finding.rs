//! Findings and notes.

use serde::Serialize;
use serde_json::{Value, json};

use super::text;
use crate::evidence::Evidence;

/// The four kinds of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FindingKind {
    /// Needed, and not allowed.
    Missing,
    /// In the policy, and never needed.
    Unused,
    /// A guard says that it must be denied, and it is not.
    Forbidden,
    /// Assumed, undetermined or lost: nobody can say.
    Unknown,
}

impl FindingKind {
    /// All of them, in the order of a report.
    pub const ALL: [Self; 4] = [Self::Missing, Self::Unused, Self::Forbidden, Self::Unknown];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unused => "unused",
            Self::Forbidden => "forbidden",
            Self::Unknown => "unknown",
        }
    }
}

/// A statement of a policy file, or an element of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementPlace {
    /// The file, as it was named.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// The number of the statement, from 1, as people count.
    pub statement: usize,
    /// Its `Sid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
}

/// Something that makes verification fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Which of the four.
    pub kind: FindingKind,
    /// What it is, in one line.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where in the policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<StatementPlace>,
    /// The action, or the pattern of actions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// The resource, or the pattern of resources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The attempts behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// Something that a reader should know, and that makes nothing fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// What it is, in one line.
    pub message: String,
    /// Where in the policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<StatementPlace>,
}

/// What verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The role or user, if the recording has one.
    pub subject: Option<String>,
    /// The policy files.
    pub policies: Vec<String>,
    /// How many requirements were decided again.
    pub requirements: usize,
    /// Sorted by kind.
    pub findings: Vec<Finding>,
    /// Sorted.
    pub notes: Vec<Note>,
}

impl Finding {
    pub(crate) fn new(kind: FindingKind, message: String) -> Self {
        Self {
            kind,
            message,
            help: None,
            place: None,
            action: None,
            resource: None,
            evidence: None,
        }
    }

    pub(crate) fn with_help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }

    pub(crate) fn at(self, place: Option<StatementPlace>) -> Self {
        Self { place, ..self }
    }

    pub(crate) fn about(self, action: &str, resource: &str) -> Self {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self {
            action: some(action),
            resource: some(resource),
            ..self
        }
    }

    pub(crate) fn with_evidence(self, evidence: Evidence) -> Self {
        Self {
            evidence: Some(evidence),
            ..self
        }
    }
}

impl Report {
    /// How many findings of a kind there are.
    pub fn count(&self, kind: FindingKind) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.kind == kind)
            .count()
    }

    /// The report for people.
    pub fn to_text(&self) -> String {
        text::render(self)
    }

    /// The report for programs.
    pub fn to_json(&self) -> Value {
        let counts =
            FindingKind::ALL.map(|kind| (kind.as_str().to_owned(), self.count(kind).into()));
        json!({
            "role": self.subject,
            "policies": self.policies,
            "requirements": self.requirements,
            "counts": serde_json::Map::from_iter(counts),
            "findings": self.findings,
            "notes": self.notes,
        })
    }
}
