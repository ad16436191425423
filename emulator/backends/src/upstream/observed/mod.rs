//! What passed through to an upstream, as far as it tells of state: facts for the catalog.
//!
//! A call that was answered teaches what [`lessons`] says of its operation; what was not seen stays not known.

mod known;
mod learning;
mod lessons;
mod seen;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use known::Known;
use lessons::Lesson;
use rolecall_catalog::{Call, Fact, FactKind, FactValue};
use seen::Seen;

/// What is remembered of an upstream's state, and how it is learned.
#[derive(Debug)]
pub(super) struct Observed {
    lessons: &'static [Lesson],
    known: Mutex<Known>,
}

impl Observed {
    pub(super) fn new() -> Self {
        Self {
            lessons: lessons::all(),
            known: Mutex::default(),
        }
    }

    /// Supposes that the upstream had no state before the first call: it was started for us.
    pub(super) fn began_empty(&self) {
        self.known().began_empty = true;
    }

    /// Whether a call would teach anything, so that its answer is worth a look.
    fn of<'o>(&'o self, call: &'o Call) -> impl Iterator<Item = &'o Lesson> {
        let name = &call.service.name;
        let operation = &call.operation().name;
        self.lessons
            .iter()
            .filter(move |lesson| lesson.is_on(name, operation))
    }

    /// Learns from a call that was answered with success.
    pub(super) fn learn(&self, call: &Call, answer: Option<&Bytes>) {
        let mut lessons = self.of(call).peekable();
        if lessons.peek().is_none() {
            return;
        }
        let seen = Seen::new(call, answer);
        let mut known = self.known();
        for lesson in lessons {
            learning::learn(lesson, &seen, &mut known);
        }
    }

    /// What is known of a fact.
    pub(super) fn fact(&self, fact: &Fact) -> FactValue {
        if fact.kind == FactKind::TopicOfSubscription {
            return topic(&fact.subject);
        }
        self.known().answer(fact)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A subscription's ARN begins with its topic's.
fn topic(subscription: &str) -> FactValue {
    match subscription.rsplit_once(':') {
        Some((topic, _)) if topic.split(':').count() == 6 => FactValue::Present(topic.into()),
        _ => FactValue::NotKnown,
    }
}
