//! Parses requests that botocore made and compares the parameters.
//!
//!     python emulator/protocol/tests/data/make.py --all FILE
//!     cargo run -p rolecall-protocol --example parse_requests FILE
//!
//! The file holds one random request for every operation in every protocol of its service: too much
//! to commit, so that this is no test but a check for new versions of the catalog.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    reason = "a command for developers"
)]

use std::{collections::BTreeMap, fs, process::ExitCode};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use rolecall_catalog::Catalog;
use rolecall_protocol::{RequestParts, parse};
use serde::Deserialize;
use serde_json::Value;

#[path = "../tests/support/labels.rs"]
mod labels;
#[path = "../tests/support/names.rs"]
mod names;

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
    host_labels: BTreeMap<String, String>,
}

fn main() -> ExitCode {
    let file = std::env::args()
        .nth(1)
        .unwrap_or_else(|| panic!("which file?"));
    let cases: Vec<Case> = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let failures: Vec<String> = cases.iter().filter_map(failure).collect();
    for failure in &failures {
        println!("{failure}");
    }
    println!(
        "{} requests, {} not parsed as they were meant",
        cases.len(),
        failures.len()
    );
    ExitCode::from(u8::from(!failures.is_empty()))
}

fn failure(case: &Case) -> Option<String> {
    let name = format!("{} {} ({})", case.service, case.operation, case.protocol);
    let Some(service) = Catalog::embedded().service(&case.service) else {
        return Some(format!("{name}: no such service"));
    };
    let Some(operation) = service.operations.iter().find(|o| o.name == case.operation) else {
        return Some(format!("{name}: no such operation"));
    };
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
    let mut labels = labels::labels(&operation.request_uri, &case.path);
    labels.extend(case.host_labels.clone());
    match parse(&service, operation, protocol, &request, &labels) {
        Ok(parsed) => {
            let (parsed, wanted) = (pruned(&Value::Object(parsed)), pruned(&case.params));
            (parsed != wanted).then(|| format!("{name}\n  wanted {wanted:?}\n  parsed {parsed:?}"))
        }
        Err(error) => Some(format!("{name}\n  {error:?}")),
    }
}

/// Without empty lists and maps, which forms and headers cannot say.
fn pruned(value: &Value) -> Option<Value> {
    let pruned = match value {
        Value::Object(map) => map
            .iter()
            .filter_map(|(k, v)| Some((k.clone(), pruned(v)?)))
            .collect(),
        Value::Array(items) => Value::Array(items.iter().filter_map(pruned).collect()),
        scalar => scalar.clone(),
    };
    let is_empty = pruned.as_object().is_some_and(serde_json::Map::is_empty)
        || pruned.as_array().is_some_and(Vec::is_empty);
    (!is_empty).then_some(pruned)
}
