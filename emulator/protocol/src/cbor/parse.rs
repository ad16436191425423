use ciborium::{Value as Cbor, de};
use rolecall_catalog::{Operation, Service};
use serde_json::{Map, Value};

use super::value;
use crate::{RequestParts, ServiceError, fault, shapes};

/// The input members of a request; an empty body has none.
pub(crate) fn parse(
    service: &Service,
    operation: &Operation,
    request: &RequestParts<'_>,
) -> Result<Map<String, Value>, ServiceError> {
    if request.body.is_empty() {
        return Ok(Map::new());
    }
    let document = decode(request.body)?;
    let Some(input) = shapes::input(service, operation) else {
        return Ok(Map::new());
    };
    match document {
        Cbor::Map(entries) => value::read_members(service, input, entries),
        _ => Err(fault::serialization("", "the body is no CBOR map")),
    }
}

/// One item and nothing after it.
fn decode(body: &[u8]) -> Result<Cbor, ServiceError> {
    let mut rest = body;
    let item = de::from_reader_with_recursion_limit(&mut rest, fault::MAX_DEPTH)
        .map_err(|error| fault::serialization("", describe(&error, body.len())))?;
    if rest.is_empty() {
        return Ok(item);
    }
    let detail = format!("{} bytes after the CBOR item", rest.len());
    Err(fault::serialization("", detail))
}

fn describe<T>(error: &de::Error<T>, length: usize) -> String {
    match error {
        de::Error::Io(_) => format!("CBOR ends too early, after {length} bytes"),
        de::Error::Syntax(at) => format!("invalid CBOR at byte {at}"),
        de::Error::Semantic(Some(at), what) => format!("invalid CBOR at byte {at}: {what}"),
        de::Error::Semantic(None, what) => format!("invalid CBOR: {what}"),
        de::Error::RecursionLimitExceeded => {
            format!("CBOR nests deeper than {}", fault::MAX_DEPTH)
        }
    }
}
