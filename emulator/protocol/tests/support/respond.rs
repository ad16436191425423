//! Answers and errors as responses, in a form that can be compared.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rolecall_catalog::{Catalog, ProtocolName, Service};
use rolecall_protocol::{Payload, Response, ResponseBody, ServiceError, failure, success};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{names, operation};

const REQUEST_ID: &str = "12345678-1234-4123-8123-123456789012";

/// An answer or an error to serialise.
#[derive(Deserialize)]
pub(crate) struct Case {
    service: String,
    operation: String,
    protocol: Option<String>,
    #[serde(default)]
    output: Map<String, Value>,
    payload: Option<String>,
    error: Option<Error>,
}

#[derive(Deserialize)]
struct Error {
    code: String,
    message: String,
    #[serde(default)]
    members: Map<String, Value>,
}

/// What it became.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Written {
    service: String,
    operation: String,
    protocol: String,
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

/// Serialises a case.
pub(crate) fn write(case: &Case) -> Written {
    let service = Catalog::embedded().service(&case.service).unwrap();
    let operation = operation::named(&service, &case.operation);
    let name = case
        .protocol
        .clone()
        .unwrap_or_else(|| preferred(&service).to_owned());
    let protocol = names::protocol(&service, &name);
    let response = match &case.error {
        None => {
            let payload = case.payload.as_ref().map_or(Payload::None, |text| {
                Payload::Bytes(STANDARD.decode(text).unwrap().into())
            });
            success(
                &service,
                operation,
                protocol,
                &case.output,
                payload,
                REQUEST_ID,
            )
        }
        Some(error) => {
            let error = ServiceError {
                members: error.members.clone(),
                ..ServiceError::new(&error.code, &error.message)
            };
            let (service, method) = (Some(&*service), &operation.method);
            failure(
                service,
                Some(operation),
                protocol,
                method,
                &error,
                REQUEST_ID,
            )
        }
    };
    written(case, name, response)
}

fn written(case: &Case, protocol: String, response: Response) -> Written {
    let ResponseBody::Bytes(body) = response.body else {
        panic!("a stream without a stream")
    };
    Written {
        service: case.service.clone(),
        operation: case.operation.clone(),
        protocol,
        status: response.status,
        headers: response
            .headers
            .into_iter()
            .map(|(name, value)| (name.into_owned(), value))
            .collect(),
        body: match std::str::from_utf8(&body) {
            Ok(text) => text.to_owned(),
            Err(_) => format!("base64:{}", STANDARD.encode(&body)),
        },
    }
}

/// The protocol that botocore would choose; of several it prefers JSON.
fn preferred(service: &Service) -> &'static str {
    match service.protocols.first().unwrap() {
        ProtocolName::Query => "query",
        ProtocolName::Ec2 => "ec2",
        ProtocolName::Json10 | ProtocolName::Json11 | ProtocolName::RpcV2Cbor => "json",
        ProtocolName::RestJson => "rest-json",
        ProtocolName::RestXml => "rest-xml",
    }
}
