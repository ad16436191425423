//! Why the generated part of the catalog has a requirement, in words.

use rolecall_policy::{Provenance, Requirement};
use serde_json::{Map, Value};

/// What brought in a requirement that no curated row has.
pub(crate) fn condition(requirement: &Requirement, parameters: &Map<String, Value>) -> String {
    if requirement.action.to_string() == "iam:PassRole" {
        let path = parameters
            .iter()
            .find_map(|(name, value)| path_of(name, value, &requirement.resource));
        return match path {
            Some(path) => format!("`{path}` holds the ARN of a role"),
            None => "a parameter holds the ARN of a role".to_owned(),
        };
    }
    // Nothing else has a source here: the service's tag action.
    if let Some(source) = &requirement.source {
        return format!("the call has tags: {source}");
    }
    let why = match requirement.action_provenance {
        Provenance::SameName => "an action has the operation's name",
        Provenance::Documented => "a pinned data set names the action",
        Provenance::NoneNeeded => "AWS authorizes nothing",
        Provenance::Curated | Provenance::Heuristic | Provenance::Assumed => {
            "no data set names an action, so the operation's own name is assumed"
        }
    };
    format!("always: {why}")
}

/// Where a text stands, such as `Target.RoleArn`.
fn path_of(path: &str, value: &Value, text: &str) -> Option<String> {
    match value {
        Value::String(found) => (found == text).then(|| path.to_owned()),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| path_of(&format!("{path}[{index}]"), item, text)),
        Value::Object(members) => members
            .iter()
            .find_map(|(name, member)| path_of(&format!("{path}.{name}"), member, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}
