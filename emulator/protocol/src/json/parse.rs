use rolecall_catalog::{Operation, Service};
use serde_json::{Map, Value};

use crate::{RequestParts, ServiceError, document, shapes};

/// The input members of a request.
pub(crate) fn parse(
    service: &Service,
    operation: &Operation,
    request: &RequestParts<'_>,
) -> Result<Map<String, Value>, ServiceError> {
    let mut members = document::parse_object(request.body)?;
    match shapes::input(service, operation) {
        Some(input) => document::conform_members(service, input, &mut members)?,
        None => members.clear(),
    }
    Ok(members)
}
