//! Condition keys: whether they exist and are well formed.
//!
//! Source: IAM User Guide, "AWS global condition context keys"; the services' keys are those of the
//! service authorization data.

use std::collections::BTreeMap;

use rolecall_policy::document::json::Value;

use super::super::{
    check::Check,
    keys::{self, starts_with},
    report::{Input, Report, quoted},
    view::{Condition, Statement, member},
};

/// Keys that are no longer to be used, with what replaces them.
///
/// Source: Amazon SNS Developer Guide, "Use cases for Amazon SNS access control"
/// (`aws:SourceOwner`).
const DEPRECATED: [(&str, &str); 1] = [("aws:SourceOwner", "aws:SourceAccount")];

/// Pairs of which the first says little without one of the others.
///
/// Source: IAM User Guide, "AWS global condition context keys", `aws:VpcSourceIp` and
/// `aws:Ec2InstanceSourcePrivateIPv4`.
const PAIRED: [(&str, &[&str]); 2] = [
    (
        "aws:VpcSourceIp",
        &["aws:SourceVpc", "aws:SourceVpce", "aws:SourceVpcArn"],
    ),
    (
        "aws:Ec2InstanceSourcePrivateIPv4",
        &["aws:Ec2InstanceSourceVpc"],
    ),
];

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    for statement in &input.statements {
        cases(report, statement);
        for condition in &statement.conditions {
            key(input, report, condition);
            paired(report, statement, condition);
        }
    }
}

/// Names of keys are the same in any case.
fn cases(report: &mut Report<'_>, statement: &Statement<'_>) {
    let condition = member(statement.members, "Condition").map(|m| &m.node.value);
    let Some(Value::Object(blocks)) = condition else {
        return;
    };
    for block in blocks {
        let Value::Object(entries) = &block.node.value else {
            continue;
        };
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for entry in entries {
            let lower = entry.key.to_ascii_lowercase();
            if let Some(first) = seen.insert(lower, &entry.key) {
                report.add(
                    Check::DuplicateKeysWithDifferentCase,
                    entry.key_span,
                    format!(
                        "{} is the same key as {}",
                        quoted(&entry.key),
                        quoted(first)
                    ),
                    "join the two; case does not matter in the names of keys",
                );
            }
        }
    }
}

fn key(input: &Input<'_>, report: &mut Report<'_>, condition: &Condition<'_>) {
    let key = condition.key();
    let span = condition.entry.key_span;
    let Some((prefix, name)) = key
        .split_once(':')
        .filter(|(p, n)| !p.is_empty() && !n.is_empty())
    else {
        report.add(
            Check::InvalidConditionKeyFormat,
            span,
            format!("{} has no service before it", quoted(key)),
            "a key is `service:name`, such as `aws:SourceAccount`",
        );
        return;
    };
    if keys::lacks_tag_key(key) {
        report.add(
            Check::MissingTagKeyInCondition,
            span,
            format!("{} does not say which tag", quoted(key)),
            format!("add the tag's key: `{}/TAG`", key.trim_end_matches('/')),
        );
        return;
    }
    deprecated(report, condition);
    if input.key_facts(key).is_some() || keys::is_of_provider(key) {
        return;
    }
    if prefix.eq_ignore_ascii_case("aws") {
        global(input, report, condition);
        return;
    }
    let Some(service) = input.catalog.iam(prefix) else {
        let known = input
            .catalog
            .iam_prefixes()
            .iter()
            .map(|e| e.prefix.as_str());
        report.add(
            Check::InvalidService,
            span,
            format!("no service has the prefix {}", quoted(prefix)),
            input.did_you_mean(prefix, known, "see the prefixes of the service reference"),
        );
        return;
    };
    let known = service.condition_keys.iter().map(|k| k.name.as_str());
    let otherwise = format!("see the condition keys of `{}`", service.prefix);
    report.add(
        Check::InvalidServiceConditionKey,
        span,
        format!("`{}` has no condition key {}", service.prefix, quoted(name)),
        input.did_you_mean(key, known, &otherwise),
    );
}

fn global(input: &Input<'_>, report: &mut Report<'_>, condition: &Condition<'_>) {
    let key = condition.key();
    let span = condition.entry.key_span;
    if key.eq_ignore_ascii_case("aws:ARN") {
        report.add(
            Check::UnsupportedGlobalConditionKey,
            span,
            format!("no request has {}", quoted(key)),
            "use `aws:PrincipalArn` for the caller, or `aws:SourceArn` for the resource behind a service's call",
        );
        return;
    }
    report.add(
        Check::InvalidGlobalConditionKey,
        span,
        format!("there is no global condition key {}", quoted(key)),
        input.did_you_mean(key, keys::global_names(), "see AWS's global condition keys"),
    );
}

fn deprecated(report: &mut Report<'_>, condition: &Condition<'_>) {
    let key = condition.key();
    let found = DEPRECATED
        .iter()
        .find(|(old, _)| old.eq_ignore_ascii_case(key));
    if let Some((_, new)) = found {
        report.add(
            Check::DeprecatedGlobalConditionKey,
            condition.entry.key_span,
            format!("{} is deprecated", quoted(key)),
            format!("use `{new}`"),
        );
    }
}

fn paired(report: &mut Report<'_>, statement: &Statement<'_>, condition: &Condition<'_>) {
    let found = PAIRED
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(condition.key()));
    let Some((key, others)) = found else { return };
    if !others.iter().any(|other| statement.has_condition_on(other)) {
        report.add(
            Check::MissingPairedConditionKeys,
            condition.entry.key_span,
            format!(
                "other networks have the same addresses: `{key}` alone does not tell them apart"
            ),
            format!("add a condition on `{}`", others.join("` or `")),
        );
    }
}

/// Whether a key is about the tags of the resource.
pub(super) fn is_resource_tag(key: &str) -> bool {
    starts_with(key, "aws:ResourceTag/")
}
