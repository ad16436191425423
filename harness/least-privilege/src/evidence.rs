//! The attempts that a statement or a finding rests on.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_trace::Attempt;
use serde::Serialize;

/// The attempts behind something, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// How many attempts.
    pub attempts: usize,
    /// Their operations, such as `dynamodb.TransactWriteItems`, each with its number of attempts.
    pub operations: BTreeMap<String, usize>,
    /// The functions that made them, where that is known.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub functions: BTreeSet<String>,
    /// The scenarios that they belong to, where that is known.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub scenarios: BTreeSet<String>,
    /// The first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<FirstAttempt>,
}

/// The first attempt of some.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FirstAttempt {
    /// When.
    pub time: String,
    /// The request id that the client was given.
    pub request_id: String,
}

impl Evidence {
    /// The evidence of attempts in their order; an attempt that comes twice in a row counts once.
    pub(crate) fn of<'a>(attempts: impl IntoIterator<Item = &'a Attempt>) -> Self {
        let mut evidence = Self::default();
        let mut last: Option<&Attempt> = None;
        for attempt in attempts {
            if last.is_none_or(|last| !std::ptr::eq(last, attempt)) {
                evidence.add(attempt);
            }
            last = Some(attempt);
        }
        evidence
    }

    fn add(&mut self, attempt: &Attempt) {
        self.attempts += 1;
        *self.operations.entry(operation(attempt)).or_default() += 1;
        self.functions.extend(attempt.function.clone());
        self.scenarios.extend(attempt.scenario.clone());
        self.first.get_or_insert_with(|| FirstAttempt {
            time: attempt.time.clone(),
            request_id: attempt.request_id.clone(),
        });
    }
}

/// An operation with a point, such as `dynamodb.TransactWriteItems`: an action has a colon.
pub(crate) fn operation(attempt: &Attempt) -> String {
    format!("{}.{}", attempt.service, attempt.operation)
}

/// `1 attempt`, `2 attempts`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
