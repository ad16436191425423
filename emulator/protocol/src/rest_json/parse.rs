use rolecall_catalog::{
    Operation, Service,
    model::{Member, ShapeKind},
};
use serde_json::{Map, Value};

use crate::{RequestParts, ServiceError, binding, document, fault, shapes};

/// The input members of a request.
pub(crate) fn parse(
    service: &Service,
    operation: &Operation,
    request: &RequestParts<'_>,
    labels: &[(String, String)],
) -> Result<Map<String, Value>, ServiceError> {
    let Some(input) = shapes::input(service, operation) else {
        return Ok(Map::new());
    };
    let refuse = fault::rest_json_mismatch;
    let mut members = binding::read(service, operation, input, request, labels, refuse)?;
    match shapes::payload(input) {
        Some(payload) => {
            let value = parse_payload(service, payload, request)?;
            members.extend(value.map(|value| (payload.name.clone(), value)));
        }
        None if shapes::body_members(input).any(|member| !member.host_label) => {
            let mut body = document::parse_object(request.body)?;
            document::conform_members(service, input, &mut body)?;
            members.extend(body);
        }
        None => {}
    }
    Ok(members)
}

fn parse_payload(
    service: &Service,
    payload: &Member,
    request: &RequestParts<'_>,
) -> Result<Option<Value>, ServiceError> {
    match shapes::kind(service, payload) {
        ShapeKind::Blob { .. } => return Ok(None),
        ShapeKind::Structure(shape) if shape.event_stream => return Ok(None),
        ShapeKind::String { .. } => return string_payload(request),
        _ => {}
    }
    if request.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    let mut value = document::parse_value(request.body)?;
    document::conform(service, payload, &mut value)?;
    Ok(Some(value))
}

fn string_payload(request: &RequestParts<'_>) -> Result<Option<Value>, ServiceError> {
    let text = std::str::from_utf8(request.body)
        .map_err(|error| fault::serialization("", format!("body: {error}")))?;
    Ok((!text.is_empty()).then(|| text.into()))
}
