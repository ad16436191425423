//! One entry of a file: which calls it is for, and what they get.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use bytes::Bytes;
use rolecall_catalog::Call;
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value};

/// Which calls, what they get in turn, and how many had something.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) service: String,
    pub(super) operation: String,
    pub(super) when: Map<String, Value>,
    pub(super) steps: Vec<Step>,
    pub(super) answered: AtomicU64,
}

/// What some calls get.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) result: Outcome,
    pub(super) delay: Duration,
    /// How many calls; none for all that come.
    pub(super) times: Option<u64>,
}

/// What a call gets.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// These members, and this payload.
    Output {
        members: Map<String, Value>,
        payload: Option<Bytes>,
    },
    /// This error.
    Error(ServiceError),
    /// The error of a caller that asks too often, in the words of the protocol.
    Throttle,
    /// Whatever it gets without the entry: the entry only makes it late.
    AsWithout,
}

impl Entry {
    pub(super) fn matches(&self, call: &Call) -> bool {
        call.service.name == self.service
            && call.operation().name == self.operation
            && contains(&call.parameters, &self.when)
    }

    /// The step of the next call; none when the last has had all its calls.
    pub(super) fn next(&self) -> Option<&Step> {
        let mut number = self.answered.fetch_add(1, Ordering::Relaxed);
        for step in &self.steps {
            match step.times {
                None => return Some(step),
                Some(times) if number < times => return Some(step),
                Some(times) => number -= times,
            }
        }
        None
    }
}

/// Whether everything wanted is there: tables by their members, texts with `*` and `?` as
/// wildcards, all else exactly.
fn contains(given: &Map<String, Value>, wanted: &Map<String, Value>) -> bool {
    wanted
        .iter()
        .all(|(name, wanted)| given.get(name).is_some_and(|given| fits(given, wanted)))
}

fn fits(given: &Value, wanted: &Value) -> bool {
    match (given, wanted) {
        (Value::Object(given), Value::Object(wanted)) => contains(given, wanted),
        (Value::Array(given), Value::Array(wanted)) => {
            given.len() == wanted.len() && given.iter().zip(wanted).all(|(g, w)| fits(g, w))
        }
        (Value::String(given), Value::String(pattern)) => {
            matches_pattern(given.as_bytes(), pattern.as_bytes())
        }
        (Value::Number(given), Value::Number(wanted)) => given.as_f64() == wanted.as_f64(),
        _ => given == wanted,
    }
}

/// `*` stands for any text, `?` for one byte.
fn matches_pattern(text: &[u8], pattern: &[u8]) -> bool {
    let (mut text_at, mut pattern_at) = (0, 0);
    // Where to go on when a guess for `*` was too short.
    let mut again = None;
    loop {
        match (text.get(text_at), pattern.get(pattern_at)) {
            (_, Some(b'*')) => {
                again = Some((text_at, pattern_at));
                pattern_at += 1;
            }
            (None, None) => return true,
            (Some(_), Some(b'?')) => (text_at, pattern_at) = (text_at + 1, pattern_at + 1),
            (Some(letter), Some(wanted)) if letter == wanted => {
                (text_at, pattern_at) = (text_at + 1, pattern_at + 1);
            }
            (None, Some(_)) => return false,
            (Some(_), _) => {
                let Some((from, star)) = again else {
                    return false;
                };
                again = Some((from + 1, star));
                (text_at, pattern_at) = (from + 1, star + 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        let cases = [
            ("orders", "orders", true),
            ("orders", "order", false),
            ("orders", "o*s", true),
            ("orders", "*", true),
            ("", "*", true),
            ("", "?", false),
            ("a-b-c", "*-?", true),
            ("a-b-cd", "*-?", false),
            ("aab", "*ab", true),
        ];
        for (text, pattern, expected) in cases {
            let found = matches_pattern(text.as_bytes(), pattern.as_bytes());
            assert_eq!(found, expected, "{text} {pattern}");
        }
    }

    #[test]
    fn what_is_wanted_has_to_be_there_and_more_may_be() {
        let given = json!({"Key": {"id": {"S": "o-1"}}, "N": [1, "a"], "Flag": true});
        let holds = |wanted: Value| fits(&given, &wanted);
        assert!(holds(json!({"Key": {"id": {"S": "o-*"}}})));
        assert!(holds(json!({"N": [1.0, "?"], "Flag": true})));
        assert!(!holds(json!({"N": [1]})));
        assert!(!holds(json!({"Flag": "true"})));
        assert!(!holds(json!({"Missing": "*"})));
    }

    #[test]
    fn steps_come_in_turn_and_the_last_goes_on() {
        let step = |delay, times| Step {
            result: Outcome::Throttle,
            delay: Duration::from_secs(delay),
            times,
        };
        let turns = |steps: Vec<Step>| {
            let entry = Entry {
                service: String::new(),
                operation: String::new(),
                when: Map::new(),
                steps,
                answered: AtomicU64::new(0),
            };
            let turn = |_| entry.next().map(|step| step.delay.as_secs());
            (0..4).map(turn).collect::<Vec<_>>()
        };
        let goes_on = turns(vec![step(1, Some(2)), step(2, None)]);
        assert_eq!(goes_on, [Some(1), Some(1), Some(2), Some(2)]);
        let ends = turns(vec![step(1, Some(1)), step(2, Some(2))]);
        assert_eq!(ends, [Some(1), Some(2), Some(2), None]);
    }
}
