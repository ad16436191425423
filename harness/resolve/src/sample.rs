//! Plausible parameters for an operation, made from its model and the authorization data alone.

use rolecall_catalog::{
    Catalog, Service, ShapeId,
    iam::ResourceType,
    model::{Location, Member, ShapeKind, Structure},
};
use rolecall_policy::Action;
use serde_json::{Map, Value, json};

/// Deeper than this, members are left out: some shapes contain themselves.
const DEPTH: usize = 5;

/// Parameters with every member that a call of the operation can have: of a union, the first.
///
/// A text that is called after an ARN is the ARN of the resource type whose name the parameter's is or, of
/// those that fit it, best one that the operation's action takes; `ResourceArn` and `Arn` name nothing else. All other texts
/// are made of the parameter's name.
pub fn parameters(service: &Service, operation: usize) -> Map<String, Value> {
    let input = service.operations.get(operation).and_then(|o| o.input);
    let shape = input.and_then(|id| service.structure(id));
    let sampler = Sampler {
        service,
        takes: takes(service, operation),
    };
    shape
        .map(|shape| sampler.structure(shape, 0))
        .unwrap_or_default()
}

/// The names of the resource types that the operation's action takes, required ones first.
fn takes(service: &Service, operation: usize) -> Vec<String> {
    let catalog = Catalog::embedded();
    let mapped = catalog
        .mapping(&service.name, operation)
        .and_then(|mapping| mapping.actions.first());
    let action = mapped
        .and_then(|mapped| Action::parse(&mapped.action).ok())
        .and_then(|action| catalog.action(&action));
    let mut types = action
        .map(|action| action.resource_types)
        .unwrap_or_default();
    types.sort_by_key(|taken| !taken.required);
    types.into_iter().map(|taken| taken.resource_type).collect()
}

/// Makes the values of one operation.
struct Sampler<'s> {
    service: &'s Service,
    takes: Vec<String>,
}

impl Sampler<'_> {
    fn structure(&self, shape: &Structure, depth: usize) -> Map<String, Value> {
        let usable = |m: &&Member| {
            (m.required || depth < DEPTH) && m.location != Location::StatusCode && !self.streams(m)
        };
        let members = shape
            .members
            .iter()
            .filter(usable)
            .filter_map(|m| Some((m.name.clone(), self.value(&m.name, m, depth)?)));
        if shape.union {
            return members.take(1).collect();
        }
        members.collect()
    }

    fn streams(&self, member: &Member) -> bool {
        self.service
            .structure(member.shape)
            .is_some_and(|shape| shape.event_stream)
    }

    fn value(&self, name: &str, member: &Member, depth: usize) -> Option<Value> {
        self.shape(name, member, member.shape, depth)
    }

    fn shape(&self, name: &str, member: &Member, id: ShapeId, depth: usize) -> Option<Value> {
        if depth > DEPTH + 4 {
            return None;
        }
        Some(match &self.service.shape(id).kind {
            ShapeKind::Structure(inner) => {
                let members = self.structure(inner, depth + 1);
                // A union without a member is none.
                if inner.union && members.is_empty() {
                    return None;
                }
                Value::Object(members)
            }
            ShapeKind::List { member: item, .. } => {
                let item = self.value(name, item, depth + 1);
                Value::Array(item.into_iter().collect())
            }
            ShapeKind::Map {
                key, value: entry, ..
            } => {
                let key = self.value("sample", key, depth + 1);
                let key = key.as_ref().and_then(Value::as_str).unwrap_or("sample");
                let entry = self.value(name, entry, depth + 1);
                let entries = entry.map(|entry| (key.to_owned(), entry));
                Value::Object(entries.into_iter().collect())
            }
            ShapeKind::String { values, .. } => match values.first() {
                Some(first) => json!(first),
                None if member.host_label => json!("123456789012"),
                None => json!(self.text(name)),
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
    fn text(&self, name: &str) -> String {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "copysource" => "source-bucket/key".to_owned(),
            "queueurl" => "https://sqs.us-east-1.amazonaws.com/123456789012/sample".to_owned(),
            "accountid" | "awsaccountid" => "123456789012".to_owned(),
            "statement" => "SELECT * FROM \"Sample\"".to_owned(),
            // CloudTrail's event data store by its id, and SimpleDB's domain.
            "querystatement" => "SELECT * FROM 01234567-89ab-cdef-0123-456789abcdef".to_owned(),
            "selectexpression" => "select * from sample".to_owned(),
            _ if is_arn(&lower) => self.arn(&lower),
            _ => match listed(&self.service.name, name) {
                Some(word) if word.starts_with('=') => word.replacen('=', "", 1),
                Some(_) => self.arn(&lower),
                None => format!("sample-{lower}"),
            },
        }
    }

    /// An ARN of the resource type that a parameter is called after.
    fn arn(&self, lower: &str) -> String {
        let stem = lower.trim_end_matches("list").trim_end_matches('s');
        let stem = stem.trim_end_matches("arn");
        let iam = Catalog::embedded().iam(&self.service.iam_prefix);
        let types: Vec<&ResourceType> = iam.iter().flat_map(|iam| &iam.resource_types).collect();
        let taken = |kind: &ResourceType| self.takes.iter().position(|name| *name == kind.name);
        let listed = listed(&self.service.name, lower);
        let is_listed = |kind: &&&ResourceType| Some(kind.name.as_str()) == listed;
        if let Some(kind) = types.iter().find(|k| is_listed(k) && taken(k).is_some()) {
            return filled(&kind.arn);
        }
        if GENERIC.contains(&stem) {
            let first = types
                .iter()
                .filter(|kind| taken(kind).is_some())
                .min_by_key(|kind| taken(kind));
            if let Some(kind) = first.or_else(|| types.first()) {
                return filled(&kind.arn);
            }
        }
        let fitting = types.iter().map(|kind| (fit(stem, kind), kind));
        let best = fitting
            .filter(|(fit, _)| *fit > 0)
            .max_by_key(|(fit, kind)| {
                (*fit == EXACT, taken(kind).is_some(), *fit, kind.name.len())
            });
        let other = OTHERS.iter().find(|(word, _)| lower.contains(word));
        match (best, other) {
            (Some((fit, kind)), other) if other.is_none() || fit > LOOSE => filled(&kind.arn),
            (_, Some((_, arn))) => (*arn).to_owned(),
            _ => format!(
                "arn:aws:{}:us-east-1:123456789012:{stem}/sample",
                self.service.iam_prefix
            ),
        }
    }
}

/// Names of parameters that are the resource itself, of whatever type.
const GENERIC: [&str; 6] = [
    "",
    "identifier",
    "resource",
    "resourceid",
    "resourceidentifier",
    "resourcename",
];

/// The word that the list has with a parameter, empty where it has none.
fn listed(service: &str, parameter: &str) -> Option<&'static str> {
    const LIST: &str = include_str!("samples.txt");
    LIST.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        let is = words.next()? == service && words.next()?.eq_ignore_ascii_case(parameter);
        is.then(|| words.next().unwrap_or_default())
    })
}

