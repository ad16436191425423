use rolecall_catalog::{Operation, Service};
use serde_json::{Map, Value};

use crate::{RequestParts, ServiceError, form};

/// The input members of a request.
pub(crate) fn parse(
    service: &Service,
    operation: &Operation,
    request: &RequestParts<'_>,
) -> Result<Map<String, Value>, ServiceError> {
    form::parse(service, operation, request, form::Dialect::Query)
}
