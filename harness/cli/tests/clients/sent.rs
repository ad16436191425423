//! What real SDKs send for a sample of operations of each protocol is recognised as these operations,
//! and their parameters come out as they were given to the SDK.

use std::collections::BTreeMap;

use rolecall_catalog::{
    Catalog, Operation, Service,
    model::{ShapeKind, Structure},
    recognise::{Head, Recognised},
};
use rolecall_protocol::{RequestParts, input};
use rolecall_sigv4::{
    Claim, PayloadForm, PayloadHash, RequestHead, SecretAccessKey, ServiceForm, VerifyRules,
    read_claim, verify,
};
use serde_json::{Map, Value};

use crate::capture::{Capture, Captured};
use crate::server::Keys;
use crate::tools;

/// What an SDK was given.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) service: String,
    pub(crate) operation: String,
    /// In the form that boto3 takes, blobs in base64.
    pub(crate) parameters: Map<String, Value>,
    /// The names of what the SDK adds of its own.
    pub(crate) added: Vec<String>,
}

/// What the recogniser and the parser make of a request.
fn received(request: &Captured, keys: &Keys) -> (Recognised, Map<String, Value>) {
    let headers: Vec<(&str, &[u8])> = request
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let signed = RequestHead {
        method: &request.method,
        path: &request.path,
        query: &request.query,
        headers: &headers,
    };
    let claim = read_claim(&signed, ServiceForm::of_head(&signed)).unwrap();
    let scope = match &claim {
        Claim::Signed(claim) => claim.scope.as_ref(),
        Claim::Anonymous => None,
    };
    let body = rolecall_protocol::decoded_body(&headers, &request.body, 1 << 20).unwrap();
    let content_type = request.header("content-type").unwrap_or_default();
    let is_form = content_type.starts_with("application/x-www-form-urlencoded");
    let head = Head {
        method: &request.method,
        path: &request.path,
        query: &request.query,
        host: request.header("host"),
        own_host: None,
        headers: &headers,
        scope_service: scope.map(|scope| scope.service.as_str()),
        scope_region: scope.and_then(|scope| scope.region.as_deref()),
        form: is_form.then_some(&body),
    };
    let recognised = Catalog::embedded()
        .recognise(&head)
        .unwrap_or_else(|refusal| panic!("{refusal}: {request:?}"));
    check_signature(&recognised, &claim, &signed, &request.body, keys);
    let parts = RequestParts {
        method: &request.method,
        path: &request.path,
        query: &request.query,
        headers: &headers,
        body: &body,
    };
    let parameters = rolecall_protocol::parse(
        &recognised.service,
        recognised.operation(),
        recognised.protocol,
        &parts,
        &recognised.labels,
    )
    .unwrap_or_else(|error| panic!("{error:?}: {request:?}"));
    (recognised, parameters)
}

/// The capture took down what was signed, or the test would prove nothing.
fn check_signature(
    recognised: &Recognised,
    claim: &Claim,
    head: &RequestHead<'_>,
    body: &[u8],
    keys: &Keys,
) {
    let Claim::Signed(claim) = claim else {
        let operation = recognised.operation();
        assert!(operation.unsigned, "{} is not signed", operation.name);
        return;
    };
    let names = &recognised.service.signing_names;
    let rules = VerifyRules::for_signing_name(&names[0]);
    let payload = match claim.payload {
        PayloadForm::Hashed { claimed: None } => PayloadHash::Body(body),
        _ => PayloadHash::AsClaimed,
    };
    let secret = SecretAccessKey::new(keys.secret.as_str());
    let verified = verify(claim, head, &secret, payload, &rules, None);
    assert!(
        verified.is_ok(),
        "{verified:?}: {}",
        recognised.operation().name
    );
}

/// What was given, in the form of a call, and without the payload, which is the body.
fn wanted(service: &Service, operation: &Operation, given: &Given) -> Map<String, Value> {
    let checked = input::check(service, operation, &given.parameters).unwrap();
    assert_eq!(checked.missing, [""; 0], "{}", given.operation);
    let mut members = checked.members;
    let shape = operation.input.and_then(|id| service.structure(id));
    if let Some(payload) = shape.and_then(|shape| payload(service, shape)) {
        members.remove(payload);
    }
    members
}

fn payload<'s>(service: &Service, shape: &'s Structure) -> Option<&'s str> {
    let member = &shape.members[shape.payload? as usize];
    let is_blob = matches!(service.shape(member.shape).kind, ShapeKind::Blob { .. });
    is_blob.then_some(&member.name)
}

/// Two and 2.0 are the same number, which a form and JSON say differently.
fn whole(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        Value::Array(items) => items.into_iter().map(whole).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, whole(value)))
            .collect(),
        other => other,
    }
}

/// Holds each request against what the SDK was given for it; how many there were of each protocol.
pub(crate) fn compare(
    requests: &[Captured],
    given: &[Given],
    keys: &Keys,
) -> BTreeMap<String, usize> {
    assert_eq!(
        requests.len(),
        given.len(),
        "one request for each operation"
    );
    let mut protocols = BTreeMap::new();
    let mut wrong = Vec::new();
    for (request, given) in requests.iter().zip(given) {
        let (recognised, mut parameters) = received(request, keys);
        let operation = recognised.operation();
        let found = format!("{}.{}", recognised.service.name, operation.name);
        let name = format!("{}.{}", given.service, given.operation);
        if found != name {
            wrong.push(format!("{name} is {found}"));
            continue;
        }
        for added in &given.added {
            assert!(parameters.remove(added).is_some(), "{name} has no {added}");
        }
        let parameters = whole(parameters.into());
        let wanted = whole(wanted(&recognised.service, operation, given).into());
        let protocol = format!("{:?}", recognised.protocol);
        if parameters != wanted {
            wrong.push(format!(
                "{name} in {protocol}:\n  {parameters:?}\n  for {wanted:?}"
            ));
        }
        *protocols.entry(protocol).or_default() += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    protocols
}

fn given(document: &Value) -> Given {
    let text = |name: &str| document[name].as_str().unwrap().to_owned();
    let added = document["added"].as_array().unwrap().iter();
    Given {
        service: text("service"),
        operation: text("operation"),
        parameters: document["parameters"].as_object().unwrap().clone(),
        added: added
            .map(|name| name.as_str().unwrap().to_owned())
            .collect(),
    }
}

#[test]
fn what_the_javascript_sdk_sends_comes_out_as_it_was_given() {
    let capture = Capture::start();
    let home = tempfile::TempDir::new().unwrap();
    let keys = Keys::root();
    let mut command = tools::script("sent.cjs", &capture.endpoint, &keys, home.path());
    let document = tools::document(&mut command);
    let given: Vec<Given> = document.as_array().unwrap().iter().map(given).collect();
    let protocols = compare(&capture.requests(), &given, &keys);
    let expected = [
        ("Ec2", 8),
        ("Json10", 18),
        ("Json11", 5),
        ("Query", 21),
        ("RestJson", 9),
        ("RestXml", 15),
        ("RpcV2Cbor", 8),
    ];
    let expected = expected.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(protocols, BTreeMap::from(expected));
}
