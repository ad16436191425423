use rolecall_catalog::{Operation, Service};
use serde_json::{Map, Value};

use super::Version;
use crate::{Request, document::dumps, shapes};

/// A JSON object with the input members, and the operation in `x-amz-target`.
pub(crate) fn request(
    service: &Service,
    operation: &Operation,
    input: &Map<String, Value>,
    version: Version,
) -> Request {
    let prefix = service.target_prefix.as_deref().unwrap_or_default();
    let mut headers = vec![
        (
            "x-amz-target".to_owned(),
            format!("{prefix}.{}", operation.name),
        ),
        ("content-type".to_owned(), version.content_type().to_owned()),
    ];
    if service.query_compatible {
        headers.push(("x-amzn-query-mode".to_owned(), "true".to_owned()));
    }
    let body = match shapes::input(service, operation) {
        Some(shape) => dumps::members(service, shape, input, |_| true),
        None => "{}".to_owned(),
    };
    Request {
        method: operation.method.clone(),
        headers,
        body: body.into(),
        ..Request::new(service, operation, input)
    }
}
