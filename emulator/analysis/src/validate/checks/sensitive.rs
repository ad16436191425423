//! Values that have a form of their own: regions, networks, keys, accounts.
//!
//! Source: IAM User Guide, "AWS global condition context keys", `aws:RequestedRegion`,
//! `aws:SourceVpc`, `aws:SourceVpce` and "Sensitive condition keys"; Amazon S3 User Guide, "Policy
//! keys of server-side encryption".

use rolecall_policy::document::Comparison;

use super::super::{
    arn::ArnPattern,
    check::Check,
    overlap,
    partitions::regions,
    report::{Input, Report, quoted},
    view::{Condition, Item},
};

/// Keys that name an account or an organization, of which a part says nothing. AWS's page has more;
/// which of them the check means is assumed.
const IDENTIFIERS: [&str; 8] = [
    "aws:PrincipalAccount",
    "aws:PrincipalOrgID",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:VpceAccount",
    "aws:VpceOrgID",
];

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    for condition in input.statements.iter().flat_map(|s| &s.conditions) {
        let Some(operator) = condition.operator else {
            continue;
        };
        if operator.comparison == Comparison::Null {
            continue;
        }
        let like = matches!(
            operator.comparison,
            Comparison::StringLike | Comparison::StringNotLike
        );
        for value in condition.values.iter().filter(|v| !v.text.contains("${")) {
            one(input, report, condition, *value, like);
        }
    }
}

fn one(
    input: &Input<'_>,
    report: &mut Report<'_>,
    condition: &Condition<'_>,
    value: Item<'_>,
    like: bool,
) {
    let is = |key: &str| condition.key().eq_ignore_ascii_case(key);
    if is("aws:RequestedRegion") {
        region(input, report, value, like);
    } else if is("aws:SourceVpc") && !has_form(value.text, "vpc-", like) {
        let message = format!("{} is not the id of a VPC", quoted(value.text));
        report.add(
            Check::InvalidVpcFormat,
            value.span,
            message,
            "write `vpc-` and 8 or 17 hexadecimal digits",
        );
    } else if is("aws:SourceVpce") && !has_form(value.text, "vpce-", like) {
        let message = format!("{} is not the id of a VPC endpoint", quoted(value.text));
        report.add(
            Check::InvalidVpceFormat,
            value.span,
            message,
            "write `vpce-` and 8 or 17 hexadecimal digits",
        );
    } else if is("s3:x-amz-server-side-encryption-aws-kms-key-id") {
        kms_key(report, value);
    } else if like && IDENTIFIERS.iter().any(|key| is(key)) && value.text.contains(['*', '?']) {
        report.add(
            Check::WildcardUsageTooPermissive,
            value.span,
            format!("{} takes ids of others too", quoted(value.text)),
            "write the whole id, with `StringEquals`",
        );
    }
}

fn region(input: &Input<'_>, report: &mut Report<'_>, value: Item<'_>, like: bool) {
    let wanted = overlap::of_policy(value.text);
    let all = || regions("*").chain(["aws-global"]);
    let known = all().any(|name| {
        name == value.text || (like && overlap::intersects(&wanted, &overlap::of_policy(name)))
    });
    // A wildcard where it is none has a check of its own.
    if known || (!like && value.text.contains(['*', '?'])) {
        return;
    }
    report.add(
        Check::InvalidRegion,
        value.span,
        format!("there is no region {}", quoted(value.text)),
        input.did_you_mean(
            value.text,
            all(),
            "write the name of a region, such as `us-east-1`",
        ),
    );
}

/// An id of a network: its kind and 8 or 17 digits, or a pattern of it.
fn has_form(text: &str, start: &str, like: bool) -> bool {
    if like && text.contains(['*', '?']) {
        let fixed = text.split(['*', '?']).next().unwrap_or("");
        return fixed.starts_with(start) || start.starts_with(fixed);
    }
    text.strip_prefix(start).is_some_and(|digits| {
        matches!(digits.len(), 8 | 17) && digits.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

fn kms_key(report: &mut Report<'_>, value: Item<'_>) {
    let arn = ArnPattern::parse(value.text).filter(|_| value.text.starts_with("arn:"));
    let good =
        arn.is_some_and(|arn| arn.service == "kms" && arn.resource.starts_with(['k', '*', '?']));
    if !good && !value.text.starts_with('*') {
        report.add(
            Check::InvalidKmsKeyValue,
            value.span,
            format!("{} is not the ARN of a KMS key", quoted(value.text)),
            "write `arn:aws:kms:REGION:ACCOUNT:key/ID`",
        );
    }
}
