//! Requests as botocore serialises them are parsed into the parameters that they came from.
//!
//! `tests/data/make.py` writes the fixture.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "support/labels.rs"]
mod labels;
#[path = "support/names.rs"]
mod names;
#[path = "support/operation.rs"]
mod operation;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use rolecall_catalog::Catalog;
use rolecall_protocol::{RequestParts, parse};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Case {
    service: String,
    operation: String,
    protocol: String,
    method: String,
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    body: String,
    params: Value,
}

#[test]
fn requests_of_botocore_are_parsed() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("data/requests.json")).unwrap();
    assert!(cases.len() > 100, "only {} cases", cases.len());
    let failures: Vec<String> = cases.iter().filter_map(failure).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn failure(case: &Case) -> Option<String> {
    let name = format!("{} {} ({})", case.service, case.operation, case.protocol);
    let service = Catalog::embedded().service(&case.service).unwrap();
    let operation = operation::named(&service, &case.operation);
    let protocol = names::protocol(&service, &case.protocol);
    let headers: Vec<(&str, &[u8])> = case
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let request = RequestParts {
        method: &case.method,
        path: &case.path,
        query: &case.query,
        headers: &headers,
        body: &Bytes::from(STANDARD.decode(&case.body).unwrap()),
    };
    let labels = labels::labels(&operation.request_uri, &case.path);
    match parse(&service, operation, protocol, &request, &labels) {
        Ok(parsed) if Value::Object(parsed.clone()) == case.params => None,
        Ok(parsed) => Some(format!(
            "{name}\n  expected {}\n  parsed   {}",
            case.params,
            Value::Object(parsed)
        )),
        Err(error) => Some(format!("{name}\n  {error:?}")),
    }
}
