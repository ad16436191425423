//! CBOR values and parameters, by their shapes.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ciborium::Value as Cbor;
use rolecall_catalog::{
    Service,
    model::{Member, ShapeKind, Structure},
};
use serde_json::{Map, Number, Value};

use crate::{ServiceError, fault, scalar::kind_name, shapes};

/// Seconds since the epoch; source: RFC 8949, section 3.4.2.
const EPOCH_TAG: u64 = 1;

/// The members of a structure; unknown ones and nulls are left out.
pub(crate) fn read_members(
    service: &Service,
    shape: &Structure,
    entries: Vec<(Cbor, Cbor)>,
) -> Result<Map<String, Value>, ServiceError> {
    let mut members = Map::new();
    for (key, value) in entries {
        let Cbor::Text(key) = key else { continue };
        let member = shapes::body_members(shape).find(|m| shapes::wire_name(m) == key);
        if let Some(member) = member.filter(|_| !value.is_null()) {
            members.insert(member.name.clone(), read(service, member, value)?);
        }
    }
    Ok(members)
}

fn read(service: &Service, member: &Member, value: Cbor) -> Result<Value, ServiceError> {
    let kind = shapes::kind(service, member);
    match (kind, value) {
        (_, Cbor::Null) => Ok(Value::Null),
        (ShapeKind::Structure(shape), Cbor::Map(entries)) => {
            read_members(service, shape, entries).map(Value::Object)
        }
        (ShapeKind::List { member: item, .. }, Cbor::Array(items)) => items
            .into_iter()
            .map(|value| read(service, item, value))
            .collect(),
        (ShapeKind::Map { value: entry, .. }, Cbor::Map(entries)) => {
            read_map(service, entry, entries)
        }
        (ShapeKind::Timestamp { .. }, Cbor::Tag(EPOCH_TAG, seconds)) => {
            number(&seconds).ok_or_else(|| mismatch(kind, member))
        }
        (_, value) => read_scalar(kind, value).ok_or_else(|| mismatch(kind, member)),
    }
}

fn read_map(
    service: &Service,
    entry: &Member,
    entries: Vec<(Cbor, Cbor)>,
) -> Result<Value, ServiceError> {
    let mut map = Map::new();
    for (key, value) in entries {
        if let Cbor::Text(key) = key {
            map.insert(key, read(service, entry, value)?);
        }
    }
    Ok(Value::Object(map))
}

fn read_scalar(kind: &ShapeKind, value: Cbor) -> Option<Value> {
    match (kind, value) {
        (ShapeKind::String { .. }, Cbor::Text(text)) => Some(text.into()),
        (ShapeKind::Boolean, Cbor::Bool(flag)) => Some(flag.into()),
        (ShapeKind::Blob { .. }, Cbor::Bytes(bytes)) => Some(STANDARD.encode(bytes).into()),
        (ShapeKind::Integer | ShapeKind::Long, value @ Cbor::Integer(_))
        | (ShapeKind::Float | ShapeKind::Double, value) => number(&value),
        (ShapeKind::Document, value) => untyped(value),
        _ => None,
    }
}

/// A number; the floats that JSON has no number for become texts.
fn number(value: &Cbor) -> Option<Value> {
    match value {
        Cbor::Integer(integer) => {
            let integer = i128::from(*integer);
            i64::try_from(integer)
                .map(Value::from)
                .or_else(|_| u64::try_from(integer).map(Value::from))
                .ok()
        }
        Cbor::Float(float) if float.is_nan() => Some("NaN".into()),
        Cbor::Float(float) if *float == f64::INFINITY => Some("Infinity".into()),
        Cbor::Float(float) if *float == f64::NEG_INFINITY => Some("-Infinity".into()),
        Cbor::Float(float) => Number::from_f64(*float).map(Value::Number),
        _ => None,
    }
}

