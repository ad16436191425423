use rolecall_catalog::{
    Operation, Service,
    model::{Member, ShapeKind, Structure},
};
use serde_json::{Map, Value};

use crate::{
    RequestParts, ServiceError, binding, fault,
    scalar::Mismatch,
    shapes,
    xml::{self, Element},
};

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
    let refuse = if service.name == "s3" {
        fault::s3_mismatch
    } else {
        fault::rest_xml_mismatch
    };
    let mut members = binding::read(service, operation, input, request, labels, refuse)?;
    let in_body = Body {
        service,
        operation,
        bytes: request.body,
    };
    match shapes::payload(input) {
        Some(payload) => {
            let value = in_body.payload(payload)?;
            members.extend(value.map(|value| (payload.name.clone(), value)));
        }
        None if shapes::body_members(input).any(|member| !member.host_label) => {
            members.extend(in_body.members(input)?);
        }
        None => {}
    }
    Ok(members)
}

struct Body<'a> {
    service: &'a Service,
    operation: &'a Operation,
    bytes: &'a [u8],
}

impl Body<'_> {
    fn payload(&self, payload: &Member) -> Result<Option<Value>, ServiceError> {
        match shapes::kind(self.service, payload) {
            ShapeKind::Blob { .. } => return Ok(None),
            ShapeKind::Structure(shape) if shape.event_stream => return Ok(None),
            ShapeKind::String { .. } => return self.text(),
            _ => {}
        }
        let Some(root) = self.root(Some(shapes::wire_name(payload)))? else {
            return Ok(None);
        };
        xml::read_value(self.service, payload, &root)
            .map(Some)
            .map_err(|mismatch| self.mismatch(&mismatch))
    }

    fn members(&self, input: &Structure) -> Result<Map<String, Value>, ServiceError> {
        let name = self.operation.input_element.as_deref();
        let Some(root) = self.root(name)? else {
            return Ok(Map::new());
        };
        xml::read_structure(self.service, input, &root).map_err(|mismatch| self.mismatch(&mismatch))
    }

    fn text(&self) -> Result<Option<Value>, ServiceError> {
        let text =
            std::str::from_utf8(self.bytes).map_err(|error| self.malformed(error.to_string()))?;
        Ok((!text.is_empty()).then(|| text.into()))
    }

    /// The root of the body, none for an empty one. S3 validates against its schema, so a root of
    /// another name is refused.
    fn root(&self, expected: Option<&str>) -> Result<Option<Element>, ServiceError> {
        if self.bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        let root = xml::parse(self.bytes).map_err(|what| self.malformed(what))?;
        match expected {
            Some(name) if root.name != name => {
                Err(self.malformed(format!("the root element is `{}`, not `{name}`", root.name)))
            }
            _ => Ok(Some(root)),
        }
    }

    fn malformed(&self, detail: String) -> ServiceError {
        if self.service.name == "s3" {
            fault::s3_malformed_xml(detail)
        } else {
            fault::malformed_input(detail)
        }
    }

    fn mismatch(&self, mismatch: &Mismatch) -> ServiceError {
        self.malformed(fault::describe(mismatch))
    }
}
