//! S3 Block Public Access: what a public bucket policy no longer grants.
//!
//! Source: S3 User Guide, "Blocking public access to your Amazon S3 storage": with
//! `RestrictPublicBuckets`, a bucket with a public policy is open to AWS services and to the owner's
//! account only; "The meaning of public" says which policies are.

use crate::{
    Decision, DecisionKind, Principal, PrincipalKind, RequestContext,
    decision::{Check, CheckEffect, CheckKind},
    document::{
        Comparison, Condition, Effect, Polarity, PolicyDocument, PrincipalSet, PrincipalType,
        Statement,
    },
};

/// The keys of which a fixed value makes a grant to everyone one that is not public.
const LIMITING: [&str; 12] = [
    "aws:sourceip",
    "aws:sourcearn",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceowner",
    "aws:sourceaccount",
    "aws:userid",
    "aws:principalorgid",
    "aws:principalarn",
    "aws:principalaccount",
    "s3:dataaccesspointarn",
    "s3:dataaccesspointaccount",
];

/// Takes back what a public policy granted to strangers.
pub(super) fn restrict(
    mut decision: Decision,
    request: &RequestContext<'_>,
    policy: &PolicyDocument,
) -> Decision {
    if !is_stranger(request) || !is_public(policy) || decision.kind == DecisionKind::ExplicitDeny {
        return decision;
    }
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

fn is_stranger(request: &RequestContext<'_>) -> bool {
    let Principal { kind, account, .. } = request.principal;
    match kind {
        PrincipalKind::Service => false,
        PrincipalKind::Anonymous | PrincipalKind::Federated => true,
        _ => account.as_ref() != request.resource_account,
    }
}

fn is_public(policy: &PolicyDocument) -> bool {
    policy.statements.iter().any(grants_to_the_public)
}

fn grants_to_the_public(statement: &Statement) -> bool {
    statement.effect == Effect::Allow
        && names_everyone(statement)
        && !statement.conditions.iter().any(limits)
}

/// Everyone, or everyone but some.
fn names_everyone(statement: &Statement) -> bool {
    let Some(principals) = &statement.principals else {
        return false;
    };
    match (&principals.set, principals.polarity) {
        (_, Polarity::AllBut) | (PrincipalSet::Everyone, _) => true,
        (PrincipalSet::ByType(types), _) => types.iter().any(|(kind, values)| {
            *kind == PrincipalType::Aws && values.iter().any(|value| value == "*")
        }),
    }
}

/// Whether a condition asks for fixed values of a key that limits: no wildcard, no variable, and
/// no network that is nearly all there is.
fn limits(condition: &Condition) -> bool {
    let key = condition.key.value.to_ascii_lowercase();
    let comparison = condition.operator.comparison;
    let positive = !comparison.is_negated()
        && comparison != Comparison::Null
        && condition.operator.existence == crate::document::Existence::Plain;
    let mut values = condition.values.iter();
    LIMITING.contains(&key.as_str())
        && positive
        && values.all(|value| match key.as_str() {
            "aws:sourceip" => !is_wide(value),
            "aws:userid" => !value.contains("${") && !value.starts_with('*'),
            _ => !value.contains(['*', '?']) && !value.contains("${"),
        })
}

/// Networks broader than /8, or /32 of IPv6, count as public.
fn is_wide(network: &str) -> bool {
    let Some((address, length)) = network.split_once('/') else {
        return false;
    };
    let least = if address.contains(':') { 32 } else { 8 };
    length.parse().is_ok_and(|length: u32| length < least)
}
