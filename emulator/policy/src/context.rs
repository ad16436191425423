//! The request context: condition keys and their values.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The value of one context key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ContextValue {
    /// A single-valued key.
    One(String),
    /// A multivalued key, such as `aws:TagKeys`; may be empty.
    Many(Vec<String>),
    /// AWS would send the key, but its value is not known here, or only as a keyed hash.
    NotComputed {
        /// Why the value is not there, for a reader: `the bucket's tags are not known`.
        #[serde(rename = "notComputed")]
        reason: String,
    },
}

/// What a context says of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// The key has these values.
    Present(&'a ContextValue),
    /// AWS would not send the key.
    Absent,
    /// AWS may send the key, and the value is not known: an allow or deny that hangs on it is
    /// undetermined.
    NotComputed,
}

/// A condition key as a policy names it, ready to be looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionKey {
    text: Box<str>,
    lower: Box<str>,
    // `aws:resourcetag/*` for `aws:ResourceTag/Team`.
    family: Option<Box<str>>,
}

impl ConditionKey {
    /// Prepares a key.
    pub fn new(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        let family = lower
            .split_once('/')
            .map(|(stem, _)| format!("{stem}/*").into());
        Self {
            text: text.into(),
            lower: lower.into(),
            family,
        }
    }

    /// The key as it was spelled.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Condition keys with their values, keyed without regard to case, in the order of the keys.
///
/// A key that ends in `/*`, such as `aws:ResourceTag/*`, stands for its whole family and can only
/// be [`ContextValue::NotComputed`].
///
/// Source: IAM User Guide, "IAM JSON policy elements: Condition": key names are case-insensitive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Context {
    // The lower-case key leads; the spelling that was given is kept for people.
    #[serde(with = "entries")]
    entries: BTreeMap<String, (String, ContextValue)>,
}

impl Context {
    /// A context without keys.
    pub const EMPTY: Self = Self {
        entries: BTreeMap::new(),
    };

    /// An empty context.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key, in place of what it had.
    pub fn insert(&mut self, key: impl Into<String>, value: ContextValue) {
        let key = key.into();
        self.entries.insert(key.to_ascii_lowercase(), (key, value));
    }

    /// Sets a single-valued key.
    pub fn insert_one(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.insert(key, ContextValue::One(value.into()));
    }

    /// The same context with a single-valued key more.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.insert_one(key, value);
        self
    }

    /// Takes a key out.
    pub fn remove(&mut self, key: &str) -> Option<ContextValue> {
        self.entries
            .remove(&key.to_ascii_lowercase())
            .map(|(_, value)| value)
    }

    /// Looks a key up, then its family.
    pub fn lookup(&self, key: &str) -> Lookup<'_> {
        if self.entries.is_empty() {
            return Lookup::Absent;
        }
        self.lookup_key(&ConditionKey::new(key))
    }

    /// Looks a prepared key up, then its family.
    pub fn lookup_key(&self, key: &ConditionKey) -> Lookup<'_> {
        let family = || self.entries.get(&**key.family.as_ref()?);
        match self.entries.get(&*key.lower).or_else(family) {
            Some((_, ContextValue::NotComputed { .. })) => Lookup::NotComputed,
            Some((_, value)) => Lookup::Present(value),
            None => Lookup::Absent,
        }
    }

    /// All keys as they were spelled, with their values, in the order of the lower-case keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ContextValue)> {
        self.entries
            .values()
            .map(|(key, value)| (key.as_str(), value))
    }

    /// Says whether there is no key at all.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<K: Into<String>> FromIterator<(K, ContextValue)> for Context {
    fn from_iter<I: IntoIterator<Item = (K, ContextValue)>>(entries: I) -> Self {
        let mut context = Self::new();
        for (key, value) in entries {
            context.insert(key, value);
        }
        context
    }
}

mod entries {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::ContextValue;

    type Entries = BTreeMap<String, (String, ContextValue)>;

    pub(super) fn serialize<S: Serializer>(entries: &Entries, out: S) -> Result<S::Ok, S::Error> {
        entries
            .values()
            .map(|(key, value)| (key, value))
            .collect::<BTreeMap<_, _>>()
            .serialize(out)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Entries, D::Error> {
        let entries = BTreeMap::<String, ContextValue>::deserialize(from)?;
        Ok(entries
            .into_iter()
            .map(|(key, value)| (key.to_ascii_lowercase(), (key, value)))
            .collect())
    }
}
