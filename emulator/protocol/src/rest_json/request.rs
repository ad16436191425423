use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use rolecall_catalog::{
    Operation, Service,
    model::{Location, ShapeKind, Structure},
};
use serde_json::{Map, Value};

use super::set_default;
use crate::{Request, binding, document::dumps, shapes};

/// Bindings, and a JSON object or the payload as it is.
pub(crate) fn request(
    service: &Service,
    operation: &Operation,
    input: &Map<String, Value>,
) -> Request {
    let mut request = binding::request(service, operation, input);
    if let Some(shape) = shapes::input(service, operation) {
        body(service, shape, input, &mut request);
    }
    request
}

fn body(service: &Service, shape: &Structure, input: &Map<String, Value>, request: &mut Request) {
    let Some(payload) = shapes::payload(shape) else {
        if shapes::body_members(shape).next().is_some() {
            let text = dumps::members(service, shape, input, |m| m.location == Location::Body);
            request.body = text.into();
            set_default(&mut request.headers, "content-type", "application/json");
        }
        return;
    };
    let value = input.get(&payload.name);
    if let Some(raw) = raw_payload(shapes::kind(service, payload), value) {
        request.body = raw;
        return;
    }
    let text = value.map_or_else(
        || "{}".to_owned(),
        |value| dumps::value(service, payload, value),
    );
    request.body = text.into();
    set_default(&mut request.headers, "content-type", "application/json");
}

/// The payload that is no document: bytes or a text; none for a structure.
pub(crate) fn raw_payload(kind: &ShapeKind, value: Option<&Value>) -> Option<Bytes> {
    let text = value.and_then(Value::as_str).unwrap_or_default();
    match kind {
        ShapeKind::Blob { .. } => Some(STANDARD.decode(text).unwrap_or_default().into()),
        ShapeKind::String { .. } => Some(text.to_owned().into()),
        _ => None,
    }
}
