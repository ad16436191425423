//! Condition operators, and whether they go with their key.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for
//! multivalued context keys".

use rolecall_catalog::iam::ConditionKeyKind as Kind;
use rolecall_policy::document::{
    Comparison, ConditionOperator, SetOperator,
    json::{Member, Value},
    nearest,
};

use super::super::{
    check::Check,
    keys::Many,
    report::{Input, Report, quoted, replace},
    view::{Condition, Statement, member},
};

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    for statement in &input.statements {
        names(report, statement);
        for condition in &statement.conditions {
            let Some(operator) = condition.operator else {
                continue;
            };
            null(report, condition, operator);
            anything(report, condition, operator);
            key(input, report, statement, condition, operator);
        }
    }
}

/// What an operator compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    String,
    Numeric,
    Date,
    Bool,
    Binary,
    IpAddress,
    Arn,
    Null,
}

pub(super) fn family(comparison: Comparison) -> Family {
    let name = comparison.name();
    let families = [
        ("String", Family::String),
        ("Numeric", Family::Numeric),
        ("Date", Family::Date),
        ("Bool", Family::Bool),
        ("Binary", Family::Binary),
        ("IpAddress", Family::IpAddress),
        ("NotIpAddress", Family::IpAddress),
        ("Arn", Family::Arn),
    ];
    let found = families.iter().find(|(start, _)| name.starts_with(start));
    found.map_or(Family::Null, |(_, family)| *family)
}

fn names(report: &mut Report<'_>, statement: &Statement<'_>) {
    let condition = member(statement.members, "Condition").map(|m| &m.node.value);
    let Some(Value::Object(blocks)) = condition else {
        return;
    };
    for block in blocks {
        if ConditionOperator::parse(&block.key).is_none() {
            name(report, blocks, block);
        }
    }
}

fn name(report: &mut Report<'_>, blocks: &[Member], block: &Member) {
    // `NullIfExists` is `Null` with a suffix that it does not take.
    let stem = block
        .key
        .get(..block.key.len().saturating_sub("IfExists".len()));
    let null = stem.filter(|stem| {
        let operator = ConditionOperator::parse(stem);
        operator.is_some_and(|operator| operator.comparison == Comparison::Null)
            && block.key.to_ascii_lowercase().ends_with("ifexists")
    });
    if let Some(stem) = null {
        let free = member(blocks, stem).is_none();
        report.add_fixable(
            Check::NullWithIfExists,
            block.key_span,
            format!(
                "{} asks whether a key is there, if it is there",
                quoted(&block.key)
            ),
            "write `Null`",
            if free {
                replace(block.key_span, stem)
            } else {
                Vec::new()
            },
        );
        return;
    }
    let known = Comparison::ALL.map(|(_, name)| name);
    let bare = block.key.rsplit(':').next().unwrap_or("");
    let remedy = nearest(bare, known).map_or_else(
        || "an operator stands outside, its keys inside: `\"StringEquals\": {\"aws:SourceAccount\": \"111122223333\"}`".to_owned(),
        |meant| format!("did you mean `{meant}`?"),
    );
    let message = format!("{} is not a condition operator", quoted(&block.key));
    report.add(
        Check::InvalidConditionOperator,
        block.key_span,
        message,
        remedy,
    );
}

fn null(report: &mut Report<'_>, condition: &Condition<'_>, operator: ConditionOperator) {
    if operator.comparison != Comparison::Null {
        return;
    }
    let Some(set) = operator.set else { return };
    let outcome = match set {
        SetOperator::ForAllValues => "true",
        SetOperator::ForAnyValue => "false",
    };
    report.add(
        Check::NullWithQualifier,
        condition.block.key_span,
        format!(
            "`{}:Null` is {outcome} whatever the request has",
            set.name()
        ),
        "write `Null` alone",
    );
}

