//! Requirements of operations that nobody has written a rule for.
//!
//! The action comes from the pinned data; the resource is the action's ARN format filled by
//! parameters whose names say so (`filling`). Against the curated rules, as an operation's own resource,
//! nine in ten of the ARNs that come out whole are right.

use rolecall_policy::{Action, Provenance, Requirement};
use serde_json::Value;

use super::{
    Scope, context, dependent,
    evaluate::bare,
    filling::{Filled, Place, fill, named_arns, service_of},
    owner,
    plan::{Plan, type_of},
    tagging::Tagged,
};
use crate::{
    Catalog,
    generated::{MappedAction, ResourceHint},
    iam::{AccessLevel, IamAction, IamService, ResourceType},
};

/// What the pinned data say; where they say nothing, the operation's own name, assumed.
pub(crate) fn requirements(scope: &Scope<'_>) -> Vec<Requirement> {
    let call = scope.call;
    let mapping = Catalog::embedded().mapping(&call.service.name, call.operation);
    let mut found = Vec::new();
    for mapped in mapping.map_or(&[][..], |m| &m.actions) {
        for requirement in mapped_action(mapped, scope) {
            let same = |other: &Requirement| {
                (&other.action, &other.resource) == (&requirement.action, &requirement.resource)
            };
            if !found.iter().any(same) {
                found.push(requirement);
            }
        }
    }
    if found.is_empty() {
        found.extend(assumed(scope));
    }
    found
}

fn assumed(scope: &Scope<'_>) -> Option<Requirement> {
    let name = format!(
        "{}:{}",
        scope.call.service.iam_prefix,
        scope.call.operation().name
    );
    let mut requirement = bare(Action::parse(&name).ok()?, "*".to_owned());
    requirement.action_provenance = Provenance::Assumed;
    requirement.resource_provenance = Provenance::Assumed;
    Some(requirement)
}

fn mapped_action(mapped: &MappedAction, scope: &Scope<'_>) -> Vec<Requirement> {
    let Ok(action) = Action::parse(&mapped.action) else {
        return Vec::new();
    };
    let iam = Catalog::embedded().iam(action.prefix());
    let known = iam
        .as_ref()
        .and_then(|iam| Some((iam.as_ref(), iam.action(action.name())?)));
    let own = action.prefix() == scope.rules.prefix;
    let plan = Plan::new(&action, own.then_some(scope.rules));
    let resources = match known {
        Some((iam, known)) => resources(iam, known, &mapped.hints, scope),
        None => vec![("*".to_owned(), Provenance::Assumed)],
    };
    let mut found: Vec<Requirement> = resources
        .into_iter()
        .map(|(resource, provenance)| {
            let mut requirement = bare(action.clone(), resource);
            requirement.action_provenance = mapped.provenance;
            requirement.resource_provenance = provenance;
            requirement.resource_account = owner::account(&requirement.resource, scope);
            requirement.unknown_facts = scope.take_unknown();
            requirement.model = owner::model(&action, &requirement.resource);
            requirement.context = context::compute(&plan, &[], &requirement.resource, scope);
            requirement
        })
        .collect();
    if let Some((iam, known)) = known {
        let tagged = Tagged {
            iam,
            action: known,
            hints: &mapped.hints,
            own: &found,
        };
        let tags = tagged.requirements(scope);
        found.extend(passed_roles(known, scope));
        found.extend(tags);
        found.extend(dependent::requirements(
            &action,
            known,
            &mapped.hints,
            scope,
        ));
    }
    found
}

fn resources(
    iam: &IamService,
    action: &IamAction,
    hints: &[ResourceHint],
    scope: &Scope<'_>,
) -> Vec<(String, Provenance)> {
    let types: Vec<(&ResourceType, bool)> = action
        .resource_types
        .iter()
        .filter_map(|r| Some((type_of(iam, &r.resource_type)?, r.required)))
        .collect();
    if types.is_empty() {
        // The action takes no resource: the authorization data say so themselves.
        return vec![("*".to_owned(), Provenance::Documented)];
    }
    let filled = filled(&types, hints, scope);
    let possible = (0..filled.len()).filter(|number| {
        let (Some(one), Some((kind, _))) = (filled.get(*number), types.get(*number)) else {
            return false;
        };
        !filled.iter().any(|other| one.is_alternative(kind, other))
    });
    let possible: Vec<&Filled> = possible.filter_map(|number| filled.get(number)).collect();
    let chosen = chosen(&possible);
    if chosen.iter().all(|f| f.missing > 0) {
        let kinds: Vec<&ResourceType> = types.iter().map(|(kind, _)| *kind).collect();
        let named = named_arns(&kinds, scope);
        if !named.is_empty() {
            return named
                .into_iter()
                .map(|arn| (arn, Provenance::Heuristic))
                .collect();
        }
    }
    if types.len() > 1
        && chosen
            .iter()
            .all(|f| !f.required && f.missing > 0 && !f.named)
    {
        // Several types may take part, and the call names none: which one, if any, only AWS knows.
        return vec![("*".to_owned(), Provenance::Assumed)];
    }
    let mut found: Vec<(String, Provenance)> = Vec::new();
    for (arn, provenance) in chosen
        .iter()
        .flat_map(|f| f.arns.iter().map(|a| (a, f.provenance)))
    {
        if !found.iter().any(|(known, _)| known == arn) {
            found.push((arn.clone(), provenance));
        }
    }
    found
}

