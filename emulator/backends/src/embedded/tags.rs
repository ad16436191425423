//! Tags, in the two forms that services use.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// The tags of a resource.
pub(crate) type Tags = BTreeMap<String, String>;

/// Reads `[{Key, Value}]`.
pub(crate) fn from_pairs(pairs: &[Value]) -> Tags {
    pairs
        .iter()
        .filter_map(|pair| Some((text(pair, "Key")?, text(pair, "Value").unwrap_or_default())))
        .collect()
}

/// Reads `{key: value}`.
pub(crate) fn from_map(map: Option<&Map<String, Value>>) -> Tags {
    map.into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// Writes `[{Key, Value}]`.
pub(crate) fn to_pairs(tags: &Tags) -> Value {
    tags.iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect()
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned)
}
