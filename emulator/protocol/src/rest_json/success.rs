use rolecall_catalog::model::{Member, ShapeKind, Structure};

use super::set_default;
use crate::{
    Payload, Response, ResponseBody,
    binding::{self, Bound},
    dispatch::Success,
    document,
    json::EVENT_STREAM,
    shapes,
};

/// Headers, status and a JSON object; or the payload as it is.
pub(crate) fn success(success: Success<'_>) -> Response {
    let shape = shapes::output(success.service, success.operation);
    let Bound {
        status,
        mut headers,
    } = shape
        .map(|s| binding::write(success.service, s, success.output))
        .unwrap_or_default();
    let status = status.or(success.operation.status).unwrap_or(200);
    // The length of a body is the server's to know; for HEAD only the output knows it.
    let is_head = success.operation.method == "HEAD";
    headers.retain(|(name, _)| is_head || name != "content-length");
    let request_id = success.request_id.to_owned();
    let (content_type, body) = match shape {
        Some(shape) => body(success, shape),
        None => ("application/json", ResponseBody::from(Payload::None)),
    };
    set_default(&mut headers, "content-type", content_type);
    headers.push(("x-amzn-requestid".into(), request_id));
    if success_has_no_body(status) {
        return Response {
            status,
            headers,
            body: Payload::None.into(),
        };
    }
    Response {
        status,
        headers,
        body,
    }
}

/// 204 and 304 have no body in HTTP.
fn success_has_no_body(status: u16) -> bool {
    matches!(status, 204 | 304)
}

fn body(success: Success<'_>, shape: &Structure) -> (&'static str, ResponseBody) {
    if shapes::streams_events(success.service, shape) {
        return (EVENT_STREAM, success.payload.into());
    }
    if let Some(payload) = shapes::payload(shape) {
        return payload_body(success, payload);
    }
    let mut out = Vec::new();
    if shapes::body_members(shape).next().is_some() {
        document::write_members(success.service, shape, success.output, &mut out);
    }
    ("application/json", ResponseBody::Bytes(out.into()))
}

fn payload_body(success: Success<'_>, payload: &Member) -> (&'static str, ResponseBody) {
    let value = success
        .output
        .get(&payload.name)
        .filter(|value| !value.is_null());
    match (shapes::kind(success.service, payload), value) {
        // Lambda says so of what a function returns, whatever it is.
        (ShapeKind::Blob { .. }, _) if success.service.name == "lambda" => {
            ("application/json", blob(success.payload, value))
        }
        (ShapeKind::Blob { .. }, _) => ("application/octet-stream", blob(success.payload, value)),
        (ShapeKind::String { .. }, value) => {
            let text = value
                .and_then(|v| v.as_str())
                .unwrap_or_default()
                .to_owned();
            ("text/plain", ResponseBody::Bytes(text.into()))
        }
        (_, Some(value)) => {
            let mut out = Vec::new();
            document::write_value(success.service, payload, value, &mut out);
            ("application/json", ResponseBody::Bytes(out.into()))
        }
        // Source: Smithy, restJson1, "empty body serialization": an empty object.
        (_, None) => ("application/json", ResponseBody::Bytes("{}".into())),
    }
}

/// The payload that was handed over; else the base64 among the members.
pub(crate) fn blob(payload: Payload, value: Option<&serde_json::Value>) -> ResponseBody {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let member = || {
        value
            .and_then(|v| v.as_str())
            .and_then(|text| STANDARD.decode(text).ok())
    };
    match payload {
        Payload::None => ResponseBody::Bytes(member().unwrap_or_default().into()),
        given => given.into(),
    }
}
