//! Condition keys that statements of one policy share are looked up once.

use std::collections::BTreeMap;

use super::{CompiledStatement, RequestContext};
use crate::{Lookup, context::ConditionKey};

/// How many keys of a policy are remembered; the others are looked up each time.
const REMEMBERED: usize = 8;

/// What the request has for the keys of one policy, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Lookups<'a> {
    found: [Option<Lookup<'a>>; REMEMBERED],
}

impl<'a> Lookups<'a> {
    /// Looks a key up, unless its number was asked for before.
    pub(crate) fn get(
        &mut self,
        number: usize,
        key: &ConditionKey,
        request: &'a RequestContext<'a>,
    ) -> Lookup<'a> {
        match self.found.get_mut(number) {
            Some(place) => *place.get_or_insert_with(|| request.lookup_key(key)),
            None => request.lookup_key(key),
        }
    }
}

/// Gives the same key the same number, in all statements of a policy.
pub(crate) fn number_keys(statements: &mut [CompiledStatement]) {
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    for condition in statements
        .iter_mut()
        .flat_map(CompiledStatement::conditions_mut)
    {
        let next = numbers.len();
        let key = condition.key().as_str().to_ascii_lowercase();
        condition.number(*numbers.entry(key).or_insert(next));
    }
}
