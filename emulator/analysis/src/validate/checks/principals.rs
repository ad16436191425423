//! Principals of resource policies and trust policies.
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal".

use rolecall_policy::document::{PrincipalType, json::Value, nearest};

use super::super::{
    check::Check,
    policy_type::PolicyType,
    report::{Input, Report, quoted, replace},
    view::{Item, PrincipalEntry, Principals, Sense, Statement},
};

/// Keys with which a resource policy holds a service to what it calls for.
const SOURCE_KEYS: [&str; 5] = [
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceOwner",
];

/// Keys about IAM's principals that no call of a service has (IAM User Guide, "AWS global condition
/// context keys", availability; which of them the check means is assumed).
const NOT_OF_SERVICES: [&str; 4] = [
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalTag/",
    "aws:username",
];

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    for statement in &input.statements {
        let Some(principals) = &statement.principals else {
            continue;
        };
        if input.kind.is_attached_to_identity() {
            report.add(
                Check::UnsupportedPrincipal,
                principals.member.key_span,
                format!(
                    "`{}` may not stand in {}",
                    principals.member.key,
                    input.kind.noun()
                ),
                "remove it: the policy applies to whom it is attached to (or it is a resource or trust policy)",
            );
            continue;
        }
        // SCPs and RCPs have checks of their own.
        if matches!(
            input.kind,
            PolicyType::ServiceControl | PolicyType::ResourceControl
        ) {
            continue;
        }
        shape(input, report, principals);
        for entry in &principals.entries {
            entry_key(report, principals, entry);
            names(input, report, entry);
        }
        if principals.sense == Sense::AllBut {
            all_but(input, report, statement, principals);
        }
        if input.kind.is_resource() {
            services(report, statement);
        }
    }
}

fn shape(input: &Input<'_>, report: &mut Report<'_>, principals: &Principals<'_>) {
    let node = &principals.member.node;
    match &node.value {
        Value::Object(_) => {}
        Value::Text(text) if text == "*" => {
            if *input.kind == PolicyType::Trust {
                report.add(
                    Check::RoleTrustPolicyUnsupportedWildcardInPrincipal,
                    node.span,
                    "a trust policy may not trust `\"*\"`",
                    "name the principals that may assume the role",
                );
            }
        }
        Value::Text(text) => report.add(
            Check::InvalidPrincipalFormat,
            node.span,
            format!("{} stands without its type", quoted(text)),
            "write `{\"AWS\": \"...\"}`, or another type; only `\"*\"` stands alone",
        ),
        other => report.add(
            Check::InvalidPrincipalFormat,
            node.span,
            format!(
                "`{}` is an object or `\"*\"`, not {}",
                principals.member.key,
                other.noun()
            ),
            "write `{\"AWS\": \"...\"}`, or another type",
        ),
    }
}

fn entry_key(report: &mut Report<'_>, principals: &Principals<'_>, entry: &PrincipalEntry<'_>) {
    if entry.kind.is_some() {
        return;
    }
    let key = &entry.member.key;
    let known = PrincipalType::ALL.map(PrincipalType::as_str);
    let others = || principals.entries.iter().map(|e| e.member.key.as_str());
    let meant = known
        .into_iter()
        .find(|k| k.eq_ignore_ascii_case(key) && !others().any(|other| other == *k));
    let remedy = nearest(key, known).map_or_else(
        || format!("the types are {}", known.join(", ")),
        |meant| format!("did you mean `{meant}`?"),
    );
    report.add_fixable(
        Check::InvalidPrincipalKey,
        entry.member.key_span,
        format!("{} is not a type of principal", quoted(key)),
        remedy,
        meant.map_or_else(Vec::new, |meant| replace(entry.member.key_span, meant)),
    );
}

fn names(input: &Input<'_>, report: &mut Report<'_>, entry: &PrincipalEntry<'_>) {
    let trust = *input.kind == PolicyType::Trust;
    for item in &entry.items {
        let wildcard = item.text.contains(['*', '?']) && !item.text.contains("${");
        let Some(kind) = entry.kind else { continue };
        // `{"AWS": "*"}` is everybody; no other type and no part of a name may be a wildcard.
        if wildcard && (item.text != "*" || kind != PrincipalType::Aws) {
            let check = if trust {
                Check::RoleTrustPolicyUnsupportedWildcardInPrincipal
            } else {
                Check::UnsupportedWildcardInPrincipal
            };
            let message = format!("the principal {} has a wildcard in it", quoted(item.text));
            let remedy = "name the principal, or use `*` with a condition on `aws:PrincipalArn`";
            report.add(check, item.span, message, remedy);
            continue;
        }
        match kind {
            PrincipalType::Aws => aws(report, *item),
            PrincipalType::Service => service(report, *item),
            PrincipalType::Federated if !trust => report.add(
                Check::FederatedPrincipalNotSupported,
                item.span,
                format!("{} cannot name an identity provider", input.kind.noun()),
                "name the role that the provider's users assume; only trust policies name providers",
            ),
            PrincipalType::Federated | PrincipalType::CanonicalUser => {}
        }
    }
}

