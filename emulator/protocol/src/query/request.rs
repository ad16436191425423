use rolecall_catalog::{Operation, Service};
use serde_json::{Map, Value};

use crate::{Request, form};

/// A form with the input members.
pub(crate) fn request(
    service: &Service,
    operation: &Operation,
    input: &Map<String, Value>,
) -> Request {
    form::request(service, operation, input, form::Dialect::Query)
}