fn untyped(value: Cbor) -> Option<Value> {
    match value {
        Cbor::Text(text) => Some(text.into()),
        Cbor::Bool(flag) => Some(flag.into()),
        Cbor::Null => Some(Value::Null),
        Cbor::Bytes(bytes) => Some(STANDARD.encode(bytes).into()),
        Cbor::Array(items) => items.into_iter().map(untyped).collect(),
        Cbor::Map(entries) => {
            let pairs = entries.into_iter().map(|(key, value)| match key {
                Cbor::Text(key) => untyped(value).map(|value| (key, value)),
                _ => None,
            });
            pairs.collect::<Option<Map<_, _>>>().map(Value::Object)
        }
        Cbor::Tag(_, inner) => untyped(*inner),
        value => number(&value),
    }
}

/// Message assumed: the wording of the JSON protocols.
fn mismatch(kind: &ShapeKind, member: &Member) -> ServiceError {
    let expected = kind_name(kind);
    let message = format!("Unexpected field type for {expected}");
    fault::serialization(
        message,
        format!("member `{}` is no {expected}", member.name),
    )
}

/// Members as CBOR.
pub(crate) fn write_members(
    service: &Service,
    shape: &Structure,
    values: &Map<String, Value>,
) -> Cbor {
    let entries = values
        .iter()
        .filter(|(_, value)| !value.is_null())
        .filter_map(|(name, value)| {
            let member = shapes::body_members(shape).find(|m| m.name == *name)?;
            Some((
                shapes::wire_name(member).into(),
                write(service, member, value),
            ))
        });
    Cbor::Map(entries.collect())
}

/// The value of a member as CBOR.
pub(crate) fn write(service: &Service, member: &Member, value: &Value) -> Cbor {
    match (shapes::kind(service, member), value) {
        (ShapeKind::Structure(shape), Value::Object(values)) => {
            write_members(service, shape, values)
        }
        (ShapeKind::List { member: item, .. }, Value::Array(values)) => Cbor::Array(
            values
                .iter()
                .map(|value| write(service, item, value))
                .collect(),
        ),
        (ShapeKind::Map { value: entry, .. }, Value::Object(values)) => Cbor::Map(
            values
                .iter()
                .map(|(key, value)| (key.as_str().into(), write(service, entry, value)))
                .collect(),
        ),
        (ShapeKind::Timestamp { .. }, Value::Number(number)) => {
            Cbor::Tag(EPOCH_TAG, Box::new(plain_number(number)))
        }
        (ShapeKind::Blob { .. }, Value::String(text)) => {
            Cbor::Bytes(STANDARD.decode(text).unwrap_or_default())
        }
        (ShapeKind::Float | ShapeKind::Double, value) => write_float(value),
        (_, value) => write_untyped(value),
    }
}

fn write_float(value: &Value) -> Cbor {
    match value {
        Value::String(text) => Cbor::Float(text.parse().unwrap_or(f64::NAN)),
        value => value.as_f64().map_or(Cbor::Null, Cbor::Float),
    }
}

/// A value without a model.
pub(crate) fn write_untyped(value: &Value) -> Cbor {
    match value {
        Value::Null => Cbor::Null,
        Value::Bool(flag) => Cbor::Bool(*flag),
        Value::Number(number) => plain_number(number),
        Value::String(text) => Cbor::Text(text.clone()),
        Value::Array(values) => Cbor::Array(values.iter().map(write_untyped).collect()),
        Value::Object(values) => Cbor::Map(
            values
                .iter()
                .map(|(key, value)| (key.as_str().into(), write_untyped(value)))
                .collect(),
        ),
    }
}

fn plain_number(number: &Number) -> Cbor {
    let integer = number
        .as_i64()
        .map(Cbor::from)
        .or_else(|| number.as_u64().map(Cbor::from));
    integer
        .or_else(|| number.as_f64().map(Cbor::Float))
        .unwrap_or(Cbor::Null)
}

/// The bytes of a value; writing into memory cannot fail.
pub(crate) fn encode(value: &Cbor) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _infallible = ciborium::into_writer(value, &mut bytes);
    bytes
}
