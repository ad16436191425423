//! The part of JSONPath that EventBridge has.
//!
//! Source: user guide, "Transforming Amazon EventBridge target input": dots, brackets, an index, `*`.

use serde_json::Value;

/// One step of a path.
enum Step {
    Name(String),
    Index(usize),
    All,
}

/// What a path such as `$.detail.items[0]` leads to.
pub(super) fn find(path: &str, event: &Value) -> Option<Value> {
    let mut found = vec![event];
    let steps = steps(path)?;
    let many = steps.iter().any(|step| matches!(step, Step::All));
    for step in &steps {
        found = found
            .into_iter()
            .flat_map(|value| follow(step, value))
            .collect();
    }
    if many {
        return Some(found.into_iter().cloned().collect());
    }
    found.first().map(|value| (*value).clone())
}

fn follow<'v>(step: &Step, value: &'v Value) -> Vec<&'v Value> {
    match (step, value) {
        (Step::Name(name), value) => value.get(name).into_iter().collect(),
        (Step::Index(index), value) => value.get(*index).into_iter().collect(),
        (Step::All, Value::Array(items)) => items.iter().collect(),
        (Step::All, Value::Object(members)) => members.values().collect(),
        (Step::All, _) => Vec::new(),
    }
}

fn steps(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix('[') {
            let (inside, after) = behind.split_once(']')?;
            let quoted = inside.trim_matches(|c| c == '\'' || c == '"');
            steps.push(match (inside, inside.parse()) {
                ("*", _) => Step::All,
                (_, Ok(index)) => Step::Index(index),
                _ => Step::Name(quoted.to_owned()),
            });
            rest = after;
        } else {
            let behind = rest.strip_prefix('.')?;
            let end = behind.find(['.', '[']).unwrap_or(behind.len());
            let (name, after) = behind.split_at_checked(end)?;
            steps.push(match name {
                "" => return None,
                "*" => Step::All,
                name => Step::Name(name.to_owned()),
            });
            rest = after;
        }
    }
    Some(steps)
}