/// Every type, filled. `id` is the id of the only type, of the only required one, or of the one
/// required type that no other parameter names.
fn filled(
    types: &[(&ResourceType, bool)],
    hints: &[ResourceHint],
    scope: &Scope<'_>,
) -> Vec<Filled> {
    let alone = types.len() == 1;
    let required = types.iter().filter(|(_, required)| *required).count();
    let fill = |kind: &ResourceType, required: bool, main: bool| Filled {
        required,
        ..fill(kind, Place { alone, main }, hints, scope)
    };
    let first = types.iter().map(|(kind, is_required)| {
        fill(kind, *is_required, alone || *is_required && required == 1)
    });
    let mut filled: Vec<Filled> = first.collect();
    let mut missing = (0..filled.len()).filter(|number| {
        let filled = filled.get(*number);
        filled.is_some_and(|f| f.required && f.missing > 0)
    });
    // `Id` beside a thing of another service is not that thing's.
    let foreign = |kind: &ResourceType| {
        let others = types
            .iter()
            .filter(|(other, required)| *required && service_of(other) != service_of(kind));
        others.count() > 0
    };
    if let (Some(number), None) = (missing.next(), missing.next())
        && let (Some((kind, required)), Some(last)) = (types.get(number), filled.get_mut(number))
        && !foreign(kind)
    {
        *last = fill(kind, *required, true);
    }
    filled
}

/// Every required type, and every other one whose ARN is complete; where that is none, the one
/// that misses least.
fn chosen<'f>(filled: &[&'f Filled]) -> Vec<&'f Filled> {
    let chosen: Vec<&Filled> = filled
        .iter()
        .copied()
        .filter(|f| f.required || f.missing == 0)
        .collect();
    if chosen.is_empty() {
        return filled
            .iter()
            .copied()
            .min_by_key(|f| f.missing)
            .into_iter()
            .collect();
    }
    chosen
}

/// `iam:PassRole` for each role that is handed to a service.
///
/// Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service". Which
/// service it is passed to is not in the request.
fn passed_roles(action: &IamAction, scope: &Scope<'_>) -> Vec<Requirement> {
    let reads = matches!(action.access_level, AccessLevel::List | AccessLevel::Read);
    let prefix = scope.call.service.iam_prefix.as_str();
    if reads || matches!(prefix, "iam" | "sts") {
        return Vec::new();
    }
    let Ok(pass) = Action::parse("iam:PassRole") else {
        return Vec::new();
    };
    let plan = Plan::new(&pass, None);
    let documented = action.dependent_actions.iter().any(|a| a == "iam:PassRole");
    let mut roles = Vec::new();
    for (name, value) in &scope.call.parameters {
        role_arns(name, value, &mut roles);
    }
    roles.sort();
    roles.dedup();
    let requirement = |role: String| {
        let mut requirement = bare(pass.clone(), role);
        requirement.action_provenance = if documented {
            Provenance::Documented
        } else {
            Provenance::Assumed
        };
        requirement.resource_provenance = Provenance::Heuristic;
        requirement.resource_account = owner::account(&requirement.resource, scope);
        requirement.context = context::compute(&plan, &[], &requirement.resource, scope);
        requirement
    };
    roles.into_iter().map(requirement).collect()
}

fn role_arns(name: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text)
            if name.to_ascii_lowercase().contains("role")
                && text.starts_with("arn:")
                && text.contains(":iam::")
                && text.contains(":role/") =>
        {
            found.push(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| role_arns(name, item, found)),
        Value::Object(members) => members.iter().for_each(|(k, v)| role_arns(k, v, found)),
        _ => {}
    }
}
