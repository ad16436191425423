//! The context keys that policies name, in conditions and as variables.

use rolecall_policy::{
    Policy,
    document::{Statement, Version},
};

/// The keys as they are written, each once, without regard to case.
pub(super) fn named<'a>(policies: impl Iterator<Item = &'a Policy>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for policy in policies {
        let document = policy.document();
        let has_variables = document.effective_version() == Version::V2012;
        for statement in &document.statements {
            let conditions = statement.conditions.iter();
            let mut found: Vec<&str> = conditions.map(|one| one.key.value.as_str()).collect();
            if has_variables {
                found.extend(texts(statement).flat_map(variables));
            }
            for name in found {
                if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                    names.push(name.to_owned());
                }
            }
        }
    }
    names
}

fn texts(statement: &Statement) -> impl Iterator<Item = &str> {
    let resources = statement
        .resources
        .iter()
        .flat_map(|scope| scope.values.iter());
    let values = statement
        .conditions
        .iter()
        .flat_map(|condition| condition.values.iter());
    resources.chain(values)
}

/// `${key}` and `${key, 'default'}`; `${*}`, `${?}` and `${$}` are no keys.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    let inside = text
        .split("${")
        .skip(1)
        .filter_map(|rest| rest.split('}').next());
    let key = |inside: &'_ str| inside.find(',').unwrap_or(inside.len());
    inside
        .filter_map(move |inside| inside.get(..key(inside)))
        .map(str::trim)
        .filter(|key| key.contains(':'))
}
