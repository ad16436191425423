//! What a case comes to, as a line.

use serde::Serialize;

use super::case::Raw;
use crate::{CheckKind, DecisionKind, Explanation};

/// A decision.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer<'a> {
    pub(super) id: Option<Raw<'a>>,
    pub(super) decision: Word,
    pub(super) kind: DecisionKind,
    pub(super) blocked_by: &'a [CheckKind],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) undetermined_keys: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) explanation: Option<&'a Explanation>,
    pub(super) warnings: &'a [String],
}

/// Whether the request goes ahead.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Word {
    Allow,
    Deny,
}

impl From<DecisionKind> for Word {
    fn from(kind: DecisionKind) -> Self {
        match kind {
            DecisionKind::Allow => Self::Allow,
            // What is not known is not let through.
            DecisionKind::ImplicitDeny
            | DecisionKind::ExplicitDeny
            | DecisionKind::Undetermined => Self::Deny,
        }
    }
}

/// Why there is none.
#[derive(Debug, Serialize)]
pub(super) struct Failed<'a> {
    pub(super) id: Option<Raw<'a>>,
    pub(super) kind: &'static str,
    pub(super) error: &'a str,
}
