//! Answers that end the waiters that poll for them.

use rolecall_catalog::model::{Goal, Member, ShapeId, ShapeKind, Wait};
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value};

use super::shapes::{Asked, Maker};

/// The last words of waiters for an end, which a plain answer does not give: they wait for an answer
/// after somebody asked for that end.
const ENDS: [&str; 18] = [
    "Deleted",
    "NotExists",
    "Stopped",
    "Terminated",
    "Cancelled",
    "Deregistered",
    "Disassociated",
    "Disconnected",
    "Disconnecting",
    "Detached",
    "Inactive",
    "Offline",
    "Standby",
    "Unassigned",
    "Unrouted",
    "Blocked",
    "DeleteComplete",
    "RollbackComplete",
];

/// What waiters say for what was asked for under another word.
const SYNONYMS: [(&str, &str); 7] = [
    ("Delete", "NotExists"),
    ("Delete", "Inactive"),
    ("Remove", "Deleted"),
    ("Terminate", "Deleted"),
    ("Stop", "Offline"),
    ("Stop", "Cancelled"),
    ("Start", "Running"),
];

/// The waiters of an operation that its next answer is for: those for what was asked for last, or all
/// but those for an end.
pub(super) fn chosen<'w>(waits: &'w [Wait], verb: Option<&str>) -> Vec<&'w Wait> {
    let meant = |wait: &&Wait| verb.is_some_and(|verb| is_of(wait, verb));
    let after: Vec<&Wait> = waits.iter().filter(meant).collect();
    if !after.is_empty() {
        return after;
    }
    let is_end = |wait: &Wait| {
        let fails = matches!(wait.goal, Goal::Error(_) | Goal::Status(_));
        fails || ENDS.iter().any(|word| wait.name.ends_with(word))
    };
    waits.iter().filter(|wait| !is_end(wait)).collect()
}

/// Whether a waiter waits for what a verb does: `InstanceStopped` after `StopInstances`.
fn is_of(wait: &Wait, verb: &str) -> bool {
    let stem = verb.trim_end_matches('e');
    let is_synonym = |(asked, word): &(&str, &str)| *asked == verb && wait.name.ends_with(word);
    capitalised(&wait.name).any(|word| word.starts_with(stem)) || SYNONYMS.iter().any(is_synonym)
}

/// The rests of a name from each capital on.
fn capitalised(name: &str) -> impl Iterator<Item = &str> {
    let starts = name.char_indices().filter(|(_, c)| c.is_ascii_uppercase());
    starts.filter_map(|(at, _)| name.get(at..))
}

/// The error that ends one of these waiters.
pub(super) fn error(waits: &[&Wait]) -> Option<ServiceError> {
    // The words are assumed; waiters look at the code, or at the status.
    const MESSAGE: &str = "It was deleted.";
    waits.iter().find_map(|wait| match &wait.goal {
        Goal::Error(code) => Some(ServiceError::new(code.clone(), MESSAGE)),
        Goal::Status(status) => {
            Some(ServiceError::new("ResourceNotFoundException", MESSAGE).with_status(*status))
        }
        _ => None,
    })
}

