//! CBOR of requests, byte for byte as botocore encodes it: floats in the width of their shape.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rolecall_catalog::{
    Service,
    model::{Member, ShapeKind, Structure},
};
use serde_json::{Map, Value};

use super::value::{encode, write_untyped};
use crate::{shapes, timestamp};

// The first bytes of the major types; source: RFC 8949, section 3.1.
const UNSIGNED: u8 = 0x00;
const NEGATIVE: u8 = 0x20;
const BYTES: u8 = 0x40;
const TEXT: u8 = 0x60;
const ARRAY: u8 = 0x80;
const MAP: u8 = 0xa0;
const TAG: u8 = 0xc0;
const HALF_FLOAT: u8 = 0xf9;
const FLOAT: u8 = 0xfa;
const DOUBLE: u8 = 0xfb;
// What says how many bytes of a number follow.
const ONE_BYTE: u8 = 24;
const TWO_BYTES: u8 = 25;
const FOUR_BYTES: u8 = 26;
const EIGHT_BYTES: u8 = 27;

/// The members of a structure as a map.
pub(super) fn members(
    service: &Service,
    shape: &Structure,
    values: &Map<String, Value>,
    out: &mut Vec<u8>,
) {
    let known: Vec<(&Member, &Value)> = values
        .iter()
        .filter_map(|(name, value)| {
            let member = shape.members.iter().find(|m| m.name == *name)?;
            Some((member, value))
        })
        .collect();
    head(MAP, known.len() as u64, out);
    for (member, entry) in known {
        text(shapes::wire_name(member), out);
        value(service, member, entry, out);
    }
}

fn value(service: &Service, member: &Member, given: &Value, out: &mut Vec<u8>) {
    match (shapes::kind(service, member), given) {
        (ShapeKind::Structure(shape), Value::Object(values)) => {
            members(service, shape, values, out);
        }
        (ShapeKind::List { member: item, .. }, Value::Array(values)) => {
            head(ARRAY, values.len() as u64, out);
            for entry in values {
                value(service, item, entry, out);
            }
        }
        (ShapeKind::Map { value: entry, .. }, Value::Object(values)) => {
            head(MAP, values.len() as u64, out);
            for (key, given) in values {
                text(key, out);
                value(service, entry, given, out);
            }
        }
        (kind, given) => scalar(kind, given, out),
    }
}

fn scalar(kind: &ShapeKind, given: &Value, out: &mut Vec<u8>) {
    match (kind, given) {
        (ShapeKind::Blob { .. }, Value::String(encoded)) => {
            let bytes = STANDARD.decode(encoded).unwrap_or_default();
            head(BYTES, bytes.len() as u64, out);
            out.extend(bytes);
        }
        (ShapeKind::Timestamp { .. }, seconds) => {
            head(TAG, 1, out);
            match timestamp::unix(seconds).as_i64() {
                Some(whole) => integer(whole, out),
                None => double(seconds.as_f64().unwrap_or_default(), out),
            }
        }
        (ShapeKind::Float, number) => {
            if let Some(half) = special(number) {
                short(half, out);
            } else {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "the shape has no more bits"
                )]
                let single = number.as_f64().unwrap_or_default() as f32;
                out.push(FLOAT);
                out.extend(single.to_be_bytes());
            }
        }
        (ShapeKind::Double, number) => match special(number) {
            Some(half) => short(half, out),
            None => double(number.as_f64().unwrap_or_default(), out),
        },
        (_, given) => out.extend(encode(&write_untyped(given))),
    }
}

fn text(text: &str, out: &mut Vec<u8>) {
    head(TEXT, text.len() as u64, out);
    out.extend(text.as_bytes());
}

fn integer(integer: i64, out: &mut Vec<u8>) {
    match u64::try_from(integer) {
        Ok(unsigned) => head(UNSIGNED, unsigned, out),
        Err(_) => head(NEGATIVE, integer.unsigned_abs() - 1, out),
    }
}

fn double(float: f64, out: &mut Vec<u8>) {
    out.push(DOUBLE);
    out.extend(float.to_be_bytes());
}

/// The half float of the numbers that JSON has not.
fn special(value: &Value) -> Option<u16> {
    match value.as_str()? {
        "Infinity" => Some(0x7c00),
        "-Infinity" => Some(0xfc00),
        _ => Some(0x7e00),
    }
}

fn short(half: u16, out: &mut Vec<u8>) {
    out.push(HALF_FLOAT);
    out.extend(half.to_be_bytes());
}

/// The head of an item: its type and a number in the fewest bytes.
fn head(major: u8, number: u64, out: &mut Vec<u8>) {
    if let Ok(byte) = u8::try_from(number) {
        if byte < ONE_BYTE {
            out.push(major | byte);
        } else {
            out.extend([major | ONE_BYTE, byte]);
        }
    } else if let Ok(short) = u16::try_from(number) {
        out.push(major | TWO_BYTES);
        out.extend(short.to_be_bytes());
    } else if let Ok(word) = u32::try_from(number) {
        out.push(major | FOUR_BYTES);
        out.extend(word.to_be_bytes());
    } else {
        out.push(major | EIGHT_BYTES);
        out.extend(number.to_be_bytes());
    }
}
