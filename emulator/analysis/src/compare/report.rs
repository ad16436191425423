//! What a comparison comes to.

use rolecall_policy::{Action, Context, DecisionKind, Principal, StatementRef};
use serde::Serialize;

use super::search::Cause;

/// The answer in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// It is proven that there is none.
    NoNewAccess,
    /// There is some, and requests show it.
    NewAccess,
    /// Neither could be shown.
    Unknown,
}

/// A request that the new policy allows and the old one does not; the evaluator says so.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewAccess {
    /// The action.
    pub action: Action,
    /// Whether the catalog has the action; if not, none that it has could be shown.
    pub in_catalog: bool,
    /// How many more actions of the catalog the same statements are about.
    pub more_actions: usize,
    /// The resource.
    pub resource: String,
    /// Whether the catalog knows the action to take such a resource; none if it does not know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_fits_action: Option<bool>,
    /// Who asks.
    pub principal: Principal,
    /// Whether a permissions boundary that allows everything is set for the principal.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub has_permissions_boundary: bool,
    /// The keys that conditions and variables mind.
    #[serde(skip_serializing_if = "Context::is_empty")]
    pub context: Context,
    /// The statement of the new policy that allows it.
    pub allowed_by: StatementRef,
    /// What the old policy decides.
    pub old_decision: DecisionKind,
}

/// A statement of which it could not be said whether it gives new access.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnknownAccess {
    /// The statement of the new policy; none where the actions themselves are too many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement: Option<StatementRef>,
    /// Why.
    pub cause: Cause,
    /// Why, in words.
    pub reason: String,
}

/// What a comparison comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The answer in one word.
    pub verdict: Verdict,
    /// Requests that show new access; not all there are.
    pub new_access: Vec<NewAccess>,
    /// What could not be decided.
    pub unknown: Vec<UnknownAccess>,
}

impl Comparison {
    pub(crate) fn new(new_access: Vec<NewAccess>, mut unknown: Vec<UnknownAccess>) -> Self {
        unknown.sort();
        unknown.dedup();
        let verdict = match (new_access.is_empty(), unknown.is_empty()) {
            (false, _) => Verdict::NewAccess,
            (true, false) => Verdict::Unknown,
            (true, true) => Verdict::NoNewAccess,
        };
        Self {
            verdict,
            new_access,
            unknown,
        }
    }
}

impl Cause {
    /// In words.
    pub fn reason(self) -> &'static str {
        match self {
            Self::TooManyPatterns => {
                "its patterns, with those of the other statements, are too many or too involved"
            }
            Self::TooManyConditions => {
                "its conditions, with those of the other statements, are too many"
            }
            Self::Conditions => {
                "its conditions or variables cannot be proven to be covered, and no request was found that shows new access"
            }
            Self::UnknownActions => {
                "it may be about actions that the catalog does not have, and none was found that shows new access"
            }
        }
    }
}
