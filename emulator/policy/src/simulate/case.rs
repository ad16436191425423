//! One line, read but not yet understood.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{Context, ContextValue};

/// A document as it stands in the line.
pub(super) type Raw<'a> = &'a RawValue;

/// The members of a case; others are ignored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct Case<'a> {
    pub(super) id: Option<Raw<'a>>,
    #[serde(borrow)]
    pub(super) principal: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) action: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) resource: Cow<'a, str>,
    pub(super) resource_account_id: Option<String>,
    pub(super) context: Option<Keys>,
    pub(super) unknown_keys: Option<Vec<String>>,
    pub(super) identity_policies: Option<Vec<Raw<'a>>>,
    pub(super) resource_policy: Option<Raw<'a>>,
    pub(super) permission_boundaries: Option<Vec<Raw<'a>>>,
    pub(super) session_policy: Option<Raw<'a>>,
    /// Several session policies, inline and managed, which `sessionPolicy` cannot say.
    pub(super) session_policies: Option<Vec<Raw<'a>>>,
    pub(super) scps: Option<Vec<Vec<Raw<'a>>>>,
    pub(super) rcps: Option<Vec<Vec<Raw<'a>>>>,
    pub(super) vpc_endpoint_policies: Option<Vec<Raw<'a>>>,
    pub(super) wildcard_only_action: Option<bool>,
    pub(super) settings: Option<Settings>,
}

/// What else decides.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Settings {
    s3: Option<S3>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct S3 {
    block_public_access: Option<bool>,
}

impl Settings {
    pub(super) fn block_public_access(self) -> bool {
        self.s3.and_then(|s3| s3.block_public_access) == Some(true)
    }
}

/// The id alone, of a line that is no case.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Id<'a> {
    pub(super) id: Option<Raw<'a>>,
}

/// The context: a string is a single-valued key, an array a multivalued one.
#[derive(Debug)]
pub(super) struct Keys(pub(super) Context);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(KeysVisitor)
    }
}

struct KeysVisitor;

impl<'de> Visitor<'de> for KeysVisitor {
    type Value = Keys;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of condition keys")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut context = Context::new();
        while let Some((key, Value(value))) = map.next_entry::<String, Value>()? {
            context.insert(key, value);
        }
        Ok(Keys(context))
    }
}

struct Value(ContextValue);

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

fn one(text: impl fmt::Display) -> Value {
    Value(ContextValue::One(text.to_string()))
}

/// Numbers and booleans are taken for the texts that AWS would send.
impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, or an array of strings")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value(ContextValue::One(text.to_owned())))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(one(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(one(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(one(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(one(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut many = Vec::new();
        while let Some(Value(value)) = items.next_element::<Value>()? {
            match value {
                ContextValue::One(text) => many.push(text),
                _ => return Err(de::Error::custom("a list of values has a list in it")),
            }
        }
        Ok(Value(ContextValue::Many(many)))
    }
}
