//! The decision.

mod inputs;

pub use inputs::{PolicySet, RequestContext};

use crate::{Decision, DecisionKind};

/// Decides one request as AWS would: total, pure, deterministic.
pub fn evaluate(_request: &RequestContext<'_>, _policies: &PolicySet) -> Decision {
    // Being written: nothing is allowed until then.
    Decision {
        kind: DecisionKind::ImplicitDeny,
        checks: Vec::new(),
        blocked_by: Vec::new(),
        undetermined_keys: Vec::new(),
    }
}
