use rolecall_catalog::{
    Operation, Service,
    model::{Location, Structure},
};
use serde_json::{Map, Value};

use crate::{Request, binding, rest_json::raw_payload, shapes, xml};

/// Bindings, and an XML document or the payload as it is.
pub(crate) fn request(
    service: &Service,
    operation: &Operation,
    input: &Map<String, Value>,
) -> Request {
    let mut request = binding::request(service, operation, input);
    let Some(shape) = shapes::input(service, operation) else {
        return request;
    };
    let mut document = xml::Document::bare();
    let mut writer = xml::RequestWriter {
        service,
        document: &mut document,
    };
    if let Some(payload) = shapes::payload(shape) {
        let value = input.get(&payload.name);
        if let Some(raw) = raw_payload(shapes::kind(service, payload), value) {
            request.body = raw;
            return request;
        }
        match value {
            Some(value) => writer.member(shapes::wire_name(payload), payload, value),
            None => return request,
        }
    } else {
        let members = in_body(shape, input);
        if members.is_empty() {
            return request;
        }
        let name = operation.input_element.as_deref();
        writer.structure(
            name.unwrap_or(&operation.name),
            operation.input_namespace.as_deref().map(|uri| (None, uri)),
            shape,
            &members,
        );
    }
    request.body = document.finish().into();
    request
}

fn in_body(shape: &Structure, input: &Map<String, Value>) -> Map<String, Value> {
    let is_body = |name: &str| {
        let member = shape.members.iter().find(|m| m.name == name);
        member.is_some_and(|m| m.location == Location::Body)
    };
    let members = input.iter().filter(|(name, _)| is_body(name));
    members.map(|(k, v)| (k.clone(), v.clone())).collect()
}
