//! Whether the actions of a statement have its condition keys.
//!
//! A key of one service is in the requests of the actions that the service authorization data lists
//! with it; a condition that needs a key which is not there never holds.

use rolecall_catalog::{IamAction, IamService};

use super::super::{
    check::Check,
    keys, overlap,
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
    if keys::facts(input.catalog, key).is_none() {
        return;
    }
    let without: Vec<&Item<'_>> = statement
        .listed_actions()
        .iter()
        .filter(|item| lacks(input, item.text, key) == Some(Support::Absent))
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Support {
    Present,
    Absent,
}

/// Whether some action that a pattern stands for has the key; none where that is not known.
fn lacks(input: &Input<'_>, action: &str, key: &str) -> Option<Support> {
    let (prefix, name) = action.split_once(':')?;
    let service = input.catalog.iam(prefix)?;
    let any = if name.contains(['*', '?']) {
        let wanted = overlap::of_policy(&name.to_ascii_lowercase());
        let mut matching = service.actions.iter().filter(|action| {
            let name = overlap::of_policy(&action.name.to_ascii_lowercase());
            input.may_compare() && overlap::intersects(&wanted, &name)
        });
        matching.any(|action| has(&service, action, key))
    } else {
        has(&service, service.action(name)?, key)
    };
    // A bound that is spent says nothing.
    if !any && !input.may_compare() {
        return None;
    }
    Some(if any {
        Support::Present
    } else {
        Support::Absent
    })
}

fn has(service: &IamService, action: &IamAction, key: &str) -> bool {
    let of = |names: &[String]| names.iter().any(|name| keys::is_of(name, key));
    of(&action.condition_keys)
        || action.resource_types.iter().any(|taken| {
            let described = service.resource_type(&taken.resource_type);
            of(&taken.condition_keys) || described.is_some_and(|t| of(&t.condition_keys))
        })
}
