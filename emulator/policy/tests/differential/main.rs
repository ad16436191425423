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
    };

    use serde_json::Value;

    use crate::{cases, naive, ours, random::Random};

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

    #[test]
    fn the_naive_evaluator_agrees() {
        let seed = seed();
        println!("ROLECALL_SEED={seed}");
        let mut random = Random::new(seed);
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        let mut refused: BTreeMap<String, usize> = BTreeMap::new();
        for number in 0..count() {
            let case = cases::case(&mut random);
            match agree(&case) {
                Err(reason) => *refused.entry(reason).or_default() += 1,
                Ok(true) => *kinds.entry(naive::decide(&case).kind).or_default() += 1,
                Ok(false) => {
                    let case = smallest(case);
                    panic!(
                        "seed {seed}, case {number}:\n{case:#}\nours: {:?}\nnaive: {:?}",
                        ours::decide(&case),
                        naive::decide(&case)
                    );
                }
            }
        }
        println!("{kinds:?}");
        println!("{refused:#?}");
        // Of each kind enough, and no more than a few that the grammar refuses.
        for kind in ["allow", "implicitDeny", "explicitDeny"] {
            assert!(kinds[kind] * 10 > count(), "too few: {kinds:?}");
        }
        let number: usize = refused.values().sum();
        assert!(number * 20 < count(), "too many refused: {refused:#?}");
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
