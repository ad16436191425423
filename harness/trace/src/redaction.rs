//! Values that must not be in a recording.

use std::collections::BTreeSet;

use hmac::{Hmac, KeyInit, Mac};
use rolecall_policy::{Context, ContextValue};
use sha2::Sha256;

use crate::record::Attempt;

/// How many hexadecimal digits of the HMAC are shown: enough to tell values apart.
const SHOWN: usize = 16;

/// Replaces the values of some context keys in what is written.
///
/// A value becomes [`ContextValue::NotComputed`] with an HMAC of it as the reason: a reader sees
/// which values were equal, and every condition on the key is undetermined. (A recorded value that
/// an equality could still be decided with would need a kind of context value of its own.) ARNs are
/// left as they are.
#[derive(Clone)]
pub struct Redaction {
    keys: BTreeSet<String>,
    secret: [u8; 64],
}

impl std::fmt::Debug for Redaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redaction")
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

impl Redaction {
    /// Redacts these context keys under a random key of this recording, which is not written.
    ///
    /// A key that ends in `/*`, such as `aws:RequestTag/*`, stands for its family.
    pub fn new(keys: impl IntoIterator<Item = String>, secret: [u8; 64]) -> Self {
        Self {
            keys: keys
                .into_iter()
                .map(|key| key.to_ascii_lowercase())
                .collect(),
            secret,
        }
    }

    /// The attempt as it may be written.
    pub fn apply(&self, attempt: &mut Attempt) {
        self.apply_to(&mut attempt.context);
        for requirement in &mut attempt.requirements {
            self.apply_to(&mut requirement.requirement.context);
        }
    }

    fn apply_to(&self, context: &mut Context) {
        let redacted: Vec<_> = context
            .iter()
            .filter(|(key, value)| {
                self.covers(key) && !matches!(value, ContextValue::NotComputed { .. })
            })
            .map(|(key, value)| {
                let reason = format!("redacted: {}", self.digest(value));
                (key.to_owned(), ContextValue::NotComputed { reason })
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

    fn digest(&self, value: &ContextValue) -> String {
        let mut mac = Hmac::<Sha256>::new(&self.secret.into());
        let values = match value {
            ContextValue::One(one) => std::slice::from_ref(one),
            ContextValue::Many(many) => many,
            ContextValue::NotComputed { .. } => &[],
        };
        for value in values {
            mac.update(&value.len().to_le_bytes());
            mac.update(value.as_bytes());
        }
        let mut digest = hex::encode(mac.finalize().into_bytes());
        digest.truncate(SHOWN);
        digest
    }
}
