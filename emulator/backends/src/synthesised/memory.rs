//! What was asked to be done with what, as far as waiters want to know.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Mutex, PoisonError},
};

use rolecall_catalog::Call;
use serde_json::Value;

/// So many calls are remembered; the oldest go first.
const MOST: usize = 1024;

/// Operations that only look; all others are remembered.
const LOOKING: [&str; 8] = [
    "Describe", "Get", "List", "Head", "Search", "Query", "Batch", "Test",
];

/// The calls that changed something, the newest last.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<VecDeque<Done>>);

#[derive(Debug)]
struct Done {
    owner: String,
    region: String,
    service: String,
    verb: String,
    /// In lower case and without a plural's `s`.
    noun: String,
    texts: BTreeSet<String>,
}

impl Memory {
    /// Remembers a call on a resource of `owner`, if its service has waiters at all.
    pub(super) fn note(&self, call: &Call, owner: &str) {
        let (verb, noun) = words(&call.operation().name);
        let has_waiters = || call.service.operations.iter().any(|o| !o.waits.is_empty());
        if LOOKING.contains(&verb) || !has_waiters() {
            return;
        }
        let done = Done {
            owner: owner.to_owned(),
            region: call.region.clone(),
            service: call.service.name.clone(),
            verb: verb.to_owned(),
            noun: singular(noun),
            texts: texts(call),
        };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.pop_front();
        }
        all.push_back(done);
    }

    /// The verb of the last call that changed what is now asked for: everything that the request names
    /// was named there, and it was about that kind of thing.
    pub(super) fn last_verb(&self, call: &Call, owner: &str) -> Option<String> {
        let (_, noun) = words(&call.operation().name);
        let (noun, asked) = (singular(noun), texts(call));
        if asked.is_empty() {
            return None;
        }
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = all.iter().rev().find(|done| {
            done.noun == noun
                && done.service == call.service.name
                && done.owner == owner
                && done.region == call.region
                && asked.is_subset(&done.texts)
        });
        last.map(|done| done.verb.clone())
    }
}

/// `DescribeDBInstances` is `Describe` and `DBInstances`.
fn words(operation: &str) -> (&str, &str) {
    let end = operation
        .char_indices()
        .skip(1)
        .find(|(_, letter)| letter.is_ascii_uppercase());
    operation.split_at(end.map_or(operation.len(), |(at, _)| at))
}

fn singular(noun: &str) -> String {
    noun.trim_end_matches('s').to_ascii_lowercase()
}

/// The texts that a request names things by: at the top, alone or in lists.
fn texts(call: &Call) -> BTreeSet<String> {
    let values = call.parameters.values().flat_map(|value| match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    });
    values
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_a_verb_and_a_noun() {
        assert_eq!(words("DescribeDBInstances"), ("Describe", "DBInstances"));
        assert_eq!(words("Publish"), ("Publish", ""));
        assert_eq!(singular("DBInstances"), singular("DBInstance"));
    }
}
