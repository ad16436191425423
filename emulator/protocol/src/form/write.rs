//! Input members as a form.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rolecall_catalog::{
    Operation, Service,
    model::{Member, ShapeKind, Structure, TimestampFormat},
};
use serde_json::{Map, Value};

use super::read::{Dialect, ec2_name};
use crate::{Request, scalar, shapes};

/// Python's `quote_plus`: what it leaves alone, and the blank, which becomes a plus.
const QUOTED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b' ');

/// The request of a form: `Action`, `Version`, then the members in the order in which they are given.
pub(crate) fn request(
    service: &Service,
    operation: &Operation,
    input: &Map<String, Value>,
    dialect: Dialect,
) -> Request {
    let mut writer = Writer {
        service,
        dialect,
        pairs: vec![
            ("Action".to_owned(), operation.name.clone()),
            ("Version".to_owned(), service.api_version.clone()),
        ],
    };
    if let Some(shape) = shapes::input(service, operation) {
        writer.structure("", shape, input);
    }
    Request {
        method: operation.method.clone(),
        headers: vec![(
            "content-type".to_owned(),
            "application/x-www-form-urlencoded; charset=utf-8".to_owned(),
        )],
        body: encoded(&writer.pairs).into(),
        ..Request::new(service, operation, input)
    }
}

fn encoded(pairs: &[(String, String)]) -> String {
    let quoted = |text: &str| {
        utf8_percent_encode(text, QUOTED)
            .to_string()
            .replace(' ', "+")
    };
    let pairs = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", quoted(name), quoted(value)));
    pairs.collect::<Vec<_>>().join("&")
}

struct Writer<'s> {
    service: &'s Service,
    dialect: Dialect,
    pairs: Vec<(String, String)>,
}

impl Writer<'_> {
    fn structure(&mut self, prefix: &str, shape: &Structure, values: &Map<String, Value>) {
        for (name, value) in values {
            if let Some(member) = shape.members.iter().find(|m| m.name == *name) {
                let name = match self.dialect {
                    Dialect::Query => Cow::Borrowed(shapes::wire_name(member)),
                    Dialect::Ec2 => ec2_name(member),
                };
                self.member(&join(prefix, &name), member, value);
            }
        }
    }

    fn member(&mut self, name: &str, member: &Member, value: &Value) {
        match (shapes::kind(self.service, member), value) {
            (ShapeKind::Structure(shape), Value::Object(values)) => {
                self.structure(name, shape, values);
            }
            (ShapeKind::List { member: item, .. }, Value::Array(values)) => {
                self.list(name, member, item, values);
            }
            (ShapeKind::Map { key, value, .. }, Value::Object(values)) => {
                self.map(name, member, (key, value), values);
            }
            _ => {
                let iso = TimestampFormat::Iso8601;
                let text = scalar::request_text(self.service, member, value, iso);
                self.pairs.push((name.to_owned(), text));
            }
        }
    }

    fn list(&mut self, name: &str, list: &Member, item: &Member, values: &[Value]) {
        if values.is_empty() && self.dialect == Dialect::Query {
            self.pairs.push((name.to_owned(), String::new()));
        }
        let item_name = item.location_name.as_deref();
        let holder = match (self.dialect, shapes::is_flattened(self.service, list)) {
            (Dialect::Ec2, _) => name.to_owned(),
            // Its items' name takes the place of the list's own.
            (Dialect::Query, true) => match item_name {
                Some(item) => {
                    let parent = name.rsplit_once('.').map_or("", |(parent, _)| parent);
                    join(parent, item)
                }
                None => name.to_owned(),
            },
            (Dialect::Query, false) => join(name, item_name.unwrap_or("member")),
        };
        for (index, value) in values.iter().enumerate() {
            self.member(&format!("{holder}.{}", index + 1), item, value);
        }
    }

    fn map(
        &mut self,
        name: &str,
        map: &Member,
        (key, value): (&Member, &Member),
        entries: &Map<String, Value>,
    ) {
        let holder = if shapes::is_flattened(self.service, map) {
            name.to_owned()
        } else {
            join(name, "entry")
        };
        for (index, (text, entry)) in entries.iter().enumerate() {
            let prefix = format!("{holder}.{}", index + 1);
            let key_name = key.location_name.as_deref().unwrap_or("key");
            self.pairs.push((join(&prefix, key_name), text.clone()));
            let value_name = value.location_name.as_deref().unwrap_or("value");
            self.member(&join(&prefix, value_name), value, entry);
        }
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}.{name}")
    }
}
