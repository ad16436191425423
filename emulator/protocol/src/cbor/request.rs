use rolecall_catalog::{Operation, Service};
use serde_json::{Map, Value};

use super::encode;
use crate::{Request, json::EVENT_STREAM, shapes};

/// A CBOR map with the input members, and the operation in the path.
pub(crate) fn request(
    service: &Service,
    operation: &Operation,
    input: &Map<String, Value>,
) -> Request {
    let prefix = service.target_prefix.as_deref().unwrap_or(&service.name);
    let streams = |shape| shapes::streams_events(service, shape);
    let output = shapes::output(service, operation);
    let accept = if output.is_some_and(streams) {
        EVENT_STREAM
    } else {
        "application/cbor"
    };
    let mut headers = vec![("smithy-protocol".to_owned(), "rpc-v2-cbor".to_owned())];
    if service.query_compatible {
        headers.push(("x-amzn-query-mode".to_owned(), "true".to_owned()));
    }
    headers.push(("accept".to_owned(), accept.to_owned()));
    let mut body = Vec::new();
    if let Some(shape) = shapes::input(service, operation) {
        encode::members(service, shape, input, &mut body);
        let content = if streams(shape) {
            EVENT_STREAM
        } else {
            "application/cbor"
        };
        headers.push(("content-type".to_owned(), content.to_owned()));
    }
    Request {
        method: "POST".to_owned(),
        path: format!("/service/{prefix}/operation/{}", operation.name),
        headers,
        body: body.into(),
        ..Request::new(service, operation, input)
    }
}