impl Maker<'_> {
    /// Puts into an output what its waiters look for.
    pub(super) fn satisfy(
        &self,
        output: ShapeId,
        members: &mut Map<String, Value>,
        waits: &[&Wait],
    ) {
        let goals = waits.iter().filter_map(|wait| match &wait.goal {
            Goal::Text(path, text) => Some((path, Some(Value::from(text.as_str())))),
            Goal::Flag(path, flag) => Some((path, Some(Value::from(*flag)))),
            Goal::Present(path) => Some((path, None)),
            _ => None,
        });
        let mut goals: Vec<(&String, Option<Value>)> = goals.collect();
        // The way to the innermost list is made first: what is asked for stands there, and a list
        // around it has one item then.
        goals.sort_by_key(|(path, _)| std::cmp::Reverse(path.matches('[').count()));
        let mut said: Vec<&str> = Vec::new();
        for (path, value) in goals {
            // Where two want different values in one place, the first has it.
            if value.is_some() && said.contains(&path.as_str()) {
                continue;
            }
            said.push(path);
            let mut value_of_all = Value::Object(std::mem::take(members));
            let steps: Vec<&str> = path.split('.').collect();
            self.put(output, &mut value_of_all, &steps, value.as_ref());
            if let Value::Object(put) = value_of_all {
                *members = put;
            }
        }
    }

    /// Walks to the end of a path, making what is not there, and puts the value.
    fn put(&self, shape: ShapeId, at: &mut Value, steps: &[&str], value: Option<&Value>) {
        match (&self.shape(shape).kind, steps) {
            (ShapeKind::List { member, .. }, _) => {
                let Value::Array(items) = at else { return };
                if items.is_empty() {
                    // What is asked for stands in the innermost list.
                    let is_innermost = !steps.iter().any(|step| step.contains('['));
                    let asked = self.asked().into_iter().filter(|_| is_innermost);
                    items.extend(self.items(member, asked.collect()));
                }
                for item in items {
                    self.put(member.shape, item, steps, value);
                }
            }
            (ShapeKind::Structure(structure), [step, rest @ ..]) => {
                let name = step.split('[').next().unwrap_or(step);
                let member = structure.members.iter().find(|m| m.name == name);
                let (Some(member), Value::Object(members)) = (member, at) else {
                    return;
                };
                if !members.contains_key(name)
                    && let Some(made) = self.value(member, true, &mut Vec::new())
                {
                    members.insert(name.to_owned(), made);
                }
                if let Some(inner) = members.get_mut(name) {
                    self.put(member.shape, inner, rest, value);
                }
            }
            (ShapeKind::Map { value: member, .. }, ["*", rest @ ..]) => {
                let Value::Object(entries) = at else { return };
                for asked in self.asked() {
                    let made = self.value(member, true, &mut Vec::new());
                    let mut made = made.unwrap_or(Value::Null);
                    self.put(member.shape, &mut made, rest, value);
                    entries.insert(asked.text, made);
                }
            }
            (_, []) => {
                if let Some(value) = value {
                    at.clone_from(value);
                } else if at.as_str() == Some("") {
                    *at = self.request_id.into();
                }
            }
            _ => {}
        }
    }

    /// An item for each thing that is asked for, or one.
    fn items(&self, member: &Member, asked: Vec<Asked>) -> Vec<Value> {
        let mut asked: Vec<Option<Asked>> = asked.into_iter().map(Some).collect();
        if asked.is_empty() {
            asked.push(None);
        }
        let made = asked.into_iter().filter_map(|asked| {
            *self.item.borrow_mut() = asked;
            let made = self.value(member, true, &mut Vec::new());
            *self.item.borrow_mut() = None;
            made
        });
        made.collect()
    }

    /// What the request asks for by a list of texts.
    fn asked(&self) -> Vec<Asked> {
        let lists = self.call.parameters.iter();
        let found = lists.filter_map(|(name, value)| {
            let texts = value.as_array()?.iter().filter_map(Value::as_str);
            let asked = texts.map(|text| Asked {
                parameter: name.clone(),
                text: text.to_owned(),
            });
            Some(asked.collect::<Vec<_>>()).filter(|asked| !asked.is_empty())
        });
        // Identifiers come before what else is listed, such as the names of attributes.
        let mut found: Vec<_> = found.collect();
        let is_identifier = |asked: &Vec<Asked>| {
            let name = asked.first().map(|one| one.parameter.to_ascii_lowercase());
            name.is_some_and(|name| {
                ["ids", "names", "arns", "identifiers"]
                    .iter()
                    .any(|end| name.ends_with(end))
            })
        };
        found.sort_by_key(|asked| !is_identifier(asked));
        found.into_iter().next().unwrap_or_default()
    }
}
