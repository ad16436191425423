//! DeleteObjects, where the caller may delete some of the objects and not the others.
//!
//! Source: S3 API reference, DeleteObjects: the answer is 200 and says for each key whether it was
//! deleted, or the error. Observed: a key that may not be deleted is an `Error` with `AccessDenied`
//! (andrewrk/node-s3-client#235), with 200 even if none may be (minio/minio#4817). Assumed: that its
//! message is the one that DeleteObject has.

use std::{fmt::Write, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use rolecall_backends::{Body, RawRequest, RawResponse, Reply};
use rolecall_catalog::Call;
use rolecall_policy::{Action, Context, ContextValue, Principal, Requirement};
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{
    authorize::{Decided, requirements},
    denial::denial,
};
use crate::state::State;

/// A call of which a part is denied.
#[derive(Debug)]
pub(super) struct Partly {
    /// What is left of it; none if nothing is.
    pub(super) allowed: Option<(Arc<Call>, Vec<Decided>)>,
    /// What is denied, one by one.
    pub(super) denied: Vec<Denied>,
}

/// One object that may not be deleted.
#[derive(Debug)]
pub(super) struct Denied {
    pub(super) call: Arc<Call>,
    pub(super) decided: Vec<Decided>,
    pub(super) error: ServiceError,
}

/// Takes a call apart if AWS does; gives back what was decided if it is denied as a whole.
pub(super) fn partly(
    state: &State,
    call: &Arc<Call>,
    principal: &Principal,
    common: &Context,
    decided: Vec<Decided>,
) -> Result<Partly, Vec<Decided>> {
    if call.service.name != "s3" || call.operation().name != "DeleteObjects" {
        return Err(decided);
    }
    let items = items(call);
    // Source: the same page: up to 1,000 keys. A call with more is nothing to be taken apart.
    if items.is_empty() || items.len() > 1000 {
        return Err(decided);
    }
    let needs = items.iter().map(|item| {
        let alone = with_items(call, vec![item.clone()]);
        (alone.clone(), requirements(state, &alone))
    });
    let needs: Vec<_> = needs.collect();
    let is_denied = |decided: &&Decided| !decided.decision.is_allowed();
    let of_an_item = |one: &Decided| {
        let mut all = needs.iter().flat_map(|(_, needed)| needed);
        all.any(|needed| same(needed, &one.requirement))
    };
    if !decided.iter().filter(is_denied).all(of_an_item) {
        return Err(decided);
    }
    let mut left = decided;
    let (mut denied, mut passed) = (Vec::new(), Vec::new());
    let mut verdicts = Vec::with_capacity(items.len());
    for (_, needed) in &needs {
        verdicts.push(
            needed
                .iter()
                .find_map(|one| refusal(call, principal, common, one, &left)),
        );
    }
    for ((item, (alone, needed)), verdict) in items.iter().zip(needs).zip(verdicts) {
        let Some(error) = verdict else {
            passed.push(item.clone());
            continue;
        };
        let is_of_it = |one: &Decided| needed.iter().any(|needed| same(needed, &one.requirement));
        let (own, others) = left.into_iter().partition(is_of_it);
        left = others;
        let call = Arc::new(alone);
        denied.push(Denied {
            call,
            decided: own,
            error,
        });
    }
    let allowed = (!passed.is_empty()).then(|| (Arc::new(with_items(call, passed)), left));
    Ok(Partly { allowed, denied })
}

/// Why a requirement is not met: it is denied, or nobody decided it.
fn refusal(
    call: &Call,
    principal: &Principal,
    common: &Context,
    needed: &Requirement,
    decided: &[Decided],
) -> Option<ServiceError> {
    match decided.iter().find(|one| same(needed, &one.requirement)) {
        Some(one) if one.decision.is_allowed() => None,
        Some(one) => Some(denial(call, principal, common, one)),
        None => Some(ServiceError::new("AccessDenied", "Access Denied")),
    }
}

fn same(one: &Requirement, other: &Requirement) -> bool {
    fn key(one: &Requirement) -> (&Action, &str, Option<&ContextValue>) {
        let version = one.context.iter().find(|(key, _)| *key == "s3:versionid");
        (&one.action, &one.resource, version.map(|(_, value)| value))
    }
    key(one) == key(other)
}

fn items(call: &Call) -> Vec<Value> {
    let objects = call.parameters.get("Delete").and_then(|d| d.get("Objects"));
    objects
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default()
}

fn with_items(call: &Call, items: Vec<Value>) -> Call {
    let mut parameters = Map::new();
    for (name, value) in &call.parameters {
        if name != "Delete" {
            parameters.insert(name.clone(), value.clone());
        }
    }
    let quiet = call.parameters.get("Delete").and_then(|d| d.get("Quiet"));
    let mut delete = Map::from_iter([("Objects".to_owned(), Value::Array(items))]);
    delete.extend(quiet.map(|quiet| ("Quiet".to_owned(), quiet.clone())));
    parameters.insert("Delete".to_owned(), delete.into());
    Call {
        service: Arc::clone(&call.service),
        operation: call.operation,
        protocol: call.protocol,
        parameters,
        partition: call.partition.clone(),
        region: call.region.clone(),
        account: call.account.clone(),
        caller: call.caller.clone(),
    }
}

/// The body of what is left, and the head that goes with it: a backend that forwards sends these.
pub(super) fn rewritten(call: &Call, mut raw: RawRequest) -> (Body, RawRequest) {
    let request = rolecall_protocol::request(
        &call.service,
        call.operation(),
        call.protocol,
        &call.parameters,
    );
    // The digests are those of the body as it was.
    let is_digest = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.starts_with("x-amz-checksum-")
            || [
                "content-md5",
                "x-amz-sdk-checksum-algorithm",
                "content-length",
            ]
            .contains(&name.as_str())
    };
    raw.headers.retain(|(name, _)| !is_digest(name));
    let digest = BASE64_STANDARD.encode(Sha256::digest(&request.body));
    raw.headers
        .push(("x-amz-checksum-sha256".to_owned(), digest.into_bytes()));
    (Body::Bytes(request.body), raw)
}

