//! Policy variables: their form and where they may stand.
//!
//! Source: IAM User Guide, "IAM policy elements: Variables and tags".

use rolecall_policy::document::{Version, json::Value};

use super::{
    super::{
        check::Check,
        report::{Input, Report, quoted},
        view::{Item, Statement, member},
    },
    operators::{Family, family},
};

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    for statement in &input.statements {
        for item in statement.actions.iter().flat_map(|list| &list.items) {
            unsupported(report, *item, "an action");
        }
        let entries = statement.principals.iter().flat_map(|p| &p.entries);
        for item in entries.flat_map(|entry| &entry.items) {
            unsupported(report, *item, "a principal");
        }
        sid(report, statement);
        for item in statement.resources.iter().flat_map(|list| &list.items) {
            supported(input, report, *item);
            early(report, *item);
        }
        for condition in &statement.conditions {
            for value in &condition.values {
                supported(input, report, *value);
            }
            let Some(operator) = condition.operator else {
                continue;
            };
            if matches!(family(operator.comparison), Family::String | Family::Arn) {
                continue;
            }
            for value in condition.values.iter().filter(|v| v.text.contains("${")) {
                report.add(
                    Check::InvalidVariableForOperator,
                    value.span,
                    format!("`{}` takes no variables", operator.comparison.name()),
                    "variables stand in values of the operators for strings and ARNs",
                );
            }
        }
    }
}

fn sid(report: &mut Report<'_>, statement: &Statement<'_>) {
    let Some(sid) = member(statement.members, "Sid") else {
        return;
    };
    if let Value::Text(text) = &sid.node.value
        && text.contains("${")
    {
        element(report, sid.node.span, text, "a `Sid`");
    }
}

fn unsupported(report: &mut Report<'_>, item: Item<'_>, what: &str) {
    if item.text.contains("${") {
        element(report, item.span, item.text, what);
    }
}

fn element(report: &mut Report<'_>, span: rolecall_policy::document::Span, text: &str, what: &str) {
    report.add(
        Check::VariableUnsupportedInElement,
        span,
        format!(
            "{} has a variable, which {what} takes none of",
            quoted(text)
        ),
        "variables stand in `Resource`, after the fifth colon, and in condition values",
    );
}

/// A variable before the fifth colon of an ARN is not replaced.
fn early(report: &mut Report<'_>, item: Item<'_>) {
    let Some((before, _)) = item.text.split_once("${") else {
        return;
    };
    if before.matches(':').count() < 5 {
        element(report, item.span, item.text, "the beginning of an ARN");
    }
}

fn supported(input: &Input<'_>, report: &mut Report<'_>, item: Item<'_>) {
    if !item.text.contains("${") {
        return;
    }
    if input.version != Version::V2012 {
        report.add(
            Check::VariableUnsupportedInVersion,
            item.span,
            format!(
                "{} is taken as it is written in this version",
                quoted(item.text)
            ),
            "set `\"Version\": \"2012-10-17\"`",
        );
    }
    let mut rest = item.text;
    while let Some((_, after)) = rest.split_once("${") {
        let Some((inside, behind)) = closed(after) else {
            report.add(
                Check::MissingBraceInVariable,
                item.span,
                format!("a variable in {} is not closed", quoted(item.text)),
                "add `}` behind its name",
            );
            return;
        };
        form(report, item, inside);
        rest = behind;
    }
}

/// What is inside the braces, and behind them; a default value in quotes may have a brace.
fn closed(after: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (at, c) in after.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '}' if !quoted => return Some((after.get(..at)?, after.get(at + 1..)?)),
            _ => {}
        }
    }
    // A quote that is not closed has its own check.
    after.split_once('}')
}

fn form(report: &mut Report<'_>, item: Item<'_>, inside: &str) {
    let (name, default) = match inside.split_once(',') {
        Some((name, default)) => (name, Some(default.trim_start_matches(' '))),
        None => (inside, None),
    };
    if name.trim().is_empty() {
        report.add(
            Check::EmptyVariable,
            item.span,
            format!("a variable in {} has no name", quoted(item.text)),
            "name the key, as in `${aws:username}`",
        );
    } else if name.contains(' ') {
        report.add(
            Check::UnsupportedSpaceInVariable,
            item.span,
            format!("the variable {} has a space in its name", quoted(name)),
            "remove the space",
        );
    }
    let in_quotes = |text: &str| text.len() >= 2 && text.starts_with('\'') && text.ends_with('\'');
    if default.is_some_and(|default| !in_quotes(default)) {
        report.add(
            Check::MissingQuoteInVariable,
            item.span,
            format!("the default of {} is not in single quotes", quoted(name)),
            "write `${key, 'default'}`",
        );
    }
}
