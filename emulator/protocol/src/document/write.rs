//! Members as a JSON document.

use rolecall_catalog::{
    Service,
    model::{Location, Member, ShapeKind, Structure, TimestampFormat},
};
use serde_json::{Map, Value};

use crate::{
    shapes,
    timestamp::{self, Milliseconds},
};

/// Writes the body members of a structure as an object.
pub(crate) fn write_members(
    service: &Service,
    shape: &Structure,
    values: &Map<String, Value>,
    out: &mut Vec<u8>,
) {
    let mut separator = b'{';
    for (name, value) in values.iter().filter(|(_, value)| !value.is_null()) {
        let member = shape
            .members
            .iter()
            .find(|m| m.name == *name && m.location == Location::Body);
        let Some(member) = member else { continue };
        out.push(separator);
        separator = b',';
        plain(out, &shapes::wire_name(member));
        out.push(b':');
        write_value(service, member, value, out);
    }
    if separator == b'{' {
        out.push(b'{');
    }
    out.push(b'}');
}

/// Writes the value of a member.
pub(crate) fn write_value(service: &Service, member: &Member, value: &Value, out: &mut Vec<u8>) {
    match (shapes::kind(service, member), value) {
        (ShapeKind::Structure(shape), Value::Object(values)) => {
            write_members(service, shape, values, out);
        }
        (ShapeKind::List { member: item, .. }, Value::Array(values)) => {
            write_list(service, item, values, out);
        }
        (ShapeKind::Map { value: entry, .. }, Value::Object(values)) => {
            write_map(service, entry, values, out);
        }
        (ShapeKind::Timestamp { format }, Value::Number(_)) => {
            match member.timestamp_format.or(*format) {
                None | Some(TimestampFormat::Unix) => plain(out, value),
                Some(form) => {
                    plain(
                        out,
                        &timestamp::format(value, form, Milliseconds::WhenNeeded),
                    );
                }
            }
        }
        _ => plain(out, value),
    }
}

fn write_list(service: &Service, item: &Member, values: &[Value], out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_value(service, item, value, out);
    }
    out.push(b']');
}

fn write_map(service: &Service, entry: &Member, values: &Map<String, Value>, out: &mut Vec<u8>) {
    out.push(b'{');
    for (index, (key, value)) in values.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        plain(out, key);
        out.push(b':');
        write_value(service, entry, value, out);
    }
    out.push(b'}');
}

/// Appends what needs no model; writing JSON values into memory cannot fail.
fn plain(out: &mut Vec<u8>, value: &impl serde::Serialize) {
    let _infallible = serde_json::to_writer(out, value);
}
