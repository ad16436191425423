//! Short ways into a JSON document.

use std::{fs, path::Path};

use anyhow::Context as _;
use serde_json::{Map, Value};

/// Reads a JSON file.
pub(super) fn read(path: &Path) -> anyhow::Result<Value> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&bytes).with_context(|| format!("{} is not JSON", path.display()))
}

/// A member that is a text.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

/// A member that is a text, as a `String`.
pub(super) fn owned(value: &Value, key: &str) -> Option<String> {
    text(value, key).map(str::to_owned)
}

/// A text that must be there.
pub(super) fn required(value: &Value, key: &str) -> anyhow::Result<String> {
    owned(value, key).with_context(|| format!("`{key}` is missing"))
}

/// A member that is true.
pub(super) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// A member that is an object; no entries if it is missing.
pub(super) fn entries<'a>(
    value: &'a Value,
    key: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value
        .get(key)
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::iter)
}

/// A member that is a list; no items if it is missing.
pub(super) fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// A member that is a list of texts.
pub(super) fn texts(value: &Value, key: &str) -> Vec<String> {
    items(value, key)
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