/// `*` matches whatever is there.
fn anything(report: &mut Report<'_>, condition: &Condition<'_>, operator: ConditionOperator) {
    let plain = operator.existence == rolecall_policy::document::Existence::Plain;
    if !plain || operator.set.is_some() || !condition.values.iter().any(|v| v.text == "*") {
        return;
    }
    let (check, wanted) = match operator.comparison {
        Comparison::StringLike => (Check::EquivalentToNullFalse, "false"),
        Comparison::StringNotLike => (Check::EquivalentToNullTrue, "true"),
        _ => return,
    };
    report.add(
        check,
        condition.entry.node.span,
        format!(
            "`{}` with `*` only asks whether the key is there",
            operator.comparison.name()
        ),
        format!(
            "say so: `\"Null\": {{\"{}\": \"{wanted}\"}}`",
            condition.key()
        ),
    );
}

fn key(
    input: &Input<'_>,
    report: &mut Report<'_>,
    statement: &Statement<'_>,
    condition: &Condition<'_>,
    operator: ConditionOperator,
) {
    let Some(facts) = input.key_facts(condition.key()) else {
        return;
    };
    let family = family(operator.comparison);
    let name = quoted(condition.key());
    let span = condition.block.key_span;
    if facts.many == Many::Several && operator.set.is_none() && family != Family::Null {
        report.add(
            Check::MissingQualifier,
            span,
            format!("a request may have several values of {name}, which need a set operator"),
            format!(
                "write `ForAnyValue:{0}` or `ForAllValues:{0}`",
                condition.block.key
            ),
        );
    }
    let all = operator.set == Some(SetOperator::ForAllValues);
    if facts.many == Many::One && all && statement.is_allow() && family != Family::Null {
        report.add(
            Check::ForAllValuesWithSingleValuedKey,
            span,
            format!("`ForAllValues` holds where {name} is absent, and it has one value at most"),
            "remove `ForAllValues:`",
        );
    }
    mismatch(report, condition, facts.kind, family);
    arn_as_string(report, condition, facts.kind, operator.comparison);
}

fn mismatch(report: &mut Report<'_>, condition: &Condition<'_>, kind: Kind, family: Family) {
    let arn_like = condition.key().to_ascii_lowercase().contains("arn");
    let (fits, wanted) = match kind {
        // Text that is an ARN in fact is compared with both; binary data is listed as text.
        Kind::String => (
            matches!(family, Family::String | Family::Binary)
                || (family == Family::Arn && arn_like),
            "String",
        ),
        Kind::Arn => (matches!(family, Family::Arn | Family::String), "Arn"),
        Kind::Bool => (family == Family::Bool, "Bool"),
        Kind::Numeric => (family == Family::Numeric, "Numeric"),
        // `aws:EpochTime` is compared as a date or as a number.
        Kind::Date => (matches!(family, Family::Date | Family::Numeric), "Date"),
        Kind::IpAddress => (family == Family::IpAddress, "IpAddress"),
    };
    if fits || family == Family::Null {
        return;
    }
    report.add(
        Check::TypeMismatch,
        condition.block.key_span,
        format!(
            "{} is of type {wanted}, and {} compares something else",
            quoted(condition.key()),
            quoted(&condition.block.key)
        ),
        format!("use an operator of the type {wanted}"),
    );
}

fn arn_as_string(
    report: &mut Report<'_>,
    condition: &Condition<'_>,
    kind: Kind,
    comparison: Comparison,
) {
    let like = matches!(
        comparison,
        Comparison::StringLike | Comparison::StringNotLike
    );
    let wildcard = condition.values.iter().any(|v| v.text.contains(['*', '?']));
    if kind == Kind::Arn && like && wildcard {
        report.add(
            Check::StringLikeOperatorWithArnConditionKeys,
            condition.block.key_span,
            format!(
                "a wildcard in {} crosses the parts of the ARN",
                quoted(condition.key())
            ),
            "use `ArnLike` or `ArnNotLike`, which compare part by part",
        );
    }
}
