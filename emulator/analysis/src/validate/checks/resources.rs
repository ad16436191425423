//! Resource ARNs, part by part.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Resource" and "IAM identifiers"; the formats
//! are those of the service authorization data.

use super::super::{
    arn::{ArnPattern, Format, is_plain},
    check::Check,
    overlap,
    partitions::{PARTITIONS, regions},
    policy_type::PolicyType,
    report::{Input, Report, quoted, replace},
    view::Item,
};

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    for statement in &input.statements {
        for item in statement.resources.iter().flat_map(|list| &list.items) {
            resource(input, report, *item);
        }
    }
}

fn resource(input: &Input<'_>, report: &mut Report<'_>, item: Item<'_>) {
    // API Gateway's policies name `execute-api:/stage/GET/path`.
    let short = input.kind.is_resource() && item.text.starts_with("execute-api:/");
    if item.text == "*" || short {
        return;
    }
    let shape = "an ARN is `arn:partition:service:region:account:resource`";
    if !item.text.starts_with("arn:") {
        let message = format!(
            "the resource {} is neither an ARN nor `*`",
            quoted(item.text)
        );
        report.add(Check::InvalidArnPrefix, item.span, message, shape);
        return;
    }
    let Some(arn) = ArnPattern::parse(item.text) else {
        // A `*` at the end stands for the parts that are not there.
        if !item.text.ends_with('*') || *input.kind == PolicyType::ResourceControl {
            let message = format!("{} has fewer than six parts", quoted(item.text));
            report.add(Check::MissingArnField, item.span, message, shape);
        }
        return;
    };
    partition(report, item, &arn);
    region_name(input, report, item, &arn);
    service(input, report, item, &arn);
    own_service(input, report, item, &arn);
}

fn partition(report: &mut Report<'_>, item: Item<'_>, arn: &ArnPattern<'_>) {
    let known = |name: &str| PARTITIONS.iter().any(|(known, _)| *known == name);
    if is_plain(arn.partition) && !known(arn.partition) {
        report.add(
            Check::InvalidPartition,
            item.span,
            format!("there is no partition {}", quoted(arn.partition)),
            "write `aws`, or `aws-cn` or `aws-us-gov` where it is there",
        );
    }
}

fn region_name(input: &Input<'_>, report: &mut Report<'_>, item: Item<'_>, arn: &ArnPattern<'_>) {
    if arn.region.is_empty() || arn.region.contains('$') {
        return;
    }
    let wanted = overlap::of_policy(arn.region);
    let found =
        regions(arn.partition).any(|name| overlap::intersects(&wanted, &overlap::of_policy(name)));
    if !found {
        let known = regions(arn.partition);
        let otherwise = "write the name of a region, such as `us-east-1`";
        report.add(
            Check::InvalidArnRegion,
            item.span,
            format!(
                "there is no region {} in {}",
                quoted(arn.region),
                quoted(arn.partition)
            ),
            input.did_you_mean(arn.region, known, otherwise),
        );
    }
}

fn service(input: &Input<'_>, report: &mut Report<'_>, item: Item<'_>, arn: &ArnPattern<'_>) {
    if arn.service.contains(['*', '?']) {
        report.add(
            Check::WildcardInServiceName,
            item.span,
            format!(
                "the service {} stands for several, and for future ones",
                quoted(arn.service)
            ),
            "name the service",
        );
        return;
    }
    if !is_plain(arn.service) {
        return;
    }
    let lower = arn.service.to_ascii_lowercase();
    let own = input.formats.own(input.catalog, &lower);
    if lower == arn.service && problem(&own, arn).is_none() && !own.is_empty() {
        return;
    }
    let formats = input.formats.any(input.catalog, &lower);
    if formats.is_empty() && input.catalog.iam(&lower).is_none() {
        let known = input.formats.services(input.catalog);
        report.add(
            Check::InvalidService,
            item.span,
            format!("there is no service {} in ARNs", quoted(arn.service)),
            input.did_you_mean(&lower, known, "write the service as its ARNs have it"),
        );
        return;
    }
    if lower != arn.service {
        let fixed = item.text.replacen(arn.service, &lower, 1);
        report.add_fixable(
            Check::InvalidArnServiceCase,
            item.span,
            format!("the service {} has capital letters", quoted(arn.service)),
            format!("write `{lower}`"),
            replace(item.span, &fixed),
        );
    }
    if let Some((check, message, remedy)) = problem(&formats, arn).filter(|_| !formats.is_empty()) {
        report.add(check, item.span, message, remedy);
    }
}

