use super::{Version, response};
use crate::{Payload, Response, ResponseBody, dispatch::Success, document, event_stream, shapes};

/// The content type of a stream of events; source: Smithy, "Amazon event stream specification".
pub(crate) const EVENT_STREAM: &str = "application/vnd.amazon.eventstream";

/// An object with the output members; nothing for an operation without output, as KMS and Kinesis
/// answer.
pub(crate) fn success(success: Success<'_>, version: Version) -> Response {
    let status = success.operation.status.unwrap_or(200);
    let Some(shape) = shapes::output(success.service, success.operation) else {
        let empty = ResponseBody::from(Payload::None);
        return response(status, version.content_type(), success.request_id, empty);
    };
    let mut body = Vec::with_capacity(256);
    document::write_members(success.service, shape, success.output, &mut body);
    if shapes::streams_events(success.service, shape) {
        let events = event_stream::body(success.payload, version.content_type(), &body);
        return response(status, EVENT_STREAM, success.request_id, events);
    }
    let body = ResponseBody::Bytes(body.into());
    response(status, version.content_type(), success.request_id, body)
}
