//! What was decided, and why, in the words of AWS's own authorization details.
//!
//! Source: service model `iam-toolbox` 2018-05-10 (check types and effects).

use serde::{Deserialize, Serialize};

/// The checks that one decision is made of, in AWS's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CheckKind {
    /// Resource control policies, from the root to the account.
    ResourceControlPolicy,
    /// Service control policies, from the root to the account.
    ServiceControlPolicy,
    /// The policy of the VPC endpoint that the request came through.
    VpcEndpoint,
    /// The resource's own policy.
    Resource,
    /// The caller's identity policies.
    Principal,
    /// The caller's permissions boundary.
    PermissionsBoundary,
    /// The policies of the session.
    Session,
}

/// What one check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CheckEffect {
    /// A statement allowed.
    Allow,
    /// Nothing matched, and nothing was needed, since another check allowed.
    NoImpact,
    /// An allow was needed and none matched.
    ImplicitDeny,
    /// A deny matched.
    ExplicitDeny,
}

/// Names one statement of one policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementRef {
    /// The policy's name or ARN, as it was given when it was stored.
    pub policy: String,
    /// The statement's index in its document, from 0.
    pub statement: usize,
    /// Its `Sid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
}

/// One check with its effect and the statements that decided it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// Which.
    pub kind: CheckKind,
    /// What it came to.
    pub effect: CheckEffect,
    /// The matching statements that made it so; empty for an implicit deny.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<StatementRef>,
}

/// The kinds of decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DecisionKind {
    /// Allowed.
    Allow,
    /// Not allowed by a policy that had to.
    ImplicitDeny,
    /// Denied by a statement.
    ExplicitDeny,
    /// It hangs on a value that was not computed.
    Undetermined,
}

/// A decision with its explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// What was decided.
    pub kind: DecisionKind,
    /// The checks that took part, in AWS's order.
    pub checks: Vec<Check>,
    /// The checks that stood in the way; empty for an allow.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocked_by: Vec<CheckKind>,
    /// For `Undetermined`: the keys whose values would have decided it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undetermined_keys: Vec<String>,
}

impl Decision {
    /// An allow that nothing had to be asked for.
    pub(crate) fn allowed() -> Self {
        Self {
            kind: DecisionKind::Allow,
            checks: Vec::new(),
            blocked_by: Vec::new(),
            undetermined_keys: Vec::new(),
        }
    }

    /// Says whether the request may go ahead; an undetermined one may not.
    pub fn is_allowed(&self) -> bool {
        self.kind == DecisionKind::Allow
    }
}
