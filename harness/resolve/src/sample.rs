//! Plausible parameters for an operation, made from its model alone.

use rolecall_catalog::{
    Catalog, Service, ShapeId,
    model::{Location, Member, ShapeKind, Structure},
};
use serde_json::{Map, Value, json};

/// Deeper than this, members are left out: some shapes contain themselves.
const DEPTH: usize = 5;

/// Parameters with every member that a call of the operation can have: of a union, the first.
///
/// A text that is called after an ARN is the ARN of a resource type of the service whose name fits
/// the parameter's; all other texts are made of the parameter's name.
pub fn parameters(service: &Service, operation: usize) -> Map<String, Value> {
    let input = service.operations.get(operation).and_then(|o| o.input);
    let shape = input.and_then(|id| service.structure(id));
    shape
        .map(|shape| structure(service, shape, 0))
        .unwrap_or_default()
}

fn structure(service: &Service, shape: &Structure, depth: usize) -> Map<String, Value> {
    let usable = |m: &&Member| {
        (m.required || depth < DEPTH) && m.location != Location::StatusCode && !streams(service, m)
    };
    let members = shape
        .members
        .iter()
        .filter(usable)
        .filter_map(|m| Some((m.name.clone(), value(service, &m.name, m, depth)?)));
    if shape.union {
        return members.take(1).collect();
    }
    members.collect()
}

fn streams(service: &Service, member: &Member) -> bool {
    service
        .structure(member.shape)
        .is_some_and(|shape| shape.event_stream)
}

fn value(service: &Service, name: &str, member: &Member, depth: usize) -> Option<Value> {
    shape(service, name, member, member.shape, depth)
}

fn shape(
    service: &Service,
    name: &str,
    member: &Member,
    id: ShapeId,
    depth: usize,
) -> Option<Value> {
    if depth > DEPTH + 4 {
        return None;
    }
    Some(match &service.shape(id).kind {
        ShapeKind::Structure(inner) => {
            let members = structure(service, inner, depth + 1);
            // A union without a member is none.
            if inner.union && members.is_empty() {
                return None;
            }
            Value::Object(members)
        }
        ShapeKind::List { member: item, .. } => {
            let item = value(service, name, item, depth + 1);
            Value::Array(item.into_iter().collect())
        }
        ShapeKind::Map {
            key, value: entry, ..
        } => {
            let key = value(service, "sample", key, depth + 1);
            let key = key.as_ref().and_then(Value::as_str).unwrap_or("sample");
            let entry = value(service, name, entry, depth + 1);
            let entries = entry.map(|entry| (key.to_owned(), entry));
            Value::Object(entries.into_iter().collect())
        }
        ShapeKind::String { values, .. } => match values.first() {
            Some(first) => json!(first),
            None if member.host_label => json!("123456789012"),
            None => json!(text(service, name)),
        },
        ShapeKind::Boolean => json!(true),
        ShapeKind::Integer | ShapeKind::Long => json!(7),
        ShapeKind::Float | ShapeKind::Double => json!(0.5),
        ShapeKind::Timestamp { .. } => json!(1_795_420_800),
        ShapeKind::Blob { .. } => json!("c2FtcGxl"),
        ShapeKind::Document => json!({}),
    })
}

/// What a text holds that is called so.
fn text(service: &Service, name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "copysource" => "source-bucket/key".to_owned(),
        "queueurl" => "https://sqs.us-east-1.amazonaws.com/123456789012/sample".to_owned(),
        "accountid" | "awsaccountid" => "123456789012".to_owned(),
        "statement" => "SELECT * FROM \"Sample\"".to_owned(),
        _ if is_arn(&lower) => arn(service, &lower),
        _ => format!("sample-{lower}"),
    }
}

fn is_arn(lower: &str) -> bool {
    lower.ends_with("arn") || lower.ends_with("arns") || lower == "role"
}

/// An ARN of the service's resource type whose name is in the parameter's; of `RoleArn` and its kin,
/// IAM's.
fn arn(service: &Service, lower: &str) -> String {
    let others = [
        ("role", "arn:aws:iam::123456789012:role/sample"),
        ("kms", "arn:aws:kms:us-east-1:123456789012:key/sample"),
        ("topic", "arn:aws:sns:us-east-1:123456789012:sample"),
        (
            "lambda",
            "arn:aws:lambda:us-east-1:123456789012:function:sample",
        ),
        (
            "secret",
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:sample-AbCdEf",
        ),
        (
            "loggroup",
            "arn:aws:logs:us-east-1:123456789012:log-group:sample",
        ),
        ("s3bucket", "arn:aws:s3:::sample"),
        (
            "certificate",
            "arn:aws:acm:us-east-1:123456789012:certificate/sample",
        ),
    ];
    let iam = Catalog::embedded().iam(&service.iam_prefix);
    let types = iam.iter().flat_map(|iam| &iam.resource_types);
    let plain = |name: &str| name.replace(['-', '_', ' '], "").to_ascii_lowercase();
    let own = types
        .filter(|kind| lower.contains(&plain(&kind.name)))
        .max_by_key(|kind| kind.name.len());
    if let Some(kind) = own {
        return filled(&kind.arn);
    }
    let other = others.iter().find(|(word, _)| lower.contains(word));
    match (
        other,
        iam.as_ref().and_then(|iam| iam.resource_types.first()),
    ) {
        (Some((_, arn)), _) => (*arn).to_owned(),
        (None, Some(first)) => filled(&first.arn),
        (None, None) => format!(
            "arn:aws:{}:us-east-1:123456789012:sample/sample",
            service.iam_prefix
        ),
    }
}

fn filled(format: &str) -> String {
    let mut text = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("${") {
        text.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(match name {
            "Partition" => "aws",
            "Region" => "us-east-1",
            "Account" => "123456789012",
            _ => "sample",
        });
        rest = after;
    }
    text + rest
}
