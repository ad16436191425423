//! Computes the condition keys of a requirement.

use std::borrow::Cow;

use rolecall_policy::{Context, ContextValue};

use super::{
    Scope,
    plan::{Computed, Plan, PlannedKey, covers, position},
};
use crate::rules::{
    item::Item,
    registry,
    rule::{KeyRule, KeyValue},
};

/// The keys of one requirement: the rule's own, then those of the action's plan.
pub(crate) fn compute(plan: &Plan, own: &[KeyRule], resource: &str, scope: &Scope<'_>) -> Context {
    let mut context = Context::new();
    for planned in plan.keys_of(resource) {
        // A rule that computes a member of a family computes all of it.
        let member = own.iter().any(|rule| covers(&planned.name, &rule.name));
        if !member && position(own, &planned.name).is_none() {
            planned_key(planned, resource, scope, &mut context);
        }
    }
    let scope = scope.for_keys(scope.rules, resource);
    for rule in own {
        let planned = plan.keys.iter().find(|k| covers(&rule.name, &k.name));
        add(
            rule,
            &rule.name,
            planned.is_some_and(|k| k.many),
            &scope,
            &mut context,
        );
    }
    context
}

fn planned_key(planned: &PlannedKey, resource: &str, scope: &Scope<'_>, context: &mut Context) {
    let (rules, index) = match planned.by {
        Computed::Service(index) => (scope.rules, index),
        Computed::Global(index) => (registry::global(), index),
        Computed::Nobody => {
            let reason = "no rule computes this key".to_owned();
            context.insert(planned.name.clone(), ContextValue::NotComputed { reason });
            return;
        }
    };
    if let Some(rule) = rules.keys.get(index) {
        add(
            rule,
            &planned.name,
            planned.many,
            &scope.for_keys(rules, resource),
            context,
        );
    }
}

/// Computes one key or family; what hangs on a fact that nobody knows is not computed.
fn add<'a>(rule: &'a KeyRule, name: &str, many: bool, scope: &Scope<'a>, context: &mut Context) {
    let before = scope.take_unknown();
    let values = if rule.when.as_ref().is_none_or(|when| scope.holds(when)) {
        values(rule, name, many, scope)
    } else {
        Vec::new()
    };
    let unknown = scope.take_unknown();
    scope.put_unknown(before);
    if let (true, true, Some(reason)) = (
        unknown.is_empty(),
        values.is_empty(),
        otherwise(rule, scope),
    ) {
        context.insert(name.to_owned(), ContextValue::NotComputed { reason });
    } else if unknown.is_empty() {
        for (name, value) in values {
            context.insert(name, value);
        }
    } else {
        let reason = format!("not known: {}", unknown.join(", "));
        context.insert(name.to_owned(), ContextValue::NotComputed { reason });
    }
}

/// Why a key that has no value in the request has one all the same.
fn otherwise<'a>(rule: &'a KeyRule, scope: &Scope<'a>) -> Option<String> {
    let holds = rule.when.as_ref().is_none_or(|when| scope.holds(when));
    rule.otherwise.clone().filter(|_| holds)
}

fn values<'a>(
    rule: &'a KeyRule,
    name: &str,
    many: bool,
    scope: &Scope<'a>,
) -> Vec<(String, ContextValue)> {
    match &rule.value {
        KeyValue::Absent => Vec::new(),
        KeyValue::Unknown(reason) => {
            vec![(
                name.to_owned(),
                ContextValue::NotComputed {
                    reason: reason.clone(),
                },
            )]
        }
        KeyValue::One(template) => match (name.strip_suffix('*'), template.single()) {
            (Some(stem), Some(expression)) => members(stem, &scope.value(expression)),
            _ if many => list(name, scope.texts(template)),
            _ => {
                let first = scope.texts(template).into_iter().next();
                first
                    .map(|text| (name.to_owned(), ContextValue::One(text)))
                    .into_iter()
                    .collect()
            }
        },
        KeyValue::Many(templates) => list(
            name,
            templates.iter().flat_map(|t| scope.texts(t)).collect(),
        ),
    }
}

/// `aws:RequestTag/*` with the tags of the request: one key for each.
fn members(stem: &str, value: &Item<'_>) -> Vec<(String, ContextValue)> {
    let member = |(key, value): (Cow<'_, str>, Item<'_>)| {
        Some((
            format!("{stem}{key}"),
            ContextValue::One(value.as_text()?.into_owned()),
        ))
    };
    value.members().into_iter().filter_map(member).collect()
}

/// A list without items is a key that AWS does not send.
fn list(name: &str, texts: Vec<String>) -> Vec<(String, ContextValue)> {
    if texts.is_empty() {
        return Vec::new();
    }
    vec![(name.to_owned(), ContextValue::Many(texts))]
}
