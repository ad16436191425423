//! Protocols that name the operation: in a header, in a form, in a path of a fixed form.

use std::{borrow::Cow, sync::Arc};

use super::{Head, Reason, Recognised, Unrecognised, decoding::Pairs};
use crate::{
    generated::ServiceEntry,
    loader::Catalog,
    model::{ProtocolName, Service},
};

type Outcome = Result<Recognised, Unrecognised>;

/// JSON 1.0 and 1.1: `X-Amz-Target: PREFIX.OPERATION`.
pub(super) fn by_target(catalog: &Catalog, head: &Head<'_>) -> Option<Outcome> {
    let target = head
        .header("x-amz-target")
        .filter(|_| head.method == "POST")?;
    let speaks_json = |entry: &ServiceEntry| json(&entry.protocols).is_some();
    let Some((prefix, name)) = target.rsplit_once('.') else {
        // Another service may have a header of this name; without a scope nothing else can be meant.
        let scope = head.scope_service?;
        return only(catalog, catalog.signed_as(scope), &speaks_json)
            .and_then(|found| Some(unknown(&found, json(&found.protocols)?, target)));
    };
    let named = catalog.with_target_prefix(prefix);
    if named.is_empty() && head.scope_service.is_none() {
        return Some(Err(Unrecognised::new(head, Reason::NoService)));
    }
    // A prefix that no service has: the scope still says which one answers.
    let scoped = || {
        let numbers = catalog
            .signed_as(head.scope_service.unwrap_or_default())
            .iter()
            .copied();
        numbers
            .filter(|n| catalog.entry(*n).is_some_and(speaks_json))
            .collect()
    };
    let candidates = if named.is_empty() {
        scoped()
    } else {
        named.to_vec()
    };
    among(catalog, head, &candidates, name, |service| {
        json(&service.protocols).filter(|_| service.target_prefix.as_deref() == Some(prefix))
    })
}

fn json(protocols: &[ProtocolName]) -> Option<ProtocolName> {
    let is_json = |p: &&ProtocolName| matches!(p, ProtocolName::Json10 | ProtocolName::Json11);
    protocols.iter().find(is_json).copied()
}

/// RPC v2 CBOR: `/service/SERVICE/operation/OPERATION`.
///
/// Source: Smithy RPC v2 CBOR protocol, "HTTP binding"; the service is its shape's name, which is
/// the target prefix (wire-facts, section 2b) without a namespace.
pub(super) fn by_cbor_path(catalog: &Catalog, head: &Head<'_>) -> Option<Outcome> {
    if head.header("smithy-protocol") != Some("rpc-v2-cbor") || head.method != "POST" {
        return None;
    }
    let (rest, operation) = head.path.rsplit_once("/operation/")?;
    let (_, shape) = rest.rsplit_once("/service/")?;
    let candidates: Vec<usize> = match catalog.with_target_prefix(shape) {
        [] => catalog.with_target_name(shape),
        found => found.to_vec(),
    };
    if candidates.is_empty() {
        let reason = Reason::UnknownService(shape.to_owned());
        return Some(Err(Unrecognised::new(head, reason)));
    }
    among(catalog, head, &candidates, operation, |service| {
        service
            .protocols
            .contains(&ProtocolName::RpcV2Cbor)
            .then_some(ProtocolName::RpcV2Cbor)
    })
}

/// Query and ec2: `Action` and `Version` in the form, or in the query (presigned).
pub(super) fn by_form(catalog: &Catalog, head: &Head<'_>) -> Option<Outcome> {
    if !matches!(head.method, "POST" | "GET") {
        return None;
    }
    let (action, version) = action_and_version(head);
    let action = action?;
    let version = version.as_deref().unwrap_or_default();
    let signed = head.scope_service.map(|scope| catalog.signed_as(scope));
    let all = signed.unwrap_or_else(|| catalog.with_api_version(version));
    let mut candidates: Vec<usize> = all
        .iter()
        .copied()
        .filter(|number| catalog.entry(*number).is_some_and(|e| form(e).is_some()))
        .collect();
    let of_version = |number: &usize| {
        let entry = catalog.entry(*number);
        entry.is_some_and(|entry| entry.api_version == version)
    };
    if candidates.iter().any(of_version) {
        candidates.retain(of_version);
    }
    let protocol = |service: &Service| {
        let entry = catalog
            .number(&service.name)
            .and_then(|n| catalog.entry(n))?;
        form(entry).filter(|_| service.api_version == version || version.is_empty())
    };
    among(catalog, head, &candidates, &action, protocol)
}