/// Adds the errors of what was denied to an answer.
pub(super) fn told(reply: Reply, denied: &[Denied]) -> Reply {
    let errors = denied.iter().flat_map(|one| {
        let items = items(&one.call);
        items.into_iter().map(|item| error_of(&item, &one.error))
    });
    match reply {
        Reply::Answer(mut answer) => {
            let known = answer
                .output
                .entry("Errors")
                .or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(known) = known {
                known.extend(errors);
            }
            Reply::Answer(answer)
        }
        Reply::Raw(raw) => Reply::Raw(added(raw, errors)),
        failed @ Reply::Failed(_) => failed,
    }
}

fn error_of(item: &Value, error: &ServiceError) -> Value {
    let mut entry = json!({ "Code": error.code, "Message": error.message });
    for name in ["Key", "VersionId"] {
        if let (Some(value), Value::Object(entry)) = (item.get(name), &mut entry) {
            entry.insert(name.to_owned(), value.clone());
        }
    }
    entry
}

/// The same in the document of an upstream.
fn added(mut raw: RawResponse, errors: impl Iterator<Item = Value>) -> RawResponse {
    const END: &str = "</DeleteResult>";
    let (true, Body::Bytes(document)) = (raw.status == 200, &raw.body) else {
        return raw;
    };
    let text = String::from_utf8_lossy(document);
    let Some((before, _)) = text.trim_end().rsplit_once(END) else {
        // An empty result, as one element.
        let empty = text
            .trim_end()
            .strip_suffix("/>")
            .map(|start| format!("{start}>"));
        return match empty {
            Some(start) => with_document(raw, start + &elements(errors) + END),
            None => raw,
        };
    };
    let document = before.to_owned() + &elements(errors) + END;
    raw = with_document(raw, document);
    raw
}

fn with_document(mut raw: RawResponse, document: String) -> RawResponse {
    raw.headers
        .retain(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
    raw.body = Body::Bytes(Bytes::from(document));
    raw
}

fn elements(errors: impl Iterator<Item = Value>) -> String {
    let mut text = String::new();
    for error in errors {
        text += "<Error>";
        for name in ["Key", "VersionId", "Code", "Message"] {
            if let Some(value) = error.get(name).and_then(Value::as_str) {
                let value = escaped(value);
                let _ = write!(text, "<{name}>{value}</{name}>");
            }
        }
        text += "</Error>";
    }
    text
}

fn escaped(text: &str) -> String {
    let escape = |c: char| match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        c if c.is_control() => format!("&#x{:x};", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}