fn aws(report: &mut Report<'_>, item: Item<'_>) {
    let text = item.text;
    let saved = "the ARN was saved as the id of what is behind it, which may be gone: name the ARN";
    if is_unique_id(text, "AROA") {
        let message = format!("{} is the id of a role", quoted(text));
        report.add(Check::InvalidRoleReference, item.span, message, saved);
    } else if is_unique_id(text, "AIDA") {
        let message = format!("{} is the id of a user", quoted(text));
        report.add(Check::InvalidUserReference, item.span, message, saved);
    } else if !is_aws_principal(text) {
        let message = format!("{} is not an AWS principal", quoted(text));
        let remedy = "write an account id, or the ARN of an account, user, role or session";
        report.add(Check::InvalidPrincipalFormat, item.span, message, remedy);
    }
}

/// Source: IAM User Guide, "IAM identifiers", unique ids.
fn is_unique_id(text: &str, prefix: &str) -> bool {
    let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    text.len() >= 16 && text.starts_with(prefix) && text.bytes().all(plain)
}

fn is_aws_principal(text: &str) -> bool {
    let account = text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    if text == "*" || text.contains("${") || account {
        return true;
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "iam", "", _, resource] => !resource.starts_with("group/"),
        ["arn", _, "sts", "", _, _] => true,
        // CloudFront's origin access identities have account `cloudfront` under `iam`; others of
        // AWS's own principals have ids such as `AIDA...`.
        ["arn", ..] => false,
        _ => is_unique_id(text, "A"),
    }
}

fn service(report: &mut Report<'_>, item: Item<'_>) {
    let valid = [
        ".amazonaws.com",
        ".amazonaws.com.cn",
        ".aws.internal",
        ".aws.com",
    ];
    let lower = item.text.to_ascii_lowercase();
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    let named = valid
        .iter()
        .any(|end| lower.len() > end.len() && lower.ends_with(end));
    if (named && lower.bytes().all(plain)) || item.text.contains("${") {
        return;
    }
    report.add(
        Check::InvalidServicePrincipalFormat,
        item.span,
        format!("{} is not the name of a service", quoted(item.text)),
        "write the service's principal, such as `lambda.amazonaws.com`",
    );
}

fn all_but(
    input: &Input<'_>,
    report: &mut Report<'_>,
    statement: &Statement<'_>,
    principals: &Principals<'_>,
) {
    let span = principals.member.key_span;
    if *input.kind == PolicyType::Trust {
        report.add(
            Check::RoleTrustPolicySyntaxErrorNotPrincipal,
            span,
            "a trust policy may not have `NotPrincipal`",
            "list who may assume the role in `Principal`",
        );
    }
    if statement.is_allow() {
        report.add(
            Check::AllowWithNotPrincipal,
            span,
            "this allows everybody else, without credentials too",
            "list who is allowed in `Principal`",
        );
    }
}

fn services(report: &mut Report<'_>, statement: &Statement<'_>) {
    let mut services = statement
        .listed_principals(PrincipalType::Service)
        .peekable();
    let Some(first) = services.peek().copied() else {
        return;
    };
    if !statement.is_allow() {
        return;
    }
    for item in services {
        if !SOURCE_KEYS
            .iter()
            .any(|key| statement.has_condition_on(key))
        {
            report.add(
                Check::RestrictAccessToServicePrincipal,
                item.span,
                format!("{} may be called upon by anybody's resources", quoted(item.text)),
                "add a condition on `aws:SourceArn`, `aws:SourceAccount`, `aws:SourceOrgID` or `aws:SourceOrgPaths`",
            );
        }
    }
    // A statement that names IAM's principals besides may mean them.
    let others = statement.principals.iter().flat_map(|p| &p.entries);
    let mut others = others.filter(|entry| entry.kind != Some(PrincipalType::Service));
    if others.next().is_some() {
        return;
    }
    for condition in &statement.conditions {
        let positive = condition.operator.is_some_and(super::needs_key);
        let key = condition.key();
        let not_there = NOT_OF_SERVICES.iter().any(|k| {
            super::super::keys::starts_with(key, k) && (k.ends_with('/') || k.len() == key.len())
        });
        if positive && not_there {
            report.add(
                Check::UnsupportedConditionKeyForServicePrincipal,
                condition.entry.key_span,
                format!("calls of {} have no {}", quoted(first.text), quoted(key)),
                "use `aws:SourceArn`, `aws:SourceAccount` or `aws:SourceOrgID`",
            );
        }
    }
}