type Problem = (Check, String, &'static str);

/// What is wrong with region, account and resource; nothing where some format fits.
fn problem(formats: &[Format], arn: &ArnPattern<'_>) -> Option<Problem> {
    let resource = overlap::of_policy(arn.resource);
    let fits = |format: &&Format| format.takes(&resource);
    let fitting: Vec<&Format> = formats.iter().filter(fits).collect();
    if fitting.is_empty() {
        return Some((
            Check::InvalidArnResource,
            format!(
                "no resource type of `{}` has the form {}",
                arn.service,
                quoted(arn.resource)
            ),
            "see the resource types of the service and their ARNs",
        ));
    }
    region(&fitting, arn).or_else(|| account(&fitting, arn))
}

fn region(formats: &[&Format], arn: &ArnPattern<'_>) -> Option<Problem> {
    let without = |format: &&Format| format.region.is_empty();
    if arn.region.is_empty() && !formats.iter().any(without) {
        let message = format!("ARNs of this type of `{}` have a region", arn.service);
        return Some((Check::MissingArnRegion, message, "add the region, or `*`"));
    }
    let given = !arn.region.is_empty() && is_plain(arn.region);
    if given && formats.iter().all(without) {
        let message = format!("ARNs of this type of `{}` have no region", arn.service);
        return Some((
            Check::ArnRegionNotAllowed,
            message,
            "leave the region empty",
        ));
    }
    None
}

fn account(formats: &[&Format], arn: &ArnPattern<'_>) -> Option<Problem> {
    let without = |format: &&Format| format.account.is_empty();
    // Documents and parameters that AWS owns have no account (Systems Manager User Guide).
    let public = arn.service == "ssm";
    if arn.account.is_empty() && !public && !formats.iter().any(without) {
        let message = format!("ARNs of this type of `{}` have an account", arn.service);
        return Some((Check::MissingArnAccount, message, "add the account, or `*`"));
    }
    if arn.account.is_empty() || !is_plain(arn.account) {
        return None;
    }
    if formats.iter().all(without) {
        let message = format!("ARNs of this type of `{}` have no account", arn.service);
        return Some((
            Check::ArnAccountNotAllowed,
            message,
            "leave the account empty",
        ));
    }
    // What AWS owns has the account `aws`.
    let literal = arn.account == "aws" || formats.iter().any(|f| f.account == arn.account);
    let number = arn.account.len() == 12 && arn.account.bytes().all(|b| b.is_ascii_digit());
    if literal || number {
        return None;
    }
    let message = format!("{} is not an account", quoted(arn.account));
    Some((
        Check::InvalidArnAccount,
        message,
        "an account id has 12 digits",
    ))
}

/// A resource policy is about resources of its own service.
fn own_service(input: &Input<'_>, report: &mut Report<'_>, item: Item<'_>, arn: &ArnPattern<'_>) {
    let Some(service) = input.kind.service() else {
        return;
    };
    let other = is_plain(arn.service) && !arn.service.eq_ignore_ascii_case(service);
    // The policy of an API is attached under `apigateway` and names `execute-api`.
    let api = arn.service == "execute-api" && service == "apigateway";
    if other && !api {
        report.add(
            Check::UnsupportedResourceArnInPolicy,
            item.span,
            format!(
                "a policy of `{service}` cannot be about {}",
                quoted(item.text)
            ),
            "name the resource that the policy is attached to",
        );
    }
}