fn action_and_version<'a>(head: &Head<'a>) -> (Option<Cow<'a, str>>, Option<Cow<'a, str>>) {
    let (mut action, mut version) = (None, None);
    for pairs in [
        Pairs::new(head.form.unwrap_or_default()),
        head.query_pairs(),
    ] {
        for (key, value) in pairs {
            match key.as_ref() {
                "Action" if action.is_none() => action = Some(value),
                "Version" if version.is_none() => version = Some(value),
                _ => {}
            }
            if action.is_some() && version.is_some() {
                return (action, version);
            }
        }
    }
    (action, version)
}

/// The form protocol that a service speaks; one that once spoke query still understands it.
///
/// Source: Smithy, trait `awsQueryCompatible`: the service keeps its query clients.
fn form(entry: &ServiceEntry) -> Option<ProtocolName> {
    let mut listed = entry.protocols.iter().copied();
    listed
        .find(|p| matches!(p, ProtocolName::Query | ProtocolName::Ec2))
        .or_else(|| entry.query_compatible.then_some(ProtocolName::Query))
}

/// The operation of the first candidate that has it and is signed as the scope says.
///
/// Several have it where RDS, `DocumentDB` and Neptune, or the two halves of Timestream, share their
/// names; they share the IAM prefix too. The service that the signing name is called after is
/// preferred.
fn among(
    catalog: &Catalog,
    head: &Head<'_>,
    candidates: &[usize],
    name: &str,
    protocol: impl Fn(&Service) -> Option<ProtocolName>,
) -> Option<Outcome> {
    let mut known: Vec<(Arc<Service>, Option<ProtocolName>)> = Vec::new();
    for number in candidates {
        match catalog.loaded(*number) {
            Ok(loaded) => {
                known.push((Arc::clone(&loaded.service), protocol(&loaded.service)));
            }
            Err(error) => {
                let reason = Reason::Damaged(error.to_string());
                return Some(Err(Unrecognised::new(head, reason)));
            }
        }
    }
    let found = known.iter().filter_map(|(service, protocol)| {
        let operation = service.operation_index(name)?;
        let scope = head.scope_service;
        let namesake = service
            .signing_names
            .first()
            .is_some_and(|n| *n == service.name);
        let scoped = scope.is_none_or(|s| service.signing_names.iter().any(|n| n == s));
        Some(((!scoped, !namesake), service, operation, (*protocol)?))
    });
    if let Some((_, service, operation, protocol)) = found.min_by_key(|(rank, ..)| *rank) {
        let service = Arc::clone(service);
        return Some(Ok(Recognised {
            service,
            operation,
            protocol,
            labels: Vec::new(),
        }));
    }
    let reason = Reason::UnknownOperation(name.to_owned());
    match known.as_slice() {
        [] => None,
        several => Some(Err(Unrecognised::among(
            head,
            several.iter().map(|(service, _)| service),
            reason,
        ))),
    }
}

/// The only service of several that passes.
fn only(
    catalog: &Catalog,
    numbers: &[usize],
    passes: &dyn Fn(&ServiceEntry) -> bool,
) -> Option<Arc<Service>> {
    let mut found = numbers
        .iter()
        .filter(|n| catalog.entry(**n).is_some_and(passes));
    let number = found.next().filter(|_| found.next().is_none())?;
    catalog
        .loaded(*number)
        .ok()
        .map(|loaded| Arc::clone(&loaded.service))
}

fn unknown(service: &Arc<Service>, protocol: ProtocolName, name: &str) -> Outcome {
    Err(Unrecognised::of_service(
        service,
        protocol,
        Reason::UnknownOperation(name.to_owned()),
    ))
}
