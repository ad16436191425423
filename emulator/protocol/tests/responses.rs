//! Answers and errors as responses, held against what was once checked with botocore's parsers.
//!
//! The cases are in `tests/data/answers.json`, the responses in `tests/data/responses.json`. What
//! this test serialised goes to `responses.json` in the folder for test output of the target
//! folder, from where `tests/data/check_responses.py` parses it with botocore.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "support/names.rs"]
mod names;
mod support;

use std::{collections::BTreeMap, fs, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rolecall_catalog::{Catalog, ProtocolName, Service};
use rolecall_protocol::{Payload, Response, ResponseBody, ServiceError, failure, success};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

const REQUEST_ID: &str = "12345678-1234-4123-8123-123456789012";

#[derive(Deserialize)]
struct Case {
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

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Written {
    service: String,
    operation: String,
    protocol: String,
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

#[test]
fn responses_are_those_that_botocore_understood() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("data/answers.json")).unwrap();
    assert!(cases.len() > 100, "only {} cases", cases.len());
    let written: Vec<Written> = cases.iter().map(write).collect();
    let mut text = serde_json::to_string_pretty(&written).unwrap();
    text.push('\n');
    let output = Path::new(env!("CARGO_TARGET_TMPDIR")).join("responses.json");
    fs::write(&output, &text).unwrap();
    let golden: Vec<Written> = serde_json::from_str(include_str!("data/responses.json")).unwrap();
    for (new, old) in written.iter().zip(&golden) {
        assert_eq!(
            new,
            old,
            "if that is right, check {} and copy it",
            output.display()
        );
    }
    assert_eq!(
        written.len(),
        golden.len(),
        "check {} and copy it",
        output.display()
    );
}

fn write(case: &Case) -> Written {
    let service = Catalog::embedded().service(&case.service).unwrap();
    let operation = support::operation(&service, &case.operation);
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
        headers: response.headers.into_iter().collect(),
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
