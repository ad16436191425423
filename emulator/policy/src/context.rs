//! The request context: condition keys and their values.

use std::{borrow::Cow, cmp::Ordering, collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Redacted;

/// The value of one context key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ContextValue {
    /// A single-valued key.
    One(String),
    /// A multivalued key, such as `aws:TagKeys`; may be empty.
    Many(Vec<String>),
    /// The value is kept from the reader: equality is decided with it, anything else is not.
    Redacted(Redacted),
    /// AWS would send the key, but its value is not known here.
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
    /// AWS may send the key, and the value is not known, or redacted: an allow or deny that hangs on
    /// it is undetermined, unless equality decides.
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
#[derive(Clone, Debug, Default)]
pub struct Context {
    // What several contexts share, and what beats it; each in the order of the folded keys.
    base: Option<Arc<[Entry]>>,
    own: Vec<Entry>,
}

// The key as it was spelled: almost always one that the program knows.
type Entry = (Cow<'static, str>, ContextValue);

// Most contexts have no more keys than this: room for them is asked for once.
const USUAL_COUNT: usize = 8;

impl Context {
    /// A context without keys.
    pub const EMPTY: Self = Self {
        base: None,
        own: Vec::new(),
    };

    /// An empty context.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the keys so far cheap to copy: copies share them, and what is set later beats them.
    #[must_use]
    pub fn shared(self) -> Self {
        Self {
            base: Some(self.entries().cloned().collect()),
            own: Vec::new(),
        }
    }

    /// Sets a key, in place of what it had.
    pub fn insert(&mut self, key: impl Into<Cow<'static, str>>, value: ContextValue) {
        let key = key.into();
        match position(&self.own, &key) {
            Ok(at) => {
                if let Some(entry) = self.own.get_mut(at) {
                    *entry = (key, value);
                }
            }
            Err(at) => {
                if self.own.capacity() == 0 {
                    self.own.reserve(USUAL_COUNT);
                }
                self.own.insert(at, (key, value));
            }
        }
    }

    /// Sets a single-valued key.
    pub fn insert_one(&mut self, key: impl Into<Cow<'static, str>>, value: impl Into<String>) {
        self.insert(key, ContextValue::One(value.into()));
    }

    /// The same context with a single-valued key more.
    #[must_use]
    pub fn with(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.insert_one(key, value);
        self
    }

    /// Takes a key out.
    pub fn remove(&mut self, key: &str) -> Option<ContextValue> {
        if self.base.is_some() {
            self.own = self.entries().cloned().collect();
            self.base = None;
        }
        let at = position(&self.own, key).ok()?;
        Some(self.own.remove(at).1)
    }

    /// Looks a key up, then its family.
    pub fn lookup(&self, key: &str) -> Lookup<'_> {
        if self.is_empty() {
            return Lookup::Absent;
        }
        self.lookup_key(&ConditionKey::new(key))
    }

    /// Looks a prepared key up, then its family.
    pub fn lookup_key(&self, key: &ConditionKey) -> Lookup<'_> {
        let family = || self.get(key.family.as_ref()?);
        match self.get(&key.lower).or_else(family) {
            Some(ContextValue::NotComputed { .. } | ContextValue::Redacted(_)) => {
                Lookup::NotComputed
            }
            Some(value) => Lookup::Present(value),
            None => Lookup::Absent,
        }
    }

    /// What is redacted under a prepared key.
    pub(crate) fn redacted(&self, key: &ConditionKey) -> Option<&Redacted> {
        match self.get(&key.lower)? {
            ContextValue::Redacted(redacted) => Some(redacted),
            _ => None,
        }
    }

    fn get(&self, key: &str) -> Option<&ContextValue> {
        let of = |entries| find(entries, key);
        of(&self.own).or_else(|| of(self.base.as_deref()?))
    }

    /// All keys as they were spelled, with their values, in the order of the lower-case keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ContextValue)> {
        self.entries().map(|(key, value)| (key.as_ref(), value))
    }

    fn entries(&self) -> Merged<'_> {
        Merged {
            base: self.base.as_deref().unwrap_or_default(),
            own: &self.own,
        }
    }

    /// Says whether there is no key at all.
    pub fn is_empty(&self) -> bool {
        self.own.is_empty() && self.base.as_deref().is_none_or(<[Entry]>::is_empty)
    }
}

fn folded(key: &str) -> impl Iterator<Item = u8> {
    key.bytes().map(|byte| byte.to_ascii_lowercase())
}

fn position(entries: &[Entry], key: &str) -> Result<usize, usize> {
    entries.binary_search_by(|(known, _)| folded(known).cmp(folded(key)))
}

fn find<'a>(entries: &'a [Entry], key: &str) -> Option<&'a ContextValue> {
    let at = position(entries, key).ok()?;
    entries.get(at).map(|(_, value)| value)
}

/// The entries of both, in order; where both have a key, the own one.
struct Merged<'a> {
    base: &'a [Entry],
    own: &'a [Entry],
}

impl<'a> Iterator for Merged<'a> {
    type Item = &'a Entry;

    fn next(&mut self) -> Option<&'a Entry> {
        let order = match (self.base.first(), self.own.first()) {
            (Some((base, _)), Some((own, _))) => folded(base).cmp(folded(own)),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        if order == Ordering::Equal {
            self.base = self.base.get(1..)?;
        }
        let from = match order {
            Ordering::Less => &mut self.base,
            Ordering::Equal | Ordering::Greater => &mut self.own,
        };
        let (first, rest) = from.split_first()?;
        *from = rest;
        Some(first)
    }
}

impl PartialEq for Context {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Context {}

impl<K: Into<Cow<'static, str>>> FromIterator<(K, ContextValue)> for Context {
    fn from_iter<I: IntoIterator<Item = (K, ContextValue)>>(entries: I) -> Self {
        let mut context = Self::new();
        for (key, value) in entries {
            context.insert(key, value);
        }
        context
    }
}

impl Serialize for Context {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Context {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let entries = BTreeMap::<String, ContextValue>::deserialize(from)?;
        Ok(entries.into_iter().collect())
    }
}