fn is_arn(lower: &str) -> bool {
    ["arn", "arns", "arnlist"]
        .iter()
        .any(|end| lower.ends_with(end))
        || lower == "role"
}

/// Of other services, by a word of the parameter's name.
const OTHERS: [(&str, &str); 8] = [
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

/// The fit of a name that is the type's.
const EXACT: u8 = 4;

/// A fit that a word of [`OTHERS`] beats.
const LOOSE: u8 = 2;

/// How well a parameter's name without `arn` fits a resource type, by its name and by what its ARNs
/// have before the id; 0 is not at all.
fn fit(stem: &str, kind: &ResourceType) -> u8 {
    let plain = |name: &str| name.replace(['-', '_', ' '], "").to_ascii_lowercase();
    let format = kind.arn.split(", ").next().unwrap_or_default();
    let resource = format.splitn(6, ':').last().unwrap_or_default();
    let segment = resource
        .split(['/', ':'])
        .rfind(|part| !part.is_empty() && !part.contains(['$', '*']));
    let names = [Some(kind.name.as_str()), segment];
    let one = |name: &str| {
        let name = plain(name);
        match () {
            () if name.len() < 2 => 0,
            () if stem == name => EXACT,
            () if stem.ends_with(&name) || stem.starts_with(&name) => 3,
            () if stem.contains(&name) => 2,
            () if stem.len() > 2 && (name.ends_with(stem) || name.starts_with(stem)) => 1,
            () => 0,
        }
    };
    names
        .into_iter()
        .flatten()
        .map(one)
        .max()
        .unwrap_or_default()
}

/// A format with `sample` for what is not the call's own.
fn filled(format: &str) -> String {
    let mut text = String::new();
    let mut rest = format.split(", ").next().unwrap_or_default();
    while let Some((before, after)) = rest.split_once("${") {
        text.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(match name {
            "Partition" => "aws",
            "Region" => "us-east-1",
            "Account" | "AccountId" => "123456789012",
            _ => "sample",
        });
        rest = after;
    }
    (text + rest).replace('*', "sample")
}
