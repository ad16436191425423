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
    let service = scope.for_keys(scope.rules, resource);
    let global = scope.for_keys(registry::global(), resource);
    for planned in plan.keys_of(resource) {
        // A rule that computes a member of a family computes all of it.
        let member = own.iter().any(|rule| covers(planned.name, rule.name));
        if !member && position(own, planned.name).is_none() {
            planned_key(planned, &service, &global, &mut context);
        }
    }
    for rule in own {
        let planned = plan.keys.iter().find(|k| covers(rule.name, k.name));
        let many = planned.is_some_and(|k| k.many);
        add(rule, rule.name, many, &service, &mut context);
    }
    context
}

fn planned_key(
    planned: &PlannedKey,
    service: &Scope<'_>,
    global: &Scope<'_>,
    context: &mut Context,
) {
    let (scope, index) = match planned.by {
        Computed::Service(index) => (service, index),
        Computed::Global(index) => (global, index),
        Computed::Nobody => {
            let reason = "no rule computes this key".to_owned();
            context.insert(planned.name, ContextValue::NotComputed { reason });
            return;
        }
    };
    if let Some(rule) = scope.rules.keys.get(index) {
        add(rule, planned.name, planned.many, scope, context);
    }
}

/// Computes one key or family; what hangs on a fact that nobody knows is not computed.
fn add<'a>(
    rule: &'a KeyRule,
    name: &'static str,
    many: bool,
    scope: &Scope<'a>,
    context: &mut Context,
) {
    let before = scope.unknown_so_far();
    let holds = rule.when.as_ref().is_none_or(|when| scope.holds(when));
    let value = if holds {
        value(rule, name, many, scope)
    } else {
        KeyItem::Nothing
    };
    let unknown = scope.take_unknown_from(before);
    if !unknown.is_empty() {
        let reason = format!("not known: {}", unknown.join(", "));
        context.insert(name, ContextValue::NotComputed { reason });
        return;
    }
    match value {
        KeyItem::One(value) => context.insert(name, value),
        KeyItem::Family(members) if !members.is_empty() => {
            for (name, value) in members {
                context.insert(name, value);
            }
        }
        KeyItem::Nothing | KeyItem::Family(_) => {
            // A key that has no value in the request has one all the same.
            if let Some(reason) = rule.otherwise.clone().filter(|_| holds) {
                context.insert(name, ContextValue::NotComputed { reason });
            }
        }
    }
}

/// What a key rule makes.
enum KeyItem {
    Nothing,
    One(ContextValue),
    Family(Vec<(String, ContextValue)>),
}

fn value<'a>(rule: &'a KeyRule, name: &str, many: bool, scope: &Scope<'a>) -> KeyItem {
    match &rule.value {
        KeyValue::Absent => KeyItem::Nothing,
        KeyValue::Unknown(reason) => {
            let reason = reason.clone();
            KeyItem::One(ContextValue::NotComputed { reason })
        }
        KeyValue::One(template) => match (name.strip_suffix('*'), template.single()) {
            (Some(stem), Some(expression)) => {
                KeyItem::Family(members(stem, &scope.value(expression)))
            }
            _ if many => list(scope.texts(template)),
            _ => scope.first_text(template).map_or(KeyItem::Nothing, |text| {
                KeyItem::One(ContextValue::One(text))
            }),
        },
        KeyValue::Many(templates) => match templates.as_slice() {
            [only] => list(scope.texts(only)),
            several => list(several.iter().flat_map(|t| scope.texts(t)).collect()),
        },
    }
}

/// `aws:RequestTag/*` with the tags of the request: one key for each.
fn members(stem: &str, value: &Item<'_>) -> Vec<(String, ContextValue)> {
    let member = |(key, value): (Cow<'_, str>, Item<'_>)| {
        Some((
            [stem, &key].concat(),
            ContextValue::One(value.as_text()?.into_owned()),
        ))
    };
    value.members().into_iter().filter_map(member).collect()
}

/// A list without items is a key that AWS does not send.
fn list(texts: Vec<String>) -> KeyItem {
    if texts.is_empty() {
        return KeyItem::Nothing;
    }
    KeyItem::One(ContextValue::Many(texts))
}
