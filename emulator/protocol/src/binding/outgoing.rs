//! Members into the path, the query and the headers of a request.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rolecall_catalog::{
    Operation, Service,
    model::{Location, Member, ShapeKind, TimestampFormat},
};
use serde_json::{Map, Value};

use crate::{Request, document::dumps, scalar, shapes};

/// What RFC 3986 calls unreserved stays.
const LABEL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');
/// A greedy label keeps its slashes.
const GREEDY: &AsciiSet = &LABEL.remove(b'/');

/// The request with everything but its body.
pub(crate) fn request(
    service: &Service,
    operation: &Operation,
    input: &Map<String, Value>,
) -> Request {
    let uri = operation.request_uri.as_str();
    let (template, constant) = uri.split_once('?').unwrap_or((uri, ""));
    let mut bound = Bound {
        service,
        path: template.to_owned(),
        pairs: constant
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(str::to_owned)
            .collect(),
        headers: Vec::new(),
    };
    for (name, value) in input {
        let shape = shapes::input(service, operation);
        if let Some(member) = shape.and_then(|s| s.members.iter().find(|m| m.name == *name)) {
            bound.member(member, value);
        }
    }
    Request {
        path: bound.path,
        query: bound.pairs.join("&"),
        headers: bound.headers,
        ..Request::new(service, operation, input)
    }
}

struct Bound<'s> {
    service: &'s Service,
    path: String,
    pairs: Vec<String>,
    headers: Vec<(String, String)>,
}

impl Bound<'_> {
    fn member(&mut self, member: &Member, value: &Value) {
        let name = shapes::wire_name(member);
        match member.location {
            Location::Uri => self.label(name, member, value),
            Location::Query => self.query(name, member, value),
            Location::Header => self.header(name, member, value),
            Location::Headers => {
                for (key, value) in value.as_object().into_iter().flatten() {
                    let text = value.as_str().unwrap_or_default();
                    self.push_header(&format!("{name}{key}"), text);
                }
            }
            Location::Body | Location::StatusCode => {}
        }
    }

    fn label(&mut self, name: &str, member: &Member, value: &Value) {
        let text = self.text(member, value, TimestampFormat::Iso8601);
        let fill = |path: &str, label: &str, set| {
            path.replace(label, &utf8_percent_encode(&text, set).to_string())
        };
        let filled = fill(&self.path, &format!("{{{name}}}"), LABEL);
        self.path = fill(&filled, &format!("{{{name}+}}"), GREEDY);
    }

    fn query(&mut self, name: &str, member: &Member, value: &Value) {
        let iso = TimestampFormat::Iso8601;
        match (shapes::kind(self.service, member), value) {
            (ShapeKind::Map { value: entry, .. }, Value::Object(entries)) => {
                for (key, value) in entries {
                    let several = match value {
                        Value::Array(items) => items.as_slice(),
                        one => std::slice::from_ref(one),
                    };
                    for one in several {
                        let text = self.text(entry, one, iso);
                        self.push_pair(key, &text);
                    }
                }
            }
            (ShapeKind::List { member: item, .. }, Value::Array(items)) => {
                for value in items {
                    let text = self.text(item, value, iso);
                    self.push_pair(name, &text);
                }
            }
            _ => {
                let text = self.text(member, value, iso);
                self.push_pair(name, &text);
            }
        }
    }

    fn push_pair(&mut self, name: &str, value: &str) {
        let quoted = |text| utf8_percent_encode(text, LABEL);
        self.pairs
            .push(format!("{}={}", quoted(name), quoted(value)));
    }

    fn header(&mut self, name: &str, member: &Member, value: &Value) {
        let text = match (shapes::kind(self.service, member), value) {
            (ShapeKind::List { .. }, Value::Array(items)) if items.is_empty() => return,
            (ShapeKind::List { member: item, .. }, Value::Array(items)) => {
                let texts = items.iter().map(|value| self.header_text(item, value));
                texts.collect::<Vec<_>>().join(",")
            }
            (
                ShapeKind::String {
                    json_value: true, ..
                },
                value,
            ) => {
                // A text is the JSON of a text.
                STANDARD.encode(dumps::compact(value))
            }
            _ => self.text(member, value, TimestampFormat::Rfc822),
        };
        self.push_header(name, &text);
    }

    /// An item of a list: a text is quoted where a comma or a quotation mark asks for it.
    ///
    /// Source: botocore 1.44.5, `_escape_header_list_string`.
    fn header_text(&self, item: &Member, value: &Value) -> String {
        match value {
            Value::String(text) if text.contains(['"', ',']) => {
                format!("\"{}\"", text.replace('"', "\\\""))
            }
            _ => self.text(item, value, TimestampFormat::Rfc822),
        }
    }

    fn push_header(&mut self, name: &str, value: &str) {
        self.headers
            .push((name.to_ascii_lowercase(), value.to_owned()));
    }

    fn text(&self, member: &Member, value: &Value, default: TimestampFormat) -> String {
        // Headers have whole seconds only.
        let whole = Value::from(value.as_f64().map_or(0, whole_seconds));
        let in_header = matches!(default, TimestampFormat::Rfc822);
        let timestamp = matches!(
            shapes::kind(self.service, member),
            ShapeKind::Timestamp { .. }
        );
        let value = if in_header && timestamp {
            &whole
        } else {
            value
        };
        scalar::request_text(self.service, member, value, default)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast to an integer saturates"
)]
fn whole_seconds(seconds: f64) -> i64 {
    seconds.floor() as i64
}
