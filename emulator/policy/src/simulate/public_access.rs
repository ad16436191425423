//! S3 Block Public Access: what a public bucket policy no longer grants.
//!
//! Source: S3 User Guide, "Blocking public access to your Amazon S3 storage"; S3 API reference,
//! `PublicAccessBlockConfiguration`: with `RestrictPublicBuckets`, a bucket with a public policy is
//! open to AWS services and to authorized users of the owner's account only; `BlockPublicPolicy`
//! makes S3 refuse a call that puts a public policy, and does nothing to one that is there.

use crate::{
    Decision, DecisionKind,
    decision::{Check, CheckEffect, CheckKind},
};

/// Takes back what a public policy granted to strangers.
pub(super) fn restrict(mut decision: Decision) -> Decision {
    decision.kind = DecisionKind::ImplicitDeny;
    decision.undetermined_keys.clear();
    let refused = Check {
        kind: CheckKind::Resource,
        effect: CheckEffect::ImplicitDeny,
        statements: Vec::new(),
    };
    decision
        .checks
        .retain(|check| check.kind != CheckKind::Resource);
    decision.checks.push(refused);
    decision.checks.sort_by_key(|check| check.kind);
    let blocking = decision.checks.iter();
    let blocking = blocking.filter(|check| check.effect == CheckEffect::ImplicitDeny);
    decision.blocked_by = blocking.map(|check| check.kind).collect();
    decision
}
