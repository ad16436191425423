//! Actions: whether they exist, stand in the right policy, and take the resources beside them.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Action"; the actions and their resource types
//! are those of the service authorization data.

use super::super::{
    arn::{ArnPattern, Format},
    check::Check,
    policy_type::PolicyType,
    report::{Input, Report, quoted},
    view::{Item, Sense, Statement},
};

/// What a role's trust policy may allow (STS's actions that name a role).
const OF_TRUST: [&str; 6] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:TagSession",
    "sts:SetSourceIdentity",
    "sts:SetContext",
];

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    for statement in &input.statements {
        for item in statement.actions.iter().flat_map(|list| &list.items) {
            exists(input, report, *item);
        }
        for item in statement.listed_actions() {
            in_this_policy(input, report, *item);
        }
        resources(input, report, statement);
    }
}

fn exists(input: &Input<'_>, report: &mut Report<'_>, item: Item<'_>) {
    if item.text == "*" || item.text.contains("${") {
        return;
    }
    let Some((prefix, name)) = item.text.split_once(':') else {
        report.add(
            Check::InvalidAction,
            item.span,
            format!("the action {} has no service before it", quoted(item.text)),
            "an action is `service:Name`, such as `s3:GetObject`, or `*`",
        );
        return;
    };
    if prefix.contains(['*', '?']) {
        report.add(
            Check::WildcardInServiceName,
            item.span,
            format!(
                "the service {} stands for several, and for future ones",
                quoted(prefix)
            ),
            "name the service",
        );
        return;
    }
    let Some(named) = input.service(prefix) else {
        let known = input
            .catalog
            .iam_prefixes()
            .iter()
            .map(|e| e.prefix.as_str());
        report.add(
            Check::InvalidServiceInAction,
            item.span,
            format!("no service has the prefix {}", quoted(prefix)),
            input.did_you_mean(prefix, known, "see the prefixes of the service reference"),
        );
        return;
    };
    // A list that spends the bound is over every quota; it is not judged further.
    if input.any_action(&named, name, |_| true) == Some(false) {
        let service = &named.service;
        let known = service.actions.iter().map(|action| action.name.as_str());
        let otherwise = format!("see the actions of `{}`", service.prefix);
        report.add(
            Check::InvalidAction,
            item.span,
            format!("`{}` has no action {}", service.prefix, quoted(name)),
            input.did_you_mean(name, known, &otherwise),
        );
    }
}

fn in_this_policy(input: &Input<'_>, report: &mut Report<'_>, item: Item<'_>) {
    let prefix = item.text.split_once(':').map_or("", |(prefix, _)| prefix);
    let known = input.catalog.iam(prefix).is_some();
    if *input.kind == PolicyType::Trust {
        let of_trust = OF_TRUST.iter().any(|a| a.eq_ignore_ascii_case(item.text));
        let pattern = item.text.contains('*') && (prefix.is_empty() || prefix == "sts");
        if known && !of_trust && !pattern {
            let message = format!("a trust policy cannot be about {}", quoted(item.text));
            let remedy = "it is about `sts:AssumeRole` and its kin; other actions stand in policies of the role";
            report.add(Check::UnsupportedActionInPolicy, item.span, message, remedy);
        }
        return;
    }
    let Some(service) = input.kind.service() else {
        return;
    };
    let api = prefix.eq_ignore_ascii_case("execute-api") && service == "apigateway";
    if known && !prefix.eq_ignore_ascii_case(service) && !api {
        let message = format!(
            "a policy of `{service}` cannot be about {}",
            quoted(item.text)
        );
        let remedy = "name actions of the service whose resource the policy is attached to";
        report.add(Check::UnsupportedActionInPolicy, item.span, message, remedy);
        return;
    }
    let name = item.text.split_once(':').map_or("", |(_, name)| name);
    let data = input.catalog.iam(service);
    let action = data.as_ref().and_then(|data| data.action(name));
    if action.is_some_and(|action| action.resource_types.is_empty()) && service == "s3" {
        let message = format!("{} is not about a bucket or an object", quoted(item.text));
        let remedy = "allow it in an identity policy; a bucket's policy cannot";
        report.add(Check::UnsupportedActionInPolicy, item.span, message, remedy);
    }
}

/// An action without a resource that it takes is neither allowed nor denied by the statement.
fn resources(input: &Input<'_>, report: &mut Report<'_>, statement: &Statement<'_>) {
    let Some(list) = &statement.resources else {
        return;
    };
    if list.sense == Sense::AllBut || list.items.is_empty() {
        return;
    }
    let parsed: Option<Vec<ArnPattern<'_>>> = list
        .items
        .iter()
        .map(|item| ArnPattern::parse(item.text))
        .collect();
    // `*`, and what is not a whole ARN, may be anything.
    let Some(arns) = parsed else {
        return;
    };
    for item in statement.listed_actions() {
        let Some(needed) = formats(input, item.text) else {
            continue;
        };
        let takes = |format: &Format| {
            let mut arns = arns.iter();
            arns.any(|arn| !input.may_compare() || arn.may_be(format))
        };
        if needed.iter().any(takes) {
            continue;
        }
        let (message, remedy) = if needed.is_empty() {
            (
                format!(
                    "{} is about no resource, and these ARNs are",
                    quoted(item.text)
                ),
                "give it a statement of its own with `\"Resource\": \"*\"`".to_owned(),
            )
        } else {
            (
                format!(
                    "{} takes none of the resources of this statement",
                    quoted(item.text)
                ),
                format!("name a resource that it takes: {}", types(input, item.text)),
            )
        };
        report.add(Check::ResourceNotTakenByAction, item.span, message, remedy);
    }
}

/// The formats of the resources that one action takes; none for what is not one known action.
fn formats(input: &Input<'_>, action: &str) -> Option<Vec<Format>> {
    let (prefix, name) = action.split_once(':')?;
    let service = input.catalog.iam(prefix)?;
    let action = service.action(name)?;
    let mut formats = Vec::new();
    for taken in &action.resource_types {
        // A type that the data names and does not describe may have any ARN.
        let described = service.resource_type(&taken.resource_type)?;
        formats.push(Format::parse(&described.arn)?);
    }
    Some(formats)
}

fn types(input: &Input<'_>, action: &str) -> String {
    let arns = || {
        let (prefix, name) = action.split_once(':')?;
        let service = input.catalog.iam(prefix)?;
        let taken = &service.action(name)?.resource_types;
        let arn = |name: &str| service.resource_type(name).map(|t| format!("`{}`", t.arn));
        let all: Vec<String> = taken.iter().filter_map(|t| arn(&t.resource_type)).collect();
        Some(all.join(", "))
    };
    arns().unwrap_or_default()
}
