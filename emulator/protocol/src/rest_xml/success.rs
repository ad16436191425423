use rolecall_catalog::model::{Member, ShapeKind, Structure};
use serde_json::Value;

use super::{namespace, request_id_headers};
use crate::{
    Payload, Response, ResponseBody,
    binding::{self, Bound},
    dispatch::Success,
    json::EVENT_STREAM,
    rest_json::{blob, set_default},
    shapes,
    timestamp::Milliseconds,
    xml::{Document, Writer},
};

/// Headers, status and an XML document; or the payload as it is.
pub(crate) fn success(success: Success<'_>) -> Response {
    let service = success.service;
    let shape = shapes::output(service, success.operation);
    let Bound {
        status,
        mut headers,
    } = shape
        .map(|shape| binding::write(service, shape, success.output))
        .unwrap_or_default();
    let status = status.or(success.operation.status).unwrap_or(200);
    // Source: API reference of GetObject, `Range`: a part is answered 206; the model does not say so.
    let is_part = status == 200 && success.output.contains_key("ContentRange");
    let status = if is_part { 206 } else { status };
    let is_head = success.operation.method == "HEAD";
    // The length of a body is the server's to know; for HEAD only the output knows it.
    headers.retain(|(name, _)| is_head || name != "content-length");
    headers.extend(request_id_headers(service.name == "s3", success.request_id));
    let (content_type, body) = match shape {
        Some(shape) if !is_head => body(success, shape),
        _ => (None, ResponseBody::from(Payload::None)),
    };
    if let Some(content_type) = content_type {
        set_default(&mut headers, "content-type", content_type);
    }
    Response {
        status,
        headers,
        body,
    }
}

fn body(success: Success<'_>, shape: &Structure) -> (Option<&'static str>, ResponseBody) {
    if shapes::streams_events(success.service, shape) {
        return (Some(EVENT_STREAM), success.payload.into());
    }
    if let Some(payload) = shapes::payload(shape) {
        return payload_body(success, payload);
    }
    if success.service.name == "s3" && success.operation.name == "GetBucketLocation" {
        return xml(bucket_location(&success));
    }
    if shapes::body_members(shape).next().is_none() {
        return (None, ResponseBody::from(Payload::None));
    }
    let mut document = Document::new();
    let root = namespace::root(success.service, success.operation);
    document.open_in(root, namespace::of_service(success.service));
    writer(&success, &mut document).members(shape, success.output);
    document.close(root);
    xml(document)
}

fn xml(document: Document) -> (Option<&'static str>, ResponseBody) {
    (
        Some("application/xml"),
        ResponseBody::Bytes(document.finish().into()),
    )
}

fn writer<'s, 'd>(success: &Success<'s>, document: &'d mut Document) -> Writer<'s, 'd> {
    // S3 always answers milliseconds: `2009-10-12T17:50:30.000Z` (S3 API reference).
    let milliseconds = if success.service.name == "s3" {
        Milliseconds::Always
    } else {
        Milliseconds::WhenNeeded
    };
    Writer {
        service: success.service,
        milliseconds,
        document,
    }
}

/// The one S3 answer that is a bare text in its root; source: S3 API reference, `GetBucketLocation`.
fn bucket_location(success: &Success<'_>) -> Document {
    let location = success
        .output
        .get("LocationConstraint")
        .and_then(Value::as_str);
    let mut document = Document::new();
    document.open_in("LocationConstraint", namespace::of_service(success.service));
    document.text(location.unwrap_or_default());
    document.close("LocationConstraint");
    document
}

fn payload_body(success: Success<'_>, payload: &Member) -> (Option<&'static str>, ResponseBody) {
    let value = success
        .output
        .get(&payload.name)
        .filter(|value| !value.is_null());
    match (shapes::kind(success.service, payload), value) {
        // Source: S3 user guide: an object without a type is `binary/octet-stream`.
        (ShapeKind::Blob { .. }, _) => (Some("binary/octet-stream"), blob(success.payload, value)),
        (ShapeKind::String { .. }, value) => {
            let text = value.and_then(Value::as_str).unwrap_or_default().to_owned();
            // A bucket policy is JSON; no other output of these services is a text.
            (Some("application/json"), ResponseBody::Bytes(text.into()))
        }
        (ShapeKind::Structure(shape), Some(Value::Object(values))) => {
            let mut document = Document::new();
            let root = shapes::wire_name(payload);
            document.open_in(root, namespace::of_service(success.service));
            writer(&success, &mut document).members(shape, values);
            document.close(root);
            xml(document)
        }
        _ => (None, ResponseBody::from(Payload::None)),
    }
}
