//! Context values that a recording must not show.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// How many hexadecimal digits of a digest are kept: 128 bits, so that no two values meet.
const KEPT: usize = 32;

/// What stands for one or several values: a keyed hash of each, under the key of its recording.
///
/// With the key beside it, equality with a value that is known can still be decided; what the value
/// was can only be guessed at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redacted {
    #[serde(rename = "redacted")]
    digests: Vec<String>,
    under: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    several: bool,
}

impl Redacted {
    /// Redacts values under a key; `several` for a multivalued context key.
    pub fn new(values: &[String], several: bool, key: &[u8; 16]) -> Self {
        let under = hex::encode(key);
        Self {
            digests: values.iter().map(|value| digest(value, &under)).collect(),
            under,
            several,
        }
    }

    /// Whether the context key is multivalued.
    pub fn is_several(&self) -> bool {
        self.several
    }

    /// Whether each value is this text.
    pub(crate) fn are(&self, text: &str) -> impl Iterator<Item = bool> {
        let digest = digest(text, &self.under);
        self.digests.iter().map(move |known| *known == digest)
    }

    /// The number of values.
    pub(crate) fn count(&self) -> usize {
        self.digests.len()
    }
}

fn digest(value: &str, under: &str) -> String {
    // The key is used as it is written; any text is a key of an HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(under.as_bytes()) else {
        return String::new();
    };
    mac.update(value.as_bytes());
    let mut digest = hex::encode(mac.finalize().into_bytes());
    digest.truncate(KEPT);
    digest
}
