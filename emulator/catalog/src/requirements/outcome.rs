//! The two questions that others ask: what is needed, and which facts does that hang on?

use std::{cell::RefCell, collections::BTreeMap};

use rolecall_policy::Requirement;

use super::{Notes, Scope, evaluate, fallback};
use crate::{Call, Fact, FactValue, Facts, rules::registry};

/// What AWS authorizes for a call, or what has to be known to tell.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Every authorization, in the order in which the rules have them; never empty.
    ///
    /// A requirement whose action has the provenance
    /// [`NoneNeeded`](rolecall_policy::Provenance::NoneNeeded) is a record of the call and nothing
    /// to decide.
    Requirements(Vec<Requirement>),
    /// Questions without which the answer might be another; ask again with their answers.
    NeedFacts(Vec<Fact>),
}

/// The facts that have been looked up so far.
pub trait FactsLookup {
    /// The answer to a question; none if it has not been asked yet.
    fn lookup(&self, fact: &Fact) -> Option<FactValue>;
}

impl FactsLookup for BTreeMap<Fact, FactValue> {
    fn lookup(&self, fact: &Fact) -> Option<FactValue> {
        self.get(fact).cloned()
    }
}

/// Answers every question at once.
pub(super) struct AtOnce<'f>(pub(super) &'f dyn Facts);

impl FactsLookup for AtOnce<'_> {
    fn lookup(&self, fact: &Fact) -> Option<FactValue> {
        Some(self.0.fact(fact))
    }
}

/// What AWS authorizes for a call, as far as these facts tell.
pub fn requirements(call: &Call, facts: &dyn FactsLookup) -> Outcome {
    let notes = RefCell::new(Notes::default());
    let found = collect(call, facts, &notes);
    let needs = notes.into_inner().needs;
    if needs.is_empty() {
        Outcome::Requirements(found)
    } else {
        Outcome::NeedFacts(needs.into_iter().collect())
    }
}

/// What AWS authorizes for a call, with every fact asked for.
pub fn resolve(call: &Call, facts: &dyn Facts) -> Vec<Requirement> {
    // Every question has its answer at once, so nothing is left in `needs`.
    collect(call, &AtOnce(facts), &RefCell::new(Notes::default()))
}

pub(super) fn collect(
    call: &Call,
    facts: &dyn FactsLookup,
    notes: &RefCell<Notes>,
) -> Vec<Requirement> {
    let curated = &call.service.curated;
    let rules = curated.rules(&call.service);
    let scope = Scope::new(call, rules.unwrap_or_else(registry::global), facts, notes);
    let curated = curated.operation(&call.service, call.operation);
    let found = curated
        .map(|operation| evaluate::operation(operation, &scope))
        .unwrap_or_default();
    if found.is_empty() {
        fallback::requirements(&scope)
    } else {
        found
    }
}
