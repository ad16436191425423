//! Single values as text: in forms, in XML, in headers, in the path and the query.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rolecall_catalog::{
    Service,
    model::{Member, ShapeKind, TimestampFormat},
};
use serde_json::{Number, Value};

use crate::{
    shapes,
    timestamp::{self, Milliseconds},
};

/// A text that is no value of its shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// The member, where it is known.
    pub(crate) member: String,
    /// The text.
    pub(crate) found: String,
    /// The kind of the shape, such as `Integer`.
    pub(crate) expected: &'static str,
}

/// Reads the value of a member.
pub(crate) fn from_text(service: &Service, member: &Member, text: &str) -> Result<Value, Mismatch> {
    read(shapes::kind(service, member), text).ok_or_else(|| Mismatch {
        member: member.name.clone(),
        found: text.chars().take(64).collect(),
        expected: kind_name(shapes::kind(service, member)),
    })
}

fn read(kind: &ShapeKind, text: &str) -> Option<Value> {
    match kind {
        ShapeKind::String { .. } => Some(text.into()),
        ShapeKind::Boolean => boolean(text).map(Value::Bool),
        ShapeKind::Integer | ShapeKind::Long => text.trim().parse::<i64>().ok().map(Into::into),
        ShapeKind::Float | ShapeKind::Double => float(text.trim()),
        ShapeKind::Blob { .. } => blob(text),
        ShapeKind::Timestamp { .. } => timestamp::parse(text).map(Value::Number),
        ShapeKind::Document => serde_json::from_str(text).ok(),
        ShapeKind::Structure(_) | ShapeKind::List { .. } | ShapeKind::Map { .. } => None,
    }
}

fn boolean(text: &str) -> Option<bool> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

fn float(text: &str) -> Option<Value> {
    // The three that JSON has no number for stay texts, as Smithy writes them in JSON.
    if matches!(text, "NaN" | "Infinity" | "-Infinity") {
        return Some(text.into());
    }
    Number::from_f64(text.parse().ok()?).map(Value::Number)
}

/// Base64 without the line breaks that some clients put into it.
fn blob(text: &str) -> Option<Value> {
    let text: Cow<'_, str> = if text.bytes().any(|b| b.is_ascii_whitespace()) {
        text.split_ascii_whitespace().collect::<String>().into()
    } else {
        text.into()
    };
    STANDARD.decode(text.as_bytes()).ok()?;
    Some(text.into())
}

/// Writes a value; none for null and for what has no text.
pub(crate) fn to_text<'a>(
    service: &Service,
    member: &Member,
    value: &'a Value,
    default: TimestampFormat,
    milliseconds: Milliseconds,
) -> Option<Cow<'a, str>> {
    if let ShapeKind::Timestamp { format } = shapes::kind(service, member) {
        let format = member.timestamp_format.or(*format).unwrap_or(default);
        return timestamp::format(value, format, milliseconds).map(Cow::Owned);
    }
    match value {
        Value::String(text) => Some(text.into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(true) => Some("true".into()),
        Value::Bool(false) => Some("false".into()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The form of a member's timestamp.
pub(crate) fn timestamp_format(
    service: &Service,
    member: &Member,
    default: TimestampFormat,
) -> TimestampFormat {
    let of_shape = match shapes::kind(service, member) {
        ShapeKind::Timestamp { format } => *format,
        _ => None,
    };
    member.timestamp_format.or(of_shape).unwrap_or(default)
}

/// Writes a value as botocore does in requests: floats as Python writes them.
pub(crate) fn request_text(
    service: &Service,
    member: &Member,
    value: &Value,
    default: TimestampFormat,
) -> String {
    if matches!(shapes::kind(service, member), ShapeKind::Timestamp { .. }) {
        let format = timestamp_format(service, member, default);
        return timestamp::request(value, format).unwrap_or_default();
    }
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => crate::number::text(number),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The word for a kind in AWS's messages.
pub(crate) fn kind_name(kind: &ShapeKind) -> &'static str {
    match kind {
        ShapeKind::Structure(_) => "Structure",
        ShapeKind::List { .. } => "List",
        ShapeKind::Map { .. } => "Map",
        ShapeKind::String { .. } => "String",
        ShapeKind::Boolean => "Boolean",
        ShapeKind::Integer => "Integer",
        ShapeKind::Long => "Long",
        ShapeKind::Float => "Float",
        ShapeKind::Double => "Double",
        ShapeKind::Blob { .. } => "Blob",
        ShapeKind::Timestamp { .. } => "Timestamp",
        ShapeKind::Document => "Document",
    }
}
