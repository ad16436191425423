//! Members into XML text.

use std::borrow::Cow;

use rolecall_catalog::{
    Service,
    model::{Member, ShapeKind, Structure, TimestampFormat},
};
use serde_json::{Map, Value};

use super::Document;
use crate::{scalar, shapes, timestamp::Milliseconds};

/// The namespace of `xsi:type`, which S3 puts on a grantee.
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Writes output members of a service into a document.
#[derive(Debug)]
pub(crate) struct Writer<'s, 'd> {
    pub(crate) service: &'s Service,
    pub(crate) milliseconds: Milliseconds,
    pub(crate) document: &'d mut Document,
}

impl<'s> Writer<'s, '_> {
    /// The body members of a structure, in the order of the model.
    pub(crate) fn members(&mut self, shape: &Structure, values: &Map<String, Value>) {
        for member in shapes::body_members(shape).filter(|m| !m.xml_attribute) {
            if let Some(value) = values.get(&member.name) {
                self.member(self.element_name(member), member, value);
            }
        }
    }

    /// One member under the name that its place gives it.
    pub(crate) fn member(&mut self, name: &str, member: &Member, value: &Value) {
        let flattened = shapes::is_flattened(self.service, member);
        match (shapes::kind(self.service, member), value) {
            (ShapeKind::Structure(shape), Value::Object(values)) => {
                self.structure(name, shape, values);
            }
            (ShapeKind::List { member: item, .. }, Value::Array(values)) if flattened => {
                self.items(name, item, values);
            }
            (ShapeKind::List { member: item, .. }, Value::Array(values)) => {
                self.document.open(name);
                self.items(
                    item.location_name.as_deref().unwrap_or("member"),
                    item,
                    values,
                );
                self.document.close(name);
            }
            (ShapeKind::Map { key, value, .. }, Value::Object(values)) if flattened => {
                self.entries(name, key, value, values);
            }
            (ShapeKind::Map { key, value, .. }, Value::Object(values)) => {
                self.document.open(name);
                self.entries("entry", key, value, values);
                self.document.close(name);
            }
            _ => self.scalar(name, member, value),
        }
    }

    fn element_name<'m>(&self, member: &'m Member) -> &'m str
    where
        's: 'm,
    {
        match shapes::kind(self.service, member) {
            ShapeKind::List { member: item, .. } if shapes::is_flattened(self.service, member) => {
                item.location_name
                    .as_deref()
                    .unwrap_or_else(|| shapes::wire_name(member))
            }
            _ => shapes::wire_name(member),
        }
    }

    fn structure(&mut self, name: &str, shape: &Structure, values: &Map<String, Value>) {
        let attributes: Vec<(Cow<'static, str>, &str)> = shape
            .members
            .iter()
            .filter(|m| m.xml_attribute)
            .flat_map(|member| attributes(member, values))
            .collect();
        self.document.open_with(name, &attributes);
        self.members(shape, values);
        self.document.close(name);
    }

    fn items(&mut self, name: &str, item: &Member, values: &[Value]) {
        for value in values {
            self.member(name, item, value);
        }
    }

    fn entries(&mut self, name: &str, key: &Member, value: &Member, values: &Map<String, Value>) {
        for (text, entry) in values {
            self.document.open(name);
            self.document
                .leaf(key.location_name.as_deref().unwrap_or("key"), text);
            self.member(
                value.location_name.as_deref().unwrap_or("value"),
                value,
                entry,
            );
            self.document.close(name);
        }
    }

    fn scalar(&mut self, name: &str, member: &Member, value: &Value) {
        let iso = TimestampFormat::Iso8601;
        let text = scalar::to_text(self.service, member, value, iso, self.milliseconds);
        if let Some(text) = text {
            self.document.leaf(name, &text);
        }
    }
}

/// An attribute, after the namespace that its prefix needs.
fn attributes<'v>(
    member: &Member,
    values: &'v Map<String, Value>,
) -> Vec<(Cow<'static, str>, &'v str)> {
    let Some(text) = values.get(&member.name).and_then(Value::as_str) else {
        return Vec::new();
    };
    let name = shapes::wire_name(member);
    let namespace = name
        .split_once(':')
        .map(|(prefix, _)| (format!("xmlns:{prefix}").into(), XSI));
    namespace
        .into_iter()
        .chain([(name.to_owned().into(), text)])
        .collect()
}
