//! Members out of the path, the query and the headers of a request.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rolecall_catalog::{
    Operation, Service,
    model::{Location, Member, ShapeKind, Structure, TimestampFormat},
};
use serde_json::{Map, Value};

use super::header;
use crate::{
    RequestParts, ServiceError, form,
    scalar::{self, Mismatch},
    shapes,
};

/// The members of `shape` that are bound outside of the body.
///
/// `refuse` gives a text of the wrong type its error.
pub(crate) fn read(
    service: &Service,
    operation: &Operation,
    shape: &Structure,
    request: &RequestParts<'_>,
    labels: &[(String, String)],
    refuse: fn(&Mismatch) -> ServiceError,
) -> Result<Map<String, Value>, ServiceError> {
    let query = form::pairs(request.query.as_bytes()).unwrap_or_default();
    let reader = Reader {
        service,
        operation,
        shape,
        request,
        labels,
        query,
    };
    let mut members = Map::new();
    for member in &shape.members {
        if let Some(value) = reader.value(member).map_err(|mismatch| refuse(&mismatch))? {
            members.insert(member.name.clone(), value);
        }
    }
    Ok(members)
}

struct Reader<'a> {
    service: &'a Service,
    operation: &'a Operation,
    shape: &'a Structure,
    request: &'a RequestParts<'a>,
    labels: &'a [(String, String)],
    query: Vec<form::Pair<'a>>,
}

impl Reader<'_> {
    fn value(&self, member: &Member) -> Result<Option<Value>, Mismatch> {
        let name = shapes::wire_name(member);
        match member.location {
            Location::Uri => self.label(name, member),
            Location::Query => self.query(name, member),
            Location::Header => self.header(name, member),
            Location::Headers => Ok(self.headers(name)),
            Location::Body if member.host_label => self.label(&member.name, member),
            Location::Body | Location::StatusCode => Ok(None),
        }
    }

    fn label(&self, name: &str, member: &Member) -> Result<Option<Value>, Mismatch> {
        let label = self
            .labels
            .iter()
            .find(|(label, _)| label.trim_end_matches('+') == name);
        label
            .map(|(_, text)| scalar::from_text(self.service, member, text))
            .transpose()
    }

    fn query(&self, name: &str, member: &Member) -> Result<Option<Value>, Mismatch> {
        match shapes::kind(self.service, member) {
            ShapeKind::Map { value, .. } => self.query_map(value),
            ShapeKind::List { member: item, .. } => {
                let values: Vec<Value> = self
                    .values(name)
                    .map(|text| scalar::from_text(self.service, item, text))
                    .collect::<Result<_, _>>()?;
                Ok((!values.is_empty()).then_some(Value::Array(values)))
            }
            _ => self
                .values(name)
                .next()
                .map(|text| scalar::from_text(self.service, member, text))
                .transpose(),
        }
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.query
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, value)| value.as_ref())
    }

    /// A map takes what no other member is bound to and the path's template has not.
    fn query_map(&self, value: &Member) -> Result<Option<Value>, Mismatch> {
        let mut map = Map::new();
        for (name, text) in self.query.iter().filter(|(name, _)| !self.is_bound(name)) {
            match shapes::kind(self.service, value) {
                ShapeKind::List { member: item, .. } => {
                    let item = scalar::from_text(self.service, item, text)?;
                    let list = map
                        .entry(name.as_ref())
                        .or_insert_with(|| Value::Array(Vec::new()));
                    if let Value::Array(list) = list {
                        list.push(item);
                    }
                }
                _ => {
                    map.insert(
                        name.to_string(),
                        scalar::from_text(self.service, value, text)?,
                    );
                }
            }
        }
        Ok((!map.is_empty()).then_some(Value::Object(map)))
    }

    fn is_bound(&self, name: &str) -> bool {
        let template = self
            .operation
            .request_uri
            .split_once('?')
            .map_or("", |(_, query)| query);
        let constant = template
            .split('&')
            .any(|pair| pair.split('=').next() == Some(name));
        let signature = name
            .get(..6)
            .is_some_and(|head| head.eq_ignore_ascii_case("x-amz-"));
        constant
            || signature
            || self
                .shape
                .members
                .iter()
                .any(|m| m.location == Location::Query && shapes::wire_name(m) == name)
    }

    fn header(&self, name: &str, member: &Member) -> Result<Option<Value>, Mismatch> {
        let Some(text) = self.header_text(name) else {
            return Ok(None);
        };
        if name.eq_ignore_ascii_case("content-encoding") {
            return Ok(without_chunked(&text).map(Value::String));
        }
        let value = match shapes::kind(self.service, member) {
            ShapeKind::List { member: item, .. } => self.header_list(item, &text)?,
            ShapeKind::String {
                json_value: true, ..
            } => json_value(member, &text)?,
            // An empty header says nothing but for a text.
            ShapeKind::String { .. } => text.into_owned().into(),
            _ if text.is_empty() => return Ok(None),
            _ => scalar::from_text(self.service, member, &text)?,
        };
        Ok(Some(value))
    }

    fn header_list(&self, item: &Member, text: &str) -> Result<Value, Mismatch> {
        let items = match shapes::kind(self.service, item) {
            ShapeKind::Timestamp {
                format: None | Some(TimestampFormat::Rfc822),
            } => header::split_dates(text),
            _ => header::split_list(text),
        };
        items
            .iter()
            .map(|text| scalar::from_text(self.service, item, text))
            .collect()
    }

    fn header_text(&self, name: &str) -> Option<Cow<'_, str>> {
        let (_, value) = self
            .request
            .headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        Some(text(value))
    }

    fn headers(&self, prefix: &str) -> Option<Value> {
        let map: Map<String, Value> = self
            .request
            .headers
            .iter()
            .filter_map(|(name, value)| {
                let (head, key) = name.split_at_checked(prefix.len())?;
                head.eq_ignore_ascii_case(prefix)
                    .then(|| (key.to_owned(), text(value).into()))
            })
            .collect();
        (!map.is_empty()).then_some(Value::Object(map))
    }
}

/// UTF-8 where it is; else Latin-1, as HTTP once meant it.
fn text(value: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(value) {
        Ok(text) => text.into(),
        Err(_) => value
            .iter()
            .map(|byte| char::from(*byte))
            .collect::<String>()
            .into(),
    }
}

/// `aws-chunked` is how the body travels, no part of what is stored; source: S3 user guide,
/// "Signature calculations: transferring payload in multiple chunks".
fn without_chunked(text: &str) -> Option<String> {
    let encodings: Vec<&str> = text
        .split(',')
        .map(str::trim)
        .filter(|encoding| !encoding.is_empty() && !encoding.eq_ignore_ascii_case("aws-chunked"))
        .collect();
    (!encodings.is_empty()).then(|| encodings.join(","))
}

/// Base64 of JSON.
fn json_value(member: &Member, text: &str) -> Result<Value, Mismatch> {
    let json = STANDARD
        .decode(text)
        .ok()
        .and_then(|json| serde_json::from_slice(&json).ok());
    json.ok_or_else(|| Mismatch {
        member: member.name.clone(),
        found: text.chars().take(64).collect(),
        expected: "JsonValue",
    })
}
