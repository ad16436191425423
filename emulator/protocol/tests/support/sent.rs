//! Requests of botocore, and ours for the same parameters.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rolecall_catalog::Catalog;
use rolecall_protocol::{Request, input, request};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::names;

#[derive(Deserialize)]
pub(crate) struct Sent {
    service: String,
    operation: String,
    protocol: String,
    method: String,
    host: String,
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    body: String,
    params: Map<String, Value>,
    payload: Map<String, Value>,
}

/// Where our request is another than botocore's, if it is.
pub(crate) fn difference(case: &Sent) -> Option<String> {
    let name = format!("{} {} ({})", case.service, case.operation, case.protocol);
    let Some(service) = Catalog::embedded().service(&case.service) else {
        return Some(format!("{name}: no such service"));
    };
    let Some(operation) = service.operations.iter().find(|o| o.name == case.operation) else {
        return Some(format!("{name}: no such operation"));
    };
    let protocol = names::protocol(&service, &case.protocol);
    let mut parameters = case.params.clone();
    parameters.extend(case.payload.clone());
    let checked = match input::check(&service, operation, &parameters) {
        Ok(checked) => checked,
        Err(error) => return Some(format!("{name}\n  {error}")),
    };
    let ours = shown(&request(&service, operation, protocol, &checked.members));
    let theirs = [
        case.method.clone(),
        case.host.replace("service.example.com", ""),
        case.path.clone(),
        case.query.clone(),
        format!("{:?}", case.headers),
        STANDARD
            .decode(&case.body)
            .map(|bytes| text(&bytes))
            .unwrap_or_default(),
    ];
    let different = ours
        .iter()
        .zip(&theirs)
        .filter(|(ours, theirs)| ours != theirs);
    let lines: Vec<String> = different
        .map(|(ours, theirs)| format!("  botocore {theirs}\n  ours     {ours}"))
        .collect();
    (!lines.is_empty()).then(|| format!("{name}\n{}", lines.join("\n")))
}

fn shown(request: &Request) -> [String; 6] {
    let headers: BTreeMap<&str, &str> = request
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    [
        request.method.clone(),
        request.host_prefix.clone().unwrap_or_default(),
        request.path.clone(),
        request.query.clone(),
        format!("{headers:?}"),
        text(&request.body),
    ]
}

fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => format!("base64:{}", STANDARD.encode(bytes)),
    }
}
