//! Requirements of operations that nobody has written a rule for.
//!
//! The action comes from the pinned data; the resource is the action's ARN format filled by
//! parameters of the same name. `catalog-data.md` measures how often that is right.

use rolecall_policy::{Action, Provenance, Requirement};
use serde_json::Value;

use super::{
    Scope, context,
    evaluate::bare,
    owner,
    pattern::{Piece, matches, pieces},
    plan::{Plan, type_of},
};
use crate::{
    Catalog,
    generated::{MappedAction, ResourceHint},
    iam::{AccessLevel, IamAction, IamService},
};

/// What the pinned data say; where they say nothing, the operation's own name, assumed.
pub(crate) fn requirements(scope: &Scope<'_>) -> Vec<Requirement> {
    let call = scope.call;
    let mapping = Catalog::embedded().mapping(&call.service.name, call.operation);
    let mut found = Vec::new();
    for mapped in mapping.map_or(&[][..], |m| &m.actions) {
        found.extend(mapped_action(mapped, scope));
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
    if let Some((_, known)) = known {
        found.extend(passed_roles(known, scope));
    }
    found
}

/// A resource type of an action, filled as far as the parameters go.
struct Filled {
    arns: Vec<String>,
    required: bool,
    /// Variables that found no parameter.
    missing: usize,
    provenance: Provenance,
}

fn resources(
    iam: &IamService,
    action: &IamAction,
    hints: &[ResourceHint],
    scope: &Scope<'_>,
) -> Vec<(String, Provenance)> {
    let filled: Vec<Filled> = action
        .resource_types
        .iter()
        .filter_map(|r| Some((type_of(iam, &r.resource_type)?, r.required)))
        .map(|(kind, required)| Filled {
            required,
            ..fill(&kind.name, &kind.arn, hints, scope)
        })
        .collect();
    if filled.is_empty() {
        // The action takes no resource: the authorization data say so themselves.
        return vec![("*".to_owned(), Provenance::Documented)];
    }
    chosen(&filled)
        .into_iter()
        .flat_map(|f| f.arns.iter().map(|arn| (arn.clone(), f.provenance)))
        .collect()
}

/// Every required type, and every other one whose ARN is complete; where that is none, the one
/// that misses least.
fn chosen(filled: &[Filled]) -> Vec<&Filled> {
    let chosen: Vec<&Filled> = filled
        .iter()
        .filter(|f| f.required || f.missing == 0)
        .collect();
    if chosen.is_empty() {
        return filled
            .iter()
            .min_by_key(|f| f.missing)
            .into_iter()
            .collect();
    }
    chosen
}

fn fill(kind: &str, format: &str, hints: &[ResourceHint], scope: &Scope<'_>) -> Filled {
    let pieces = pieces(format);
    let given = given_arns(&pieces, scope);
    if !given.is_empty() {
        return Filled {
            arns: given,
            required: false,
            missing: 0,
            provenance: Provenance::Heuristic,
        };
    }
    let own = |piece: &&Piece| matches!(piece, Piece::Variable(v) if !matches!(v.as_str(), "Partition" | "Region" | "Account"));
    let single = pieces.iter().filter(own).count() == 1;
    let mut filled = Filled {
        arns: vec![String::new()],
        required: false,
        missing: 0,
        provenance: Provenance::Heuristic,
    };
    for piece in &pieces {
        let values = match piece {
            Piece::Text(text) => vec![text.clone()],
            Piece::Variable(name) => variable(name, kind, single, hints, scope),
        };
        if values.is_empty() {
            filled.missing += 1;
            filled.arns.iter_mut().for_each(|arn| arn.push('*'));
        } else {
            filled.arns = filled
                .arns
                .iter()
                .flat_map(|arn| values.iter().map(move |v| format!("{arn}{v}")))
                .collect();
        }
    }
    filled
}

/// Parameters that are ARNs of this format; their owners' accounts may be others'.
fn given_arns(pieces: &[Piece], scope: &Scope<'_>) -> Vec<String> {
    let texts = scope.call.parameters.values().flat_map(scalars);
    texts
        .filter(|text| text.starts_with("arn:") && matches(pieces, text))
        .collect()
}

fn variable(
    name: &str,
    kind: &str,
    single: bool,
    hints: &[ResourceHint],
    scope: &Scope<'_>,
) -> Vec<String> {
    match name {
        "Partition" => return vec![scope.call.partition.clone()],
        "Region" => return vec![scope.call.region.clone()],
        "Account" => return vec![scope.call.account.as_str().to_owned()],
        _ => {}
    }
    let hinted = hints.iter().find_map(|hint| match hint {
        ResourceHint::Variable { name: hinted, path } if hinted == name => Some(path),
        _ => None,
    });
    if let Some(path) = hinted {
        let values = at_path(&Value::Object(scope.call.parameters.clone()), path);
        if !values.is_empty() {
            return values;
        }
    }
    let parameters = &scope.call.parameters;
    candidates(name, kind, single)
        .iter()
        .find_map(|wanted| {
            let (_, value) = parameters
                .iter()
                .find(|(name, _)| simple(name) == *wanted)?;
            // An ARN inside an ARN is never right.
            let texts: Vec<String> = scalars(value)
                .into_iter()
                .filter(|t| !t.starts_with("arn:"))
                .collect();
            (!texts.is_empty()).then_some(texts)
        })
        .unwrap_or_default()
}

/// The names that a variable's parameter may have, best first.
fn candidates(variable: &str, kind: &str, single: bool) -> Vec<String> {
    let variable = simple(variable);
    let kind = simple(kind);
    let mut names = vec![variable.clone()];
    for suffix in ["name", "id", "identifier", ""] {
        for stem in [variable.as_str(), kind.as_str()] {
            let stem = ["identifier", "name", "id"]
                .iter()
                .find_map(|end| stem.strip_suffix(end).filter(|s| !s.is_empty()))
                .unwrap_or(stem);
            names.push(format!("{stem}{suffix}"));
        }
    }
    if single {
        names.extend(["name", "id", "identifier"].map(str::to_owned));
    }
    names
}

/// `TableNames` and `table-name` are the same name.
fn simple(name: &str) -> String {
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    match plain.strip_suffix('s') {
        Some(stem) if !plain.ends_with("ss") => stem.to_owned(),
        _ => plain,
    }
}

fn scalars(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Array(items) => items.iter().flat_map(scalars).collect(),
        _ => Vec::new(),
    }
}

/// The texts at a path such as `Budget.BudgetName` or `Ids[]`.
fn at_path(value: &Value, path: &str) -> Vec<String> {
    match path.split_once('.') {
        None => member(value, path).iter().flat_map(scalars).collect(),
        Some((first, rest)) => member(value, first)
            .iter()
            .flat_map(|inner| at_path(inner, rest))
            .collect(),
    }
}

fn member(value: &Value, step: &str) -> Vec<Value> {
    let (name, items) = step
        .strip_suffix("[]")
        .map_or((step, false), |name| (name, true));
    match value.get(name) {
        Some(Value::Array(found)) if items => found.clone(),
        Some(found) => vec![found.clone()],
        None => Vec::new(),
    }
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
