//! Two evaluators that know nothing of each other, on random cases.
//!
//! The second (`naive`) was written from the specification alone. A slice runs in an ordinary
//! test, a million cases with `cargo ci test --full`; the seed is printed, and `ROLECALL_SEED`
//! sets it. A difference is cut down to what makes it before it is shown.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod naive;
#[cfg(test)]
mod naive_conditions;
#[cfg(test)]
mod naive_patterns;
#[cfg(test)]
mod ours;
#[cfg(test)]
mod random;

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeMap,
        hash::{BuildHasher as _, RandomState},
        sync::Arc,
    };

    use rolecall_policy::{
        Action, Policy,
        simulate::{ExplanationMode, Knowledge, Simulator},
    };
    use serde_json::{Value, json};

    use crate::{cases, naive, ours, random::Random};

    struct Everything;

    impl Knowledge for Everything {
        fn has_action(&self, _: &Action) -> bool {
            true
        }

        fn is_public(&self, _: &Arc<Policy>) -> bool {
            true
        }
    }

    fn seed() -> u64 {
        #[expect(
            clippy::disallowed_methods,
            reason = "the environment is how the seed gets here"
        )]
        let given = std::env::var("ROLECALL_SEED").ok();
        let seed = given.and_then(|text| text.parse().ok());
        seed.unwrap_or_else(|| RandomState::new().hash_one("rolecall"))
    }

    fn count() -> usize {
        if option_env!("ROLECALL_FULL").is_some() {
            1_000_000
        } else {
            5_000
        }
    }

    /// Whether both agree; a case that the grammar refuses is no case.
    fn agree(case: &Value) -> Result<bool, String> {
        let ours = ours::decide(case)?;
        Ok(ours == naive::decide(case))
    }

    const THREADS: usize = 4;

    /// Every thread has a seed of its own, so that the whole suite takes minutes.
    fn in_parallel(one: impl Fn(u64, usize) + Sync) {
        let seed = seed();
        println!("ROLECALL_SEED={seed}");
        std::thread::scope(|scope| {
            for number in (0..).take(THREADS) {
                let one = &one;
                scope.spawn(move || one(seed.wrapping_add(number), count() / THREADS));
            }
        });
    }

    #[test]
    fn the_naive_evaluator_agrees() {
        in_parallel(|seed, count| {
            let mut random = Random::new(seed);
            let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
            for number in 0..count {
                let case = cases::case(&mut random);
                // A case that the grammar refuses is a slip of the generator.
                if agree(&case) != Ok(true) {
                    let case = smallest(case);
                    let (ours, naive) = (ours::decide(&case), naive::decide(&case));
                    panic!(
                        "seed {seed}, case {number}:\n{case:#}\nours: {ours:?}\nnaive: {naive:?}"
                    );
                }
                *kinds.entry(naive::decide(&case).kind).or_default() += 1;
            }
            println!("{kinds:?}");
            for kind in ["allow", "implicitDeny", "explicitDeny"] {
                assert!(kinds[kind] * 10 > count, "too few: {kinds:?}");
            }
        });
    }

    /// What is decided although a value is not computed holds whatever the value is. Of a denial
    /// it is the denial that holds: a value may add an explicit deny to an implicit one.
    #[test]
    fn no_value_changes_what_was_decided_without_it() {
        in_parallel(|seed, count| {
            let mut random = Random::new(seed);
            let (mut decided, mut undetermined) = (0, 0);
            for number in 0..count / 4 {
                let case = cases::case(&mut random);
                let Some((key, values)) = a_key_of(&case, &mut random) else {
                    continue;
                };
                let mut unknown = case.clone();
                unknown["context"][key] = json!({ "notComputed": "a test" });
                let ours = ours::decide(&unknown).unwrap();
                if ours.kind == "undetermined" {
                    undetermined += 1;
                    continue;
                }
                decided += 1;
                let several = (json!(values), json!([]));
                let values = values.iter().map(|value| json!(value));
                let mut known = case;
                for value in values.chain([several.0, several.1]) {
                    known["context"][key] = value;
                    let naive = naive::decide(&known);
                    assert!(
                        holds(ours.kind, naive.kind),
                        "seed {seed}, case {number}: {} {}\n{known:#}",
                        ours.kind,
                        naive.kind
                    );
                }
                known["context"].as_object_mut().unwrap().shift_remove(key);
                let naive = naive::decide(&known);
                assert!(
                    holds(ours.kind, naive.kind),
                    "seed {seed}, case {number}: {} {}\n{known:#}",
                    ours.kind,
                    naive.kind
                );
            }
            println!("decided {decided}, undetermined {undetermined}");
            assert!(decided > undetermined);
        });
    }

    /// A key that some policy of the case names.
    fn a_key_of(
        case: &Value,
        random: &mut Random,
    ) -> Option<(&'static str, &'static [&'static str])> {
        let mut policies = case.clone();
        policies["context"] = json!({});
        let text = policies.to_string().to_lowercase();
        let named = |(key, _): &&(&str, _)| text.contains(&key.to_lowercase());
        let keys: Vec<_> = cases::KEYS.iter().filter(named).collect();
        (!keys.is_empty()).then(|| **random.pick(&keys))
    }

    fn holds(without: &str, with: &str) -> bool {
        match without {
            "implicitDeny" => with != "allow",
            kind => with == kind,
        }
    }

    /// The same cases as lines, where a line can say them.
    #[test]
    fn simulate_agrees() {
        in_parallel(|seed, count| {
            let mut random = Random::new(seed);
            let mut simulator = Simulator::new(ExplanationMode::Left, &Everything);
            let mut seen = 0;
            for number in 0..count / 4 {
                let case = cases::case(&mut random);
                if !ours::is_line(&case) {
                    continue;
                }
                seen += 1;
                let mut line = Vec::new();
                simulator.line(case.to_string().as_bytes(), &mut line);
                let answer: Value = serde_json::from_slice(&line).unwrap();
                let naive = naive::decide(&case);
                assert_eq!(
                    answer["kind"], naive.kind,
                    "seed {seed}, case {number}:\n{case:#}"
                );
                let blocked_by = answer["blockedBy"].as_array().unwrap().iter();
                let blocked_by = blocked_by.map(|check| check.as_str().unwrap()).collect();
                assert_eq!(
                    naive.blocked_by, blocked_by,
                    "seed {seed}, case {number}:\n{case:#}"
                );
            }
            assert!(seen * 10 > count / 4, "{seen}");
        });
    }

    /// Takes out whatever can go without the difference going too.
    fn smallest(mut case: Value) -> Value {
        loop {
            let smaller = pointers(&case, "")
                .into_iter()
                .filter_map(|pointer| without(&case, &pointer))
                .find(|smaller| agree(smaller) == Ok(false));
            match smaller {
                Some(smaller) => case = smaller,
                None => return case,
            }
        }
    }

    fn pointers(value: &Value, at: &str) -> Vec<String> {
        let inner: Vec<(String, &Value)> = match value {
            Value::Object(members) => members
                .iter()
                .map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value))
                .collect(),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(i, value)| (i.to_string(), value))
                .collect(),
            _ => Vec::new(),
        };
        let mut out = Vec::new();
        for (key, value) in inner {
            let at = format!("{at}/{key}");
            out.extend(pointers(value, &at));
            out.push(at);
        }
        out
    }

    fn without(case: &Value, pointer: &str) -> Option<Value> {
        const KEPT: [&str; 6] = [
            "/principal",
            "/issuer",
            "/action",
            "/resource",
            "/model",
            "/context",
        ];
        // A statement without its parts is another matter.
        const PARTS: [&str; 3] = ["Action", "Resource", "Principal"];
        if KEPT.contains(&pointer) || PARTS.iter().any(|part| pointer.ends_with(part)) {
            return None;
        }
        let mut out = case.clone();
        let (parent, key) = pointer.rsplit_once('/')?;
        match out.pointer_mut(parent)? {
            Value::Object(members) => {
                members.shift_remove(&key.replace("~1", "/").replace("~0", "~"));
            }
            Value::Array(items) => {
                items.remove(key.parse().ok()?);
            }
            _ => return None,
        }
        Some(out)
    }
}
