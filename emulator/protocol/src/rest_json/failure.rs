use rolecall_catalog::{ProtocolName, model::Location};
use serde_json::{Map, Value};

use crate::{
    Header, Payload, Response, ResponseBody,
    binding::{self, Bound},
    codes,
    dispatch::Failure,
    json,
};

/// The code in `x-amzn-errortype`, the message in a JSON object; source: Smithy, restJson1,
/// "Operation error serialization".
pub(crate) fn failure(failure: Failure<'_>) -> Response {
    let Failure {
        service,
        operation,
        error,
        ..
    } = failure;
    let status = codes::status(service, operation, ProtocolName::RestJson, error);
    let (name, shape) = json::error_type(failure);
    let mut members = json::message_and_members(failure, shape, json::Unmodelled::AsCoral);
    let bound = service
        .zip(shape)
        .map(|(service, shape)| {
            for member in shape
                .members
                .iter()
                .filter(|m| m.location != Location::Body)
            {
                members.remove(member.location_name.as_deref().unwrap_or(&member.name));
            }
            binding::write(service, shape, &error.members)
        })
        .unwrap_or_default();
    Response {
        status,
        headers: headers(failure, bound, name),
        body: body(failure, &members),
    }
}

fn headers(failure: Failure<'_>, bound: Bound, name: &str) -> Vec<Header> {
    let mut headers = vec![
        ("content-type".into(), "application/json".to_owned()),
        ("x-amzn-requestid".into(), failure.request_id.to_owned()),
        ("x-amzn-errortype".into(), name.to_owned()),
    ];
    headers.extend(bound.headers);
    headers
}

fn body(failure: Failure<'_>, members: &Map<String, Value>) -> ResponseBody {
    if failure.method == "HEAD" {
        return Payload::None.into();
    }
    ResponseBody::Bytes(serde_json::to_vec(members).unwrap_or_default().into())
}
