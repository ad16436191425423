use super::{response, value};
use crate::{
    Payload, Response, ResponseBody, dispatch::Success, event_stream, json::EVENT_STREAM, shapes,
};

/// A map with the output members; nothing for an operation without output.
pub(crate) fn success(success: Success<'_>) -> Response {
    // Source: Smithy RPC v2 CBOR, "Responses": the status of a success is always 200.
    let Some(shape) = shapes::output(success.service, success.operation) else {
        return response(200, None, success.request_id, Payload::None.into());
    };
    let output = value::write_members(success.service, shape, success.output);
    let body = value::encode(&output);
    if shapes::streams_events(success.service, shape) {
        let events = event_stream::body(success.payload, "application/cbor", &body);
        return response(200, Some(EVENT_STREAM), success.request_id, events);
    }
    let body = ResponseBody::Bytes(body.into());
    response(200, Some("application/cbor"), success.request_id, body)
}
