//! Resources that look like AWS's, to try before and after the search.

use rolecall_catalog::Catalog;
use rolecall_policy::{
    Action, Arn, ResourcePattern,
    pattern::{PatternStep, Within},
};

use super::statements::Pattern;

const REGION: &str = "us-east-1";
const ACCOUNT: &str = "123456789012";

/// The catalog's forms of the resources that an action takes.
fn templates(catalog: &Catalog, action: &Action) -> Vec<String> {
    let Some(service) = catalog.iam(action.prefix()) else {
        return Vec::new();
    };
    let Some(action) = service.action(action.name()) else {
        return Vec::new();
    };
    let types = action.resource_types.iter();
    let types = types.filter_map(|one| service.resource_type(&one.resource_type));
    types.map(|one| one.arn.clone()).collect()
}

/// A template with each variable replaced.
fn filled(template: &str, value: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(&value(name));
        rest = after;
    }
    out + rest
}

fn example(template: &str) -> String {
    filled(template, |name| match name {
        "Partition" => "aws".to_owned(),
        "Region" => REGION.to_owned(),
        "Account" => ACCOUNT.to_owned(),
        _ => "example".to_owned(),
    })
}

/// Whether the catalog knows the action to take a resource like this; none if it does not know
/// the action.
pub(crate) fn fits(catalog: &Catalog, action: &Action, resource: &str) -> Option<bool> {
    catalog.action(action)?;
    let templates = templates(catalog, action);
    if templates.is_empty() {
        return Some(resource == "*");
    }
    let matches = |template: &String| {
        let pattern = filled(template, |_| "*".to_owned());
        ResourcePattern::new(&pattern).matches(resource)
    };
    Some(templates.iter().any(matches))
}

/// Resources to try for a pattern, the likely ones first.
pub(crate) fn candidates(
    catalog: &Catalog,
    action: &Action,
    pattern: Option<&Pattern>,
    fixed: impl Fn(&str) -> Option<String>,
) -> Vec<String> {
    let mut out: Vec<String> = templates(catalog, action)
        .iter()
        .map(|t| example(t))
        .collect();
    if out.is_empty() {
        out.push("*".to_owned());
    }
    let Some(pattern) = pattern.filter(|pattern| !pattern.is_any()) else {
        out.push(format!(
            "arn:aws:{}:{REGION}:{ACCOUNT}:example",
            action.prefix()
        ));
        return out;
    };
    let steps = pattern.steps.as_deref().unwrap_or_default();
    let mut own: Vec<String> = ["example", "", "example/example"]
        .iter()
        .map(|run| instance(steps, action.prefix(), run, &fixed))
        .collect();
    own.dedup();
    own.extend(out);
    own
}

/// A text that a pattern matches, with usual words in the parts of an ARN.
fn instance(
    steps: &[PatternStep],
    service: &str,
    run: &str,
    fixed: &impl Fn(&str) -> Option<String>,
) -> String {
    let mut out = String::new();
    for (index, step) in steps.iter().enumerate() {
        match step {
            PatternStep::Letter(letter) | PatternStep::AnyCase(letter) => out.push(*letter),
            PatternStep::One(_) => out.push('x'),
            PatternStep::Run(Within::Whole) => out.push_str(run),
            PatternStep::Run(Within::Part) => {
                let before = index.checked_sub(1).and_then(|at| steps.get(at));
                let alone = before == Some(&PatternStep::Letter(':'))
                    && steps.get(index + 1) == Some(&PatternStep::Letter(':'));
                let part = out.matches(':').count();
                out.push_str(match (alone, part) {
                    (true, 1) => "aws",
                    (true, 2) => service,
                    (true, 3) => REGION,
                    (true, 4) => ACCOUNT,
                    _ => "",
                });
            }
            PatternStep::Variable { key, default } => {
                let value = fixed(key).or_else(|| default.clone());
                out.push_str(value.as_deref().unwrap_or("example"));
            }
        }
    }
    out
}

/// The same resource with more usual parts, each change to be tried by itself.
pub(crate) fn prettier(action: &Action, resource: &str) -> Vec<Vec<String>> {
    let Ok(arn) = Arn::parse(resource) else {
        return Vec::new();
    };
    let parts: Vec<&str> = arn.as_str().splitn(6, ':').collect();
    let with = |at: usize, value: &str| {
        let mut parts = parts.clone();
        if let Some(part) = parts.get_mut(at) {
            *part = value;
        }
        parts.iter().map(|part| (*part).to_owned()).collect()
    };
    [
        (1, "aws"),
        (2, action.prefix()),
        (3, REGION),
        (4, ACCOUNT),
        (5, "example"),
    ]
    .into_iter()
    .map(|(at, value)| with(at, value))
    .collect()
}
