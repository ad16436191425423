//! Empty lists and objects, which say nothing or never match.
//!
//! Source: IAM User Guide, "IAM policy validation check reference", suggestions "Empty ...".

use rolecall_policy::document::{
    Existence, SetOperator, Span,
    json::{Member, Value},
};

use super::super::{
    check::Check,
    report::{Input, Report, quoted, remove},
    view::{Condition, Statement, member, whole},
};

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    for statement in &input.statements {
        lists(report, statement);
        principals(report, statement);
        conditions(report, statement);
    }
}

fn is_empty_list(member: &Member) -> bool {
    matches!(&member.node.value, Value::List(nodes) if nodes.is_empty())
}

fn is_empty_object(member: &Member) -> bool {
    matches!(&member.node.value, Value::Object(members) if members.is_empty())
}

fn lists(report: &mut Report<'_>, statement: &Statement<'_>) {
    for (list, check, what) in [
        (&statement.actions, Check::EmptyArrayAction, "actions"),
        (&statement.resources, Check::EmptyArrayResource, "resources"),
    ] {
        if let Some(list) = list.as_ref().filter(|list| is_empty_list(list.member)) {
            report.add(
                check,
                list.member.node.span,
                format!(
                    "`{}` is empty, so the statement is about no {what}",
                    list.member.key
                ),
                format!("list the {what}, or remove the statement"),
            );
        }
    }
}

fn principals(report: &mut Report<'_>, statement: &Statement<'_>) {
    let Some(principals) = &statement.principals else {
        return;
    };
    let message = "the list of principals is empty, so the statement is about nobody";
    let remedy = "list the principals, or remove the statement";
    if is_empty_object(principals.member) {
        let span = principals.member.node.span;
        report.add(Check::EmptyObjectPrincipal, span, message, remedy);
    }
    for entry in principals.entries.iter().map(|entry| entry.member) {
        if is_empty_list(entry) {
            report.add(Check::EmptyArrayPrincipal, entry.node.span, message, remedy);
        }
    }
}

fn conditions(report: &mut Report<'_>, statement: &Statement<'_>) {
    let Some(condition) = member(statement.members, "Condition") else {
        return;
    };
    if is_empty_object(condition) {
        empty_condition(report, condition, statement.members);
    }
    if let Value::Object(blocks) = &condition.node.value {
        for block in blocks.iter().filter(|block| is_empty_object(block)) {
            empty_condition(report, block, blocks);
        }
    }
    for condition in &statement.conditions {
        if is_empty_list(condition.entry) {
            empty_values(report, condition);
        }
    }
}

fn empty_condition(report: &mut Report<'_>, empty: &Member, neighbours: &[Member]) {
    let spans: Vec<Span> = neighbours.iter().map(whole).collect();
    let at = neighbours.iter().position(|m| m.key == empty.key);
    report.add_fixable(
        Check::EmptyObjectCondition,
        empty.node.span,
        format!("{} is empty and has no effect", quoted(&empty.key)),
        "remove it, or add the conditions that are meant",
        at.map_or_else(Vec::new, |at| remove(&spans, at)),
    );
}

fn empty_values(report: &mut Report<'_>, condition: &Condition<'_>) {
    let Some(operator) = condition.operator else {
        return;
    };
    let key = quoted(condition.key());
    let span = condition.entry.node.span;
    let null = "to ask whether the key is absent, use `\"Null\": {\"KEY\": \"true\"}`";
    let (check, message, remedy) = match (operator.set, operator.existence) {
        (Some(SetOperator::ForAllValues), _) => (
            Check::EmptyArrayConditionForAllValues,
            format!("`ForAllValues` without values holds only where {key} is absent"),
            null,
        ),
        (Some(SetOperator::ForAnyValue), _) => (
            Check::EmptyArrayConditionForAnyValue,
            format!("`ForAnyValue` without values never holds for {key}"),
            "list the values",
        ),
        (None, Existence::IfExists) => (
            Check::EmptyArrayConditionIfExists,
            format!("`IfExists` without values holds only where {key} is absent"),
            null,
        ),
        (None, Existence::Plain) => (
            Check::EmptyArrayCondition,
            format!("there are no values to compare {key} with"),
            "list the values, or remove the condition",
        ),
    };
    report.add(check, span, message, remedy);
}
