//! A parsed JSON document, brought into the form of parameters where it stands.
//!
//! Blobs are base64 already and timestamps numbers already, so most documents stay as they were
//! parsed: unknown members and nulls are taken out, types are checked.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rolecall_catalog::{
    Service,
    model::{Location, Member, ShapeKind, Structure},
};
use serde_json::{Map, Value, map::Entry};

use crate::{ServiceError, fault, scalar::kind_name, shapes, timestamp};

/// Reads the object that a body is; an empty body is an empty object.
pub(crate) fn parse_object(body: &[u8]) -> Result<Map<String, Value>, ServiceError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    match parse_value(body)? {
        Value::Object(object) => Ok(object),
        other => {
            let detail = format!("the body is {}, not an object", describe(&other));
            Err(fault::serialization("Unexpected field type", detail))
        }
    }
}

/// Reads any JSON; `serde_json` refuses more than 127 levels.
pub(crate) fn parse_value(body: &[u8]) -> Result<Value, ServiceError> {
    // Without a message: DynamoDB answers `{"__type":"...#SerializationException"}` alone.
    serde_json::from_slice(body).map_err(|error| fault::serialization("", error.to_string()))
}

/// Brings the body members of a structure into form.
pub(crate) fn conform_members(
    service: &Service,
    shape: &Structure,
    members: &mut Map<String, Value>,
) -> Result<(), ServiceError> {
    if shape
        .members
        .iter()
        .any(|member| member.location_name.is_some())
    {
        return conform_renamed(service, shape, members);
    }
    let mut failure = None;
    members.retain(|name, value| {
        let member = shape
            .members
            .iter()
            .find(|m| m.name == *name && m.location == Location::Body);
        let Some(member) = member.filter(|_| !value.is_null() && failure.is_none()) else {
            return false;
        };
        failure = conform(service, member, value).err();
        true
    });
    failure.map_or(Ok(()), Err)
}

/// The same where wire names differ from names: the members move into a new map.
fn conform_renamed(
    service: &Service,
    shape: &Structure,
    members: &mut Map<String, Value>,
) -> Result<(), ServiceError> {
    let mut renamed = Map::new();
    for member in shapes::body_members(shape) {
        let Entry::Occupied(entry) = members.entry(shapes::wire_name(member)) else {
            continue;
        };
        let mut value = entry.remove();
        if !value.is_null() {
            conform(service, member, &mut value)?;
            renamed.insert(member.name.clone(), value);
        }
    }
    *members = renamed;
    Ok(())
}

/// Brings the value of a member into form.
pub(crate) fn conform(
    service: &Service,
    member: &Member,
    value: &mut Value,
) -> Result<(), ServiceError> {
    match (shapes::kind(service, member), &mut *value) {
        (ShapeKind::Document, _) => Ok(()),
        (ShapeKind::Structure(shape), Value::Object(members)) => {
            conform_members(service, shape, members)
        }
        (ShapeKind::List { member: item, .. }, Value::Array(items)) => {
            conform_all(service, item, items.iter_mut())
        }
        (ShapeKind::Map { value: entry, .. }, Value::Object(entries)) => {
            conform_all(service, entry, entries.values_mut())
        }
        (kind, _) => conform_scalar(kind, member, value),
    }
}

fn conform_all<'v>(
    service: &Service,
    member: &Member,
    values: impl Iterator<Item = &'v mut Value>,
) -> Result<(), ServiceError> {
    for value in values.filter(|value| !value.is_null()) {
        conform(service, member, value)?;
    }
    Ok(())
}

fn conform_scalar(
    kind: &ShapeKind,
    member: &Member,
    value: &mut Value,
) -> Result<(), ServiceError> {
    let fits = match (kind, &*value) {
        (ShapeKind::String { .. }, Value::String(_))
        | (ShapeKind::Boolean, Value::Bool(_))
        | (ShapeKind::Float | ShapeKind::Double | ShapeKind::Timestamp { .. }, Value::Number(_)) => {
            true
        }
        (ShapeKind::Integer | ShapeKind::Long, Value::Number(number)) => {
            number.is_i64() || number.is_u64() || truncate(value)
        }
        // Source: Smithy, awsJson1.1, "Shape serialization", floats.
        (ShapeKind::Float | ShapeKind::Double, Value::String(text)) => {
            matches!(text.as_str(), "NaN" | "Infinity" | "-Infinity")
        }
        (ShapeKind::Blob { .. }, Value::String(text)) => is_base64(text, member)?,
        (ShapeKind::Timestamp { .. }, Value::String(text)) => match timestamp::parse(text) {
            Some(seconds) => {
                *value = Value::Number(seconds);
                true
            }
            None => false,
        },
        _ => false,
    };
    if fits {
        Ok(())
    } else {
        Err(mismatch(kind, member, value))
    }
}

/// A number with a fraction is cut off, as AWS's `TruncatingBigNumber` does.
fn truncate(value: &mut Value) -> bool {
    let Some(number) = value.as_f64() else {
        return false;
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast to an integer saturates"
    )]
    let whole = number.trunc() as i64;
    *value = whole.into();
    true
}

fn is_base64(text: &str, member: &Member) -> Result<bool, ServiceError> {
    STANDARD.decode(text).map(|_| true).map_err(|error| {
        let detail = format!("member `{}`: {error}", member.name);
        // Source: DynamoDB's answer to a text whose length is no multiple of four.
        let message = if text.len().is_multiple_of(4) {
            "Invalid Base64 character".to_owned()
        } else {
            format!(
                "Base64 encoded length is expected a multiple of 4 bytes but found: {}",
                text.len()
            )
        };
        fault::serialization(message, detail)
    })
}

/// Source of the messages: DynamoDB's answers to values of the wrong type.
fn mismatch(kind: &ShapeKind, member: &Member, value: &Value) -> ServiceError {
    let scalar = match value {
        Value::String(_) => "STRING_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(number) if number.is_f64() => "DECIMAL_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::Array(_) | Value::Object(_) | Value::Null => "",
    };
    let nested = matches!(
        kind,
        ShapeKind::Structure(_) | ShapeKind::List { .. } | ShapeKind::Map { .. }
    );
    let message = match value {
        Value::Array(_) => "Start of list found where not expected".to_owned(),
        Value::Object(_) => "Start of structure or map found where not expected.".to_owned(),
        _ if nested => "Unexpected field type".to_owned(),
        _ => format!("{scalar} cannot be converted to {}", kind_name(kind)),
    };
    let detail = format!(
        "member `{}`: {} is no {}",
        member.name,
        describe(value),
        kind_name(kind)
    );
    fault::serialization(message, detail)
}

fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
