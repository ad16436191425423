//! JSON documents of requests, byte for byte as Python's `json.dumps` writes them.

use std::fmt::Write as _;

use rolecall_catalog::{
    Service,
    model::{Member, ShapeKind, Structure, TimestampFormat},
};
use serde_json::{Map, Value};

use crate::{number, scalar, shapes, timestamp};

/// The members of a structure that pass `keep`, as an object.
pub(crate) fn members(
    service: &Service,
    shape: &Structure,
    values: &Map<String, Value>,
    keep: impl Fn(&Member) -> bool,
) -> String {
    let mut out = String::new();
    let chosen = values.iter().filter_map(|(name, value)| {
        let member = shape.members.iter().find(|m| m.name == *name)?;
        keep(member).then(|| (shapes::wire_name(member), (member, value)))
    });
    object(&mut out, chosen, |out, (member, value)| {
        write(service, member, value, out);
    });
    out
}

/// The value of a member.
pub(crate) fn value(service: &Service, member: &Member, value: &Value) -> String {
    let mut out = String::new();
    write(service, member, value, &mut out);
    out
}

/// A value without a model, in the compact form that headers have.
pub(crate) fn compact(value: &Value) -> String {
    let mut out = String::new();
    plain(value, (",", ":"), &mut out);
    out
}

fn write(service: &Service, member: &Member, value: &Value, out: &mut String) {
    match (shapes::kind(service, member), value) {
        (ShapeKind::Structure(shape), Value::Object(values)) => {
            out.push_str(&members(service, shape, values, |_| true));
        }
        (ShapeKind::List { member: item, .. }, Value::Array(values)) => {
            array(out, ", ", values, |out, value| {
                write(service, item, value, out);
            });
        }
        (ShapeKind::Map { value: entry, .. }, Value::Object(values)) => {
            let entries = values.iter().map(|(key, value)| (key.as_str(), value));
            object(out, entries, |out, value| write(service, entry, value, out));
        }
        (ShapeKind::Timestamp { .. }, value) => {
            let unix = TimestampFormat::Unix;
            match scalar::timestamp_format(service, member, unix) {
                TimestampFormat::Unix => plain(&timestamp::unix(value), (", ", ": "), out),
                other => {
                    let text = timestamp::request(value, other).unwrap_or_default();
                    quoted(&text, out);
                }
            }
        }
        _ => plain(value, (", ", ": "), out),
    }
}

fn plain(value: &Value, separators: (&str, &str), out: &mut String) {
    match value {
        Value::Number(number) => out.push_str(&number::text(number)),
        Value::String(text) => quoted(text, out),
        Value::Array(values) => {
            array(out, separators.0, values, |out, value| {
                plain(value, separators, out);
            });
        }
        Value::Object(values) => {
            out.push('{');
            for (index, (key, value)) in values.iter().enumerate() {
                out.push_str(if index > 0 { separators.0 } else { "" });
                quoted(key, out);
                out.push_str(separators.1);
                plain(value, separators, out);
            }
            out.push('}');
        }
        Value::Null | Value::Bool(_) => out.push_str(&value.to_string()),
    }
}

fn object<'n, T>(
    out: &mut String,
    entries: impl Iterator<Item = (&'n str, T)>,
    mut value: impl FnMut(&mut String, T),
) {
    out.push('{');
    for (index, (name, entry)) in entries.enumerate() {
        out.push_str(if index > 0 { ", " } else { "" });
        quoted(name, out);
        out.push_str(": ");
        value(out, entry);
    }
    out.push('}');
}

fn array(
    out: &mut String,
    separator: &str,
    values: &[Value],
    mut item: impl FnMut(&mut String, &Value),
) {
    out.push('[');
    for (index, value) in values.iter().enumerate() {
        out.push_str(if index > 0 { separator } else { "" });
        item(out, value);
    }
    out.push(']');
}

/// A text in ASCII alone, as `ensure_ascii` makes it.
fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(letter),
            _ => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    // A string takes all.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_ascii() {
        let value = json!({"k": ["ü\u{1F600}\n\"\\\u{7f}", null, true, 1.5]});
        let expected = r#"{"k":["\u00fc\ud83d\ude00\n\"\\\u007f",null,true,1.5]}"#;
        assert_eq!(compact(&value), expected);
    }
}
