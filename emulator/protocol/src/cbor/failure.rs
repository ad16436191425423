use ciborium::Value as Cbor;
use rolecall_catalog::ProtocolName;

use super::{response, value};
use crate::{Response, ResponseBody, codes, dispatch::Failure, json, shapes};

/// A map with `__type`, the message and the modelled members.
pub(crate) fn failure(failure: Failure<'_>) -> Response {
    let Failure {
        service,
        operation,
        error,
        request_id,
        ..
    } = failure;
    let status = codes::status(service, operation, ProtocolName::RpcV2Cbor, error);
    let (name, shape) = json::error_type(failure);
    let mut entries: Vec<(Cbor, Cbor)> = vec![("__type".into(), name.into())];
    let modelled = service.zip(shape);
    let message = json::message_and_members(failure, shape, json::Unmodelled::LowerCase);
    for (key, plain) in &message {
        let member = modelled.and_then(|(service, shape)| {
            let member = shape.members.iter().find(|m| shapes::wire_name(m) == key)?;
            Some((service, member))
        });
        let value = match (member, error.members.get(key)) {
            (Some((service, member)), Some(value)) => value::write(service, member, value),
            _ => value::write_untyped(plain),
        };
        entries.push((key.as_str().into(), value));
    }
    let body = ResponseBody::Bytes(value::encode(&Cbor::Map(entries)).into());
    let mut response = response(status, Some("application/cbor"), request_id, body);
    response.headers.extend(json::query_error(failure, status));
    response
}
