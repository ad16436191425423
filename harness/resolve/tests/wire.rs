//! Every operation, with sample parameters, becomes a request that is recognised as itself, and whose
//! parameters come out as they went in.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing"
)]

use std::collections::BTreeSet;

use rolecall_catalog::{Catalog, Operation, Service, model::ShapeKind};
use rolecall_policy::AccountId;
use rolecall_protocol::input;
use rolecall_resolve::{sample, send};
use serde_json::{Map, Value};

/// Lines `service.Operation is ...`, each after a comment with the reason.
const EXCEPTIONS: &str = include_str!("wire/exceptions.txt");

#[test]
fn every_operation_comes_out_of_its_request() {
    let catalog = Catalog::embedded();
    let mut found = BTreeSet::new();
    let mut chosen = BTreeSet::new();
    for entry in slice(catalog.services()) {
        let service = catalog.load(&entry.name).expect("it is in the index");
        chosen.insert(entry.name.clone());
        for (number, operation) in service.operations.iter().enumerate() {
            let outcome = outcome(&service, number, operation);
            if outcome != "itself" {
                found.insert(format!("{}.{} is {outcome}", service.name, operation.name));
            }
        }
    }
    let listed: BTreeSet<String> = EXCEPTIONS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter(|line| chosen.contains(line.split('.').next().unwrap_or_default()))
        .map(str::to_owned)
        .collect();
    let new: Vec<&String> = found.difference(&listed).collect();
    let stale: Vec<&String> = listed.difference(&found).collect();
    assert!(
        new.is_empty() && stale.is_empty(),
        "not in the list:\n{new:#?}\nin the list for nothing:\n{stale:#?}"
    );
}

fn outcome(service: &std::sync::Arc<Service>, number: usize, operation: &Operation) -> String {
    let parameters = sample::parameters(service, number);
    let account = AccountId::parse("123456789012").expect("an account");
    let sent = match send(service, number, &parameters, "us-east-1", &account) {
        Ok(sent) => sent,
        Err(error) => return format!("refused: {error}"),
    };
    let call = sent.call;
    if (call.service.name.as_str(), call.operation().name.as_str())
        != (service.name.as_str(), operation.name.as_str())
    {
        return format!("{}.{}", call.service.name, call.operation().name);
    }
    let checked = input::check(service, operation, &parameters).expect("samples fit");
    let wanted = without_payload(service, operation, checked.members);
    if pruned(&Value::Object(wanted.clone())) == pruned(&Value::Object(call.parameters.clone())) {
        return "itself".to_owned();
    }
    format!("other parameters: {:?} for {wanted:?}", call.parameters)
}

/// A payload blob is the body, and no parameter of a call.
fn without_payload(
    service: &Service,
    operation: &Operation,
    mut members: Map<String, Value>,
) -> Map<String, Value> {
    let input = operation.input.and_then(|id| service.structure(id));
    let payload = input.and_then(|shape| Some(&shape.members[shape.payload? as usize]));
    if let Some(payload) = payload
        && matches!(service.shape(payload.shape).kind, ShapeKind::Blob { .. })
    {
        members.remove(&payload.name);
    }
    members
}

/// Without empty lists and maps, which forms, headers and XML cannot say.
fn pruned(value: &Value) -> Option<Value> {
    let pruned = match value {
        Value::Object(map) => map
            .iter()
            .filter_map(|(k, v)| Some((k.clone(), pruned(v)?)))
            .collect(),
        Value::Array(items) => Value::Array(items.iter().filter_map(pruned).collect()),
        scalar => scalar.clone(),
    };
    let is_empty = pruned.as_object().is_some_and(Map::is_empty)
        || pruned.as_array().is_some_and(Vec::is_empty);
    (!is_empty).then_some(pruned)
}

/// All services, or every tenth from one that the seed chooses.
fn slice<T>(all: &[T]) -> Vec<&T> {
    if variable("ROLECALL_FULL").is_some() {
        return all.iter().collect();
    }
    let seed = variable("ROLECALL_SEED").and_then(|seed| seed.parse::<usize>().ok());
    let seed = seed.unwrap_or(1);
    #[expect(clippy::print_stdout, reason = "the run can be repeated with it")]
    {
        println!("ROLECALL_SEED={seed}");
    }
    all.iter().skip(seed % 10).step_by(10).collect()
}

fn variable(name: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test run says how much of it is wanted"
    )]
    std::env::var(name).ok()
}
