//! Whether `TYPE/*` is the resource itself: of an operation that lists.

use rolecall_catalog::{
    Catalog, Operation, Service,
    model::{Member, ShapeKind},
};
use rolecall_policy::Requirement;
use serde_json::{Map, Value};

/// Says whether an operation lists what its resource stands for: its resource is `TYPE/*`, and nothing
/// that it is called with names one of them.
pub(super) fn lists(
    catalog: &Catalog,
    service: &Service,
    operation: &Operation,
    parameters: &Map<String, Value>,
    requirements: &[Requirement],
) -> bool {
    let Some((own, others)) = requirements.split_first() else {
        return false;
    };
    let Some(noun) = listed(&operation.name) else {
        return false;
    };
    let Some(parent) = own
        .resource
        .strip_suffix("/*")
        .or_else(|| own.resource.strip_suffix(":*"))
    else {
        return false;
    };
    // `stack/*/*`: of every name, every id.
    let all = parent.trim_end_matches("/*");
    let is_any = all != parent;
    let parent = all;
    let last = parent.rsplit(['/', ':']).next().unwrap_or_default();
    if parent.contains('*') || last.is_empty() {
        return false;
    }
    let is_value = |value: &Value| texts(value).contains(&last);
    if parameters.values().any(is_value) && !is_called(catalog, own, &noun) {
        return false;
    }
    // What is in the ARN, or in that of another resource of the call, is a parent.
    let mut parents = parent.to_owned();
    for other in others {
        parents.push(' ');
        parents.push_str(&other.resource);
    }
    let input = operation.input.and_then(|input| service.structure(input));
    let mut members = input.iter().flat_map(|input| &input.members);
    !members.any(|member| {
        let value = parameters.get(&member.name);
        let is_parent = |value: &Value| {
            let mut texts = texts(value).into_iter();
            value.is_string() && texts.all(|text| names_parent(text, &parents))
        };
        let names = may_name_one(service, member, if is_any { "" } else { last });
        names && value.is_some_and(|value| !is_parent(value))
    })
}

/// Says whether a text is in an ARN, or is an ARN whose own id is.
fn names_parent(text: &str, arns: &str) -> bool {
    let id = text.rsplit('/').next().unwrap_or_default();
    arns.contains(text) || text.starts_with("arn:") && arns.contains(&format!("/{id}"))
}

/// What an operation lists: `dashboards` of `SearchDashboards`; none if it lists nothing.
fn listed(operation: &str) -> Option<String> {
    let several = operation.ends_with('s') && !operation.ends_with("ss");
    let noun = |verb: &&str| operation.strip_prefix(*verb).map(plain);
    ["List", "Search"].iter().find_map(noun).or_else(|| {
        ["Describe", "Get"]
            .iter()
            .find_map(noun)
            .filter(|_| several)
    })
}

/// Says whether the last part of an ARN is what the operation lists: `${TableName}` of `GetTables`. The
/// part before it is then the parent, and otherwise the thing itself, whose id is not in the request.
fn is_called(catalog: &Catalog, own: &Requirement, noun: &str) -> bool {
    let Some(action) = catalog.action(&own.action) else {
        return false;
    };
    let iam = catalog.iam(own.action.prefix());
    let mut types = iam
        .iter()
        .flat_map(|iam| &iam.resource_types)
        .filter(|kind| {
            let mut taken = action.resource_types.iter();
            taken.any(|taken| taken.resource_type.eq_ignore_ascii_case(&kind.name))
        });
    types.any(|kind| {
        let variable = kind.arn.rsplit("${").next().unwrap_or_default();
        let variable = plain(variable.trim_end_matches('}'));
        let mut ends = ["name", "identifier", "id"].iter();
        let called = ends.find_map(|end| variable.strip_suffix(end));
        called.is_some_and(|called| !called.is_empty() && singular(noun).ends_with(called))
            || singular(noun).ends_with(&variable)
    })
}

/// Says whether a parameter can name one of the things of a type: one that has to be given, or is called
/// after the type or after nothing. One of a few words names nothing, nor does one for paging or filtering.
fn may_name_one(service: &Service, member: &Member, kind: &str) -> bool {
    const OTHERWISE: [&str; 13] = [
        "token",
        "marker",
        "cursor",
        "filter",
        "prefix",
        "contains",
        "sort",
        "order",
        "beginswith",
        "startswith",
        "max",
        "pagesize",
        "keyword",
    ];
    const ITSELF: [&str; 11] = [
        "arn",
        "arns",
        "id",
        "identifier",
        "ids",
        "name",
        "names",
        "resourcearn",
        "resourceid",
        "resourceidentifier",
        "resourcename",
    ];
    let name = plain(&member.name);
    if OTHERWISE.iter().any(|word| name.contains(word)) {
        return false;
    }
    let called = name.contains(singular(&plain(kind))) || ITSELF.contains(&name.as_str());
    let mut shape = member.shape;
    if let ShapeKind::List { member: item, .. } = &service.shape(shape).kind {
        shape = item.shape;
    }
    match &service.shape(shape).kind {
        ShapeKind::String { values, .. } => values.is_empty() && (member.required || called),
        ShapeKind::Structure(_) => member.required || called,
        _ => false,
    }
}

fn plain(name: &str) -> String {
    name.replace(['-', '_'], "").to_ascii_lowercase()
}

fn singular(plain: &str) -> &str {
    plain.strip_suffix('s').unwrap_or(plain)
}

/// The texts that a parameter holds itself.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
