//! Values that must not be in a recording.

use std::collections::BTreeSet;

use rolecall_policy::{Context, ContextValue, Redacted};

use crate::record::Attempt;

/// Replaces values of context keys in what is recorded.
///
/// A value becomes [`ContextValue::Redacted`], a keyed hash under a key of the recording: a reader
/// sees which values were equal, equality with a known value is still decided, and any other
/// condition on the key is undetermined. ARNs are left as they are.
#[derive(Clone)]
pub struct Redaction {
    keys: BTreeSet<String>,
    key: [u8; 16],
}

impl std::fmt::Debug for Redaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redaction")
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

impl Redaction {
    /// Redacts these context keys, under a random key of the recording.
    ///
    /// A context key that ends in `/*`, such as `aws:RequestTag/*`, stands for its family.
    pub fn new(keys: impl IntoIterator<Item = String>, key: [u8; 16]) -> Self {
        let keys = keys.into_iter().map(|key| key.to_ascii_lowercase());
        Self {
            keys: keys.collect(),
            key,
        }
    }

    /// Redacts the values of its context keys, and every value that is one of these texts.
    pub fn apply(&self, attempt: &mut Attempt, sensitive: &[&str]) {
        if self.keys.is_empty() && sensitive.is_empty() {
            return;
        }
        self.apply_to(&mut attempt.context, sensitive);
        for requirement in attempt
            .requirements
            .iter_mut()
            .chain(&mut attempt.disclosure)
        {
            self.apply_to(&mut requirement.requirement.context, sensitive);
        }
    }

    fn apply_to(&self, context: &mut Context, sensitive: &[&str]) {
        let redacted: Vec<_> = context
            .iter()
            .filter_map(|(key, value)| {
                let (values, several) = match value {
                    ContextValue::One(one) => (std::slice::from_ref(one), false),
                    ContextValue::Many(many) => (many.as_slice(), true),
                    ContextValue::NotComputed { .. } | ContextValue::Redacted(_) => return None,
                };
                let is_meant = self.covers(key)
                    || values
                        .iter()
                        .any(|value| sensitive.contains(&value.as_str()));
                let redacted = Redacted::new(values, several, &self.key);
                is_meant.then(|| (key.to_owned(), ContextValue::Redacted(redacted)))
            })
            .collect();
        for (key, value) in redacted {
            context.insert(key, value);
        }
    }

    fn covers(&self, key: &str) -> bool {
        let key = key.to_ascii_lowercase();
        let family = key.split_once('/').map(|(stem, _)| format!("{stem}/*"));
        self.keys.contains(&key) || family.is_some_and(|family| self.keys.contains(&family))
    }
}
