//! From the rules of an operation to its requirements.

use rolecall_policy::{Action, ContextValue, Provenance, Requirement};

use super::{Scope, context, owner, plan::Plan};
use crate::rules::{
    expression::Expression,
    rule::{Belief, OperationRules, Rule},
};

/// What the rules say that an operation needs.
pub(crate) fn operation<'a>(rules: &'a OperationRules, scope: &Scope<'a>) -> Vec<Requirement> {
    let mut variants = rules.variants.iter();
    let variant = variants.find(|(condition, _)| scope.holds(condition));
    let rules = variant.map_or(rules, |(_, rules)| rules);
    if rules.none_needed {
        let requirement = rules.nothing.get_or_init(|| none_needed(rules, scope));
        return requirement.iter().map(|one| (**one).clone()).collect();
    }
    let mut found = Vec::new();
    let mut stray = Vec::new();
    for rule in &rules.rules {
        if rule.before.iter().all(|when| scope.holds(when)) {
            looped(rule, &rule.loops, scope, &mut found);
        }
        // A fact that decides whether a rule applies at all, and is not known.
        stray.extend(scope.take_unknown());
    }
    if let Some(first) = found.first_mut() {
        add_new(&mut first.unknown_facts, stray);
    }
    found
}

fn none_needed(rules: &OperationRules, scope: &Scope<'_>) -> Option<Box<Requirement>> {
    let name = [&scope.rules.prefix, ":", &scope.call.operation().name].concat();
    let mut requirement = bare(Action::try_from(name).ok()?, "*".to_owned());
    requirement.action_provenance = Provenance::NoneNeeded;
    requirement.resource_provenance = Provenance::NoneNeeded;
    requirement.source.clone_from(&rules.source);
    Some(Box::new(requirement))
}

/// A requirement with nothing but an action and a resource, both curated.
pub(crate) fn bare(action: Action, resource: String) -> Requirement {
    Requirement {
        action,
        resource,
        resource_account: None,
        context: rolecall_policy::Context::new(),
        model: rolecall_policy::AuthorizationModel::Standard,
        action_provenance: Provenance::Curated,
        resource_provenance: Provenance::Curated,
        source: None,
        on_behalf_of: None,
        unknown_facts: Vec::new(),
    }
}

fn looped<'a>(
    rule: &'a Rule,
    loops: &'a [(String, Expression)],
    scope: &Scope<'a>,
    found: &mut Vec<Requirement>,
) {
    match loops.split_first() {
        Some(((name, of), rest)) => {
            for item in scope.value(of).entries() {
                looped(rule, rest, &scope.with(name, item), found);
            }
        }
        None => row(rule, scope, found),
    }
}

fn row<'a>(rule: &'a Rule, scope: &Scope<'a>, found: &mut Vec<Requirement>) {
    if !rule.when.iter().all(|when| scope.holds(when)) {
        return;
    }
    for resource in scope.resources(&rule.resource) {
        let requirement = requirement(rule, resource, scope);
        if !found.contains(&requirement) {
            found.push(requirement);
            scope.found_by(rule.line);
        }
    }
}

fn requirement<'a>(rule: &'a Rule, resource: String, scope: &Scope<'a>) -> Requirement {
    let own = rule.on_behalf_of.is_none() && rule.action.prefix() == scope.rules.prefix;
    let listed = rule.keys_of.as_ref().unwrap_or(&rule.action);
    let plan = rule
        .plan
        .get_or_init(|| Box::new(Plan::new(listed, own.then_some(scope.rules))));
    let mut requirement = bare(rule.action.clone(), resource);
    requirement.resource_account = owner::account(&requirement.resource, scope);
    requirement.unknown_facts = scope.take_unknown();
    requirement.model = owner::model(&rule.action, &requirement.resource);
    requirement.context = context::compute(plan, &rule.context, &requirement.resource, scope);
    requirement.source.clone_from(&rule.source);
    if is_assumed(rule) {
        requirement.action_provenance = Provenance::Assumed;
    }
    match rule.assumed {
        Some(Belief::Action) => requirement.action_provenance = Provenance::Assumed,
        Some(Belief::Resource) => requirement.resource_provenance = Provenance::Assumed,
        None => {}
    }
    if let Some(service) = &rule.on_behalf_of {
        on_behalf(&mut requirement, service, scope);
    }
    requirement
}

/// A row that is believed and not documented says so: `source = "assumed: why"`.
fn is_assumed(rule: &Rule) -> bool {
    let source = rule.source.as_deref().unwrap_or_default();
    source.starts_with("assumed:")
}

/// A call that a service makes with the caller's permissions.
///
/// Source: KMS Developer Guide, "kms:ViaService": `s3.us-east-1.amazonaws.com`. IAM User Guide,
/// "Global condition keys": `aws:ViaAWSService` is true for forward access sessions.
fn on_behalf(requirement: &mut Requirement, service: &str, scope: &Scope<'_>) {
    requirement.on_behalf_of = Some(service.to_owned());
    requirement
        .context
        .insert("aws:ViaAWSService", ContextValue::One("true".to_owned()));
    if requirement.action.prefix() == "kms" {
        let via = via_service(service, scope);
        requirement.context.insert("kms:ViaService", via);
    }
}

/// No page was found that says which domain the value has where services have another one.
fn via_service(service: &str, scope: &Scope<'_>) -> ContextValue {
    let call = scope.call;
    if matches!(call.partition.as_str(), "aws" | "aws-us-gov") {
        return ContextValue::One(format!("{service}.{}.amazonaws.com", call.region));
    }
    ContextValue::NotComputed {
        reason: format!("the domain in it is not documented for {}", call.partition),
    }
}

fn add_new(to: &mut Vec<String>, more: Vec<String>) {
    for fact in more {
        if !to.contains(&fact) {
            to.push(fact);
        }
    }
}
