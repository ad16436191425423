//! The reason at the end of a denial: which type of policy, and how.
//!
//! Source: IAM User Guide, "Troubleshoot access denied error messages"; iam-semantics.md B10;
//! denied-messages.md sections 1 and 2.

use crate::{AuthorizationModel, Check, CheckEffect, CheckKind, Decision, RequestContext};

/// The check that AWS names: one type of policy only, explicit denies first.
///
/// Which of several types AWS picks is not documented; the order here is assumed: an explicit
/// deny in the order of the checks, an implicit one with the caller's side before the owner's.
pub(super) fn named_check(decision: &Decision) -> Option<&Check> {
    let blocking = || {
        decision
            .checks
            .iter()
            .filter(|check| decision.blocked_by.contains(&check.kind))
    };
    blocking()
        .find(|check| check.effect == CheckEffect::ExplicitDeny)
        .or_else(|| blocking().find(|check| check.kind != CheckKind::Resource))
        .or_else(|| blocking().next())
}

/// `with an explicit deny in ...` or `because no ... allows the ... action`.
pub(super) fn reason(request: &RequestContext<'_>, check: &Check, action: &str) -> String {
    let noun = noun(request, check.kind);
    if check.effect != CheckEffect::ExplicitDeny {
        return format!("because no {noun} allows the {action} action");
    }
    let article = match check.kind {
        CheckKind::Resource if request.model == AuthorizationModel::TrustPolicy => "the",
        CheckKind::Principal => "an",
        _ => "a",
    };
    let arn = policy_arn(request, check).map_or_else(String::new, |arn| format!(": {arn}"));
    format!("with an explicit deny in {article} {noun}{arn}")
}

fn noun(request: &RequestContext<'_>, kind: CheckKind) -> &'static str {
    match kind {
        CheckKind::ResourceControlPolicy => "resource control policy",
        CheckKind::ServiceControlPolicy => "service control policy",
        CheckKind::VpcEndpoint => "VPC endpoint policy",
        CheckKind::Resource => match request.model {
            AuthorizationModel::TrustPolicy => "role trust policy",
            AuthorizationModel::Standard | AuthorizationModel::KmsKey => "resource-based policy",
        },
        CheckKind::Principal => "identity-based policy",
        CheckKind::PermissionsBoundary => "permissions boundary",
        CheckKind::Session => "session policy",
    }
}

/// The ARN of the policy that denies, which AWS appends since January 2026: for managed policies
/// and within the account or organisation.
///
/// Source: AWS Security Blog, "Enhanced access denied error messages with policy ARNs".
fn policy_arn<'a>(request: &RequestContext<'_>, check: &'a Check) -> Option<&'a str> {
    let has_arns = match check.kind {
        CheckKind::Resource | CheckKind::VpcEndpoint => false,
        // The owner's organisation is known to be the caller's only within one account.
        CheckKind::ResourceControlPolicy => !is_cross_account(request),
        CheckKind::ServiceControlPolicy
        | CheckKind::Principal
        | CheckKind::PermissionsBoundary
        | CheckKind::Session => true,
    };
    let names = check
        .statements
        .iter()
        .map(|statement| statement.policy.as_str());
    names
        .filter(|_| has_arns)
        .find(|name| name.starts_with("arn:"))
}

pub(super) fn is_cross_account(request: &RequestContext<'_>) -> bool {
    match (&request.principal.account, request.resource_account) {
        (Some(caller), Some(owner)) => caller != owner,
        _ => false,
    }
}
