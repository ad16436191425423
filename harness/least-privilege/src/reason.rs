//! Why a decision is a denial, in a few words.

use rolecall_policy::{Check, CheckEffect, CheckKind, Decision, DecisionKind, StatementRef};

/// The reason of a decision that is not an allow.
pub(crate) fn of(decision: &Decision) -> String {
    match decision.kind {
        DecisionKind::Allow => "it is allowed".to_owned(),
        DecisionKind::Undetermined => undetermined(&decision.undetermined_keys),
        DecisionKind::ExplicitDeny => explicit(&decision.checks),
        DecisionKind::ImplicitDeny => implicit(&decision.blocked_by),
    }
}

/// That a decision hangs on values that are not known.
pub(crate) fn undetermined(keys: &[String]) -> String {
    let keys: Vec<_> = keys.iter().map(|key| format!("`{key}`")).collect();
    match keys.as_slice() {
        [] => "it hangs on a value that is not known".to_owned(),
        [one] => format!("it hangs on {one}, whose value is not known"),
        several => format!(
            "it hangs on {}, whose values are not known",
            several.join(", ")
        ),
    }
}

fn explicit(checks: &[Check]) -> String {
    let denies: Vec<_> = checks
        .iter()
        .filter(|check| check.effect == CheckEffect::ExplicitDeny)
        .map(|check| {
            let statements: Vec<_> = check.statements.iter().map(statement).collect();
            format!(
                "{} denies it: {}",
                policy(check.kind),
                statements.join(", ")
            )
        })
        .collect();
    denies.join("; ")
}

fn implicit(blocked_by: &[CheckKind]) -> String {
    let names: Vec<_> = blocked_by.iter().map(|kind| plain(*kind)).collect();
    match names.as_slice() {
        [] => "no policy allows it".to_owned(),
        names => format!("no {} allows it", names.join(" and no ")),
    }
}

/// A statement by its number from 1, as people count.
pub(crate) fn statement(at: &StatementRef) -> String {
    let sid = at
        .sid
        .as_ref()
        .map(|sid| format!(" (`{sid}`)"))
        .unwrap_or_default();
    format!("statement {}{sid} of `{}`", at.statement + 1, at.policy)
}

/// The policy of a check, with its article.
fn policy(kind: CheckKind) -> String {
    let name = plain(kind);
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {name}")
}

/// The policy of a check in AWS's words. Source: IAM User Guide, "Troubleshoot access denied error
/// messages".
pub(crate) fn plain(kind: CheckKind) -> &'static str {
    match kind {
        CheckKind::ResourceControlPolicy => "resource control policy",
        CheckKind::ServiceControlPolicy => "service control policy",
        CheckKind::VpcEndpoint => "VPC endpoint policy",
        CheckKind::Resource => "resource-based policy",
        CheckKind::Principal => "identity-based policy",
        CheckKind::PermissionsBoundary => "permissions boundary",
        CheckKind::Session => "session policy",
    }
}
