//! Scalars as boto3 takes them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rolecall_catalog::model::ShapeKind;
use serde_json::Value;

use crate::timestamp;

/// The value in the form of a call; none if it is of another type.
///
/// A number of seconds may stand as a text, and so may a timestamp in any of its forms. A blob is a
/// text: base64 where it is padded base64, else its UTF-8. Floats that JSON has no number for are
/// texts.
pub(super) fn read(kind: &ShapeKind, value: &Value) -> Option<Value> {
    match (kind, value) {
        (ShapeKind::String { json_value, .. }, value) => {
            (*json_value || value.is_string()).then(|| value.clone())
        }
        (ShapeKind::Boolean, Value::Bool(_)) | (ShapeKind::Document, _) => Some(value.clone()),
        (ShapeKind::Integer | ShapeKind::Long, Value::Number(number)) => {
            (number.is_i64() || number.is_u64()).then(|| value.clone())
        }
        (ShapeKind::Float | ShapeKind::Double | ShapeKind::Timestamp { .. }, Value::Number(_)) => {
            Some(value.clone())
        }
        (ShapeKind::Float | ShapeKind::Double, Value::String(text)) => {
            matches!(text.as_str(), "NaN" | "Infinity" | "-Infinity").then(|| value.clone())
        }
        (ShapeKind::Blob { .. }, Value::String(text)) => Some(blob(text).into()),
        (ShapeKind::Timestamp { .. }, Value::String(text)) => {
            timestamp::parse(text).map(Value::Number)
        }
        _ => None,
    }
}

fn blob(text: &str) -> String {
    if STANDARD.decode(text).is_ok() {
        text.to_owned()
    } else {
        STANDARD.encode(text)
    }
}

/// JSON's word for the type of a value.
pub(super) fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
