//! Whether the actions of a statement have its condition keys.
//!
//! A key of one service is in the requests of the actions that the service authorization data lists
//! with it; a condition that needs a key which is not there never holds.

use rolecall_catalog::{IamAction, IamService};

use super::super::{
    check::Check,
    keys,
    report::{Input, Report, quoted},
    view::{Condition, Item, Statement},
};

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    for statement in &input.statements {
        for condition in &statement.conditions {
            if condition.operator.is_some_and(super::needs_key) {
                one(input, report, statement, condition);
            }
        }
    }
}

fn one(
    input: &Input<'_>,
    report: &mut Report<'_>,
    statement: &Statement<'_>,
    condition: &Condition<'_>,
) {
    let key = condition.key();
    // Global keys, and those of instances, functions and providers, are in requests of all services.
    if keys::global(key).is_some() || keys::is_of_provider(key) {
        return;
    }
    if input.key_facts(key).is_none() {
        return;
    }
    let without: Vec<&Item<'_>> = statement
        .listed_actions()
        .iter()
        .filter(|item| lacks(input, item.text, key))
        .collect();
    let Some(first) = without.first() else {
        return;
    };
    let names: Vec<String> = without
        .iter()
        .take(5)
        .map(|item| quoted(item.text))
        .collect();
    let more = without.len().saturating_sub(names.len());
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    report.add(
        Check::UnsupportedActionForConditionKey,
        first.span,
        format!(
            "requests of {}{more} have no {}",
            names.join(", "),
            quoted(key)
        ),
        "give these actions a statement of their own without this condition",
    );
}

/// Whether no action that a pattern stands for has the key, for certain. An action that does not
/// exist has a check of its own.
fn lacks(input: &Input<'_>, action: &str, key: &str) -> bool {
    let Some((prefix, name)) = action.split_once(':') else {
        return false;
    };
    let Some(named) = input.service(prefix) else {
        return false;
    };
    let with = |action: &IamAction| has(&named.service, action, key);
    input.any_action(&named, name, with) == Some(false)
        && input.any_action(&named, name, |_| true) == Some(true)
}

fn has(service: &IamService, action: &IamAction, key: &str) -> bool {
    let of = |names: &[String]| names.iter().any(|name| keys::is_of(name, key));
    of(&action.condition_keys)
        || action.resource_types.iter().any(|taken| {
            let described = service.resource_type(&taken.resource_type);
            of(&taken.condition_keys) || described.is_some_and(|t| of(&t.condition_keys))
        })
}
