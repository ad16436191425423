//! The request that an SDK would send, and what the recogniser and the parser make of it.

use std::sync::Arc;

use rolecall_catalog::{
    Call, Catalog, Operation, ProtocolName, Service,
    model::{Location, Member, ShapeKind},
    partition_of,
    recognise::Head,
};
use rolecall_policy::AccountId;
use rolecall_protocol::{Request, RequestParts, input};
use serde_json::{Map, Value, json};

use crate::{ResolveError, customs, region};

/// A call that went over the wire, as it were.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The request.
    pub request: Request,
    /// What was recognised and parsed.
    pub call: Call,
    /// Required parameters that were not given, by path.
    pub missing: Vec<String>,
}

/// Makes the request, recognises and parses it.
pub fn send(
    service: &Arc<Service>,
    operation: usize,
    parameters: &Map<String, Value>,
    client_region: &str,
    account: &AccountId,
) -> Result<Sent, ResolveError> {
    let model = service
        .operations
        .get(operation)
        .ok_or_else(|| ResolveError::Operation(format!("`{}` has fewer", service.name)))?;
    let parameters = customs::customised(service, model, parameters.clone());
    let checked = input::check(service, model, &parameters)?;
    let mut members = checked.members;
    let fillers = fill(service, model, &mut members);
    let protocol = spoken(service);
    let request = rolecall_protocol::request(service, model, protocol, &members);
    let region = region::signed_for(service, client_region);
    let mut call = receive(service, model, &request, &members, region, account)?;
    for name in fillers {
        call.parameters.remove(&name);
    }
    Ok(Sent {
        request,
        call,
        missing: checked.missing,
    })
}

/// The protocol that botocore chooses of several.
///
/// Source: botocore 1.44.5, `model.py`, `ServiceModel.resolved_protocol`.
fn spoken(service: &Service) -> ProtocolName {
    const BEST_FIRST: [ProtocolName; 7] = [
        ProtocolName::Json10,
        ProtocolName::Json11,
        ProtocolName::RestJson,
        ProtocolName::RestXml,
        ProtocolName::RpcV2Cbor,
        ProtocolName::Query,
        ProtocolName::Ec2,
    ];
    let listed = |protocol: &ProtocolName| service.protocols.contains(protocol);
    let best = BEST_FIRST.into_iter().find(listed);
    best.unwrap_or(ProtocolName::RestJson)
}

/// Gives required members in the head of the request a value, so that there is a request; the names
/// of those that were given one.
fn fill(service: &Service, operation: &Operation, members: &mut Map<String, Value>) -> Vec<String> {
    let input = operation.input.and_then(|id| service.structure(id));
    let in_head = |m: &&Member| {
        m.host_label
            || matches!(
                m.location,
                Location::Uri | Location::Query | Location::Header
            )
    };
    let absent = input
        .map_or(&[][..], |shape| &shape.members)
        .iter()
        .filter(|m| m.required || m.location == Location::Uri)
        .filter(in_head)
        .filter(|m| !members.contains_key(&m.name));
    let fillers: Vec<(String, Value)> = absent
        .map(|m| (m.name.clone(), filler(service, m)))
        .collect();
    let names = fillers.iter().map(|(name, _)| name.clone()).collect();
    members.extend(fillers);
    names
}

fn filler(service: &Service, member: &Member) -> Value {
    match &service.shape(member.shape).kind {
        // A star is nothing that a host can have.
        ShapeKind::String { .. } if member.host_label => json!("missing"),
        ShapeKind::List { member: item, .. } => json!([filler(service, item)]),
        ShapeKind::Map { .. } | ShapeKind::Structure(_) | ShapeKind::Document => json!({}),
        ShapeKind::Boolean => json!(true),
        ShapeKind::Integer | ShapeKind::Long | ShapeKind::Float | ShapeKind::Double => json!(1),
        ShapeKind::Timestamp { .. } => json!(0),
        ShapeKind::String { .. } | ShapeKind::Blob { .. } => json!("*"),
    }
}

fn receive(
    service: &Service,
    operation: &Operation,
    request: &Request,
    members: &Map<String, Value>,
    region: &str,
    account: &AccountId,
) -> Result<Call, ResolveError> {
    let host = format!(
        "{}{}",
        request.host_prefix.as_deref().unwrap_or_default(),
        region::host(service, region)
    );
    let headers: Vec<(&str, &[u8])> = request
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let is_form = request.headers.iter().any(|(name, value)| {
        name == "content-type" && value.starts_with("application/x-www-form-urlencoded")
    });
    let head = Head {
        method: &request.method,
        path: &request.path,
        query: &request.query,
        host: Some(&host),
        own_host: None,
        headers: &headers,
        scope_service: (!operation.unsigned).then(|| signed_as(service, operation, members)),
        scope_region: Some(region),
        form: is_form.then_some(&request.body),
    };
    let recognised = Catalog::embedded()
        .recognise(&head)
        .map_err(|unrecognised| ResolveError::NotRecognised {
            request: format!("{} {}", request.method, request.path),
            reason: unrecognised.to_string(),
        })?;
    let parts = RequestParts {
        method: &request.method,
        path: &request.path,
        query: &request.query,
        headers: &headers,
        body: &request.body,
    };
    let parameters = rolecall_protocol::parse(
        &recognised.service,
        recognised.operation(),
        recognised.protocol,
        &parts,
        &recognised.labels,
    )
    .map_err(|error| ResolveError::Refused {
        code: error.code,
        message: error.message,
    })?;
    Ok(Call {
        service: recognised.service,
        operation: recognised.operation,
        protocol: recognised.protocol,
        parameters,
        region: region.to_owned(),
        partition: partition_of(region).to_owned(),
        account: account.clone(),
        caller: None,
    })
}

/// The service in the credential scope: the bucket of an S3 request may choose another.
///
/// Source: botocore 1.44.5, the endpoint rules of S3: `s3express` for directory buckets, and
/// `s3-outposts` and `s3-object-lambda` for ARNs of these services.
fn signed_as<'s>(
    service: &'s Service,
    operation: &Operation,
    members: &Map<String, Value>,
) -> &'s str {
    let bucket = members.get("Bucket").and_then(Value::as_str);
    let wanted = match bucket {
        _ if operation.name == "ListDirectoryBuckets" => Some("s3express"),
        Some(bucket) if bucket.ends_with("--x-s3") => Some("s3express"),
        Some(bucket) if bucket.starts_with("arn:") => bucket.split(':').nth(2),
        _ => None,
    };
    let names = &service.signing_names;
    let found = wanted.and_then(|wanted| names.iter().find(|name| *name == wanted));
    found.or_else(|| names.first()).map_or("", String::as_str)
}
