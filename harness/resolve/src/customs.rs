//! What botocore changes in parameters before it serialises them, as far as a requirement can tell.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rolecall_catalog::{Operation, Service, model::Structure};
use serde_json::{Map, Value};

/// What stays in a copy source.
const QUOTED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

/// The parameters after botocore's own handlers.
///
/// Source: botocore 1.44.5, `handlers.py`: `handle_copy_source_param`, `inject_account_id` (of
/// Glacier: `-`), `fix_route53_ids`.
pub(crate) fn customised(
    service: &Service,
    operation: &Operation,
    mut parameters: Map<String, Value>,
) -> Map<String, Value> {
    let input = operation.input.and_then(|id| service.structure(id));
    match (service.name.as_str(), operation.name.as_str(), input) {
        ("s3", "CopyObject" | "UploadPartCopy", _) => {
            if let Some(source) = parameters.get_mut("CopySource") {
                copy_source(source);
            }
        }
        ("glacier", _, Some(input)) if input.members.iter().any(|m| m.name == "accountId") => {
            parameters.entry("accountId").or_insert_with(|| "-".into());
        }
        ("route53", _, Some(input)) => route53_ids(service, input, &mut parameters),
        _ => {}
    }
    parameters
}

/// A text, or `{"Bucket", "Key", "VersionId"}`; neither is percent-encoded yet.
fn copy_source(source: &mut Value) {
    let (path, version) = match &*source {
        Value::String(text) => match text.split_once("?versionId=") {
            Some((path, version)) => (path.to_owned(), Some(version)),
            None => (text.clone(), None),
        },
        Value::Object(parts) => {
            let part = |name: &str| parts.get(name).and_then(Value::as_str);
            let (Some(bucket), Some(key)) = (part("Bucket"), part("Key")) else {
                return;
            };
            let between = if bucket.starts_with("arn:") {
                "/object/"
            } else {
                "/"
            };
            (format!("{bucket}{between}{key}"), part("VersionId"))
        }
        _ => return,
    };
    let version = version.map(|version| format!("?versionId={version}"));
    let quoted = utf8_percent_encode(&path, QUOTED);
    *source = format!("{quoted}{}", version.unwrap_or_default()).into();
}

/// Ids may come with their type, such as `/hostedzone/Z1`.
fn route53_ids(service: &Service, input: &Structure, parameters: &mut Map<String, Value>) {
    for member in &input.members {
        let shape = service.shape(member.shape).name.as_str();
        if !matches!(shape, "ResourceId" | "DelegationSetId" | "ChangeId") {
            continue;
        }
        if let Some(value) = parameters.get_mut(&member.name)
            && let Some((_, id)) = value.as_str().and_then(|text| text.rsplit_once('/'))
        {
            *value = id.into();
        }
    }
}
