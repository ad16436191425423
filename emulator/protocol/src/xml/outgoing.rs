//! Members into the XML text of a request, as botocore writes it.

use std::borrow::Cow;

use rolecall_catalog::{
    Service,
    model::{Member, ShapeKind, Structure, TimestampFormat},
};
use serde_json::{Map, Value};

use super::Document;
use crate::{scalar, shapes};

/// A namespace: its prefix and its URI.
type Namespace<'a> = (Option<&'a str>, &'a str);

/// Writes input members of a service into a document.
#[derive(Debug)]
pub(crate) struct RequestWriter<'s, 'd> {
    pub(crate) service: &'s Service,
    pub(crate) document: &'d mut Document,
}

impl RequestWriter<'_, '_> {
    /// A structure as an element.
    pub(crate) fn structure(
        &mut self,
        name: &str,
        namespace: Option<Namespace<'_>>,
        shape: &Structure,
        values: &Map<String, Value>,
    ) {
        let find = |name: &str| shape.members.iter().find(|m| m.name == name);
        let known = || values.iter().filter_map(|(n, v)| Some((find(n)?, v)));
        let mut attributes: Vec<(Cow<'static, str>, &str)> =
            declaration(namespace).into_iter().collect();
        attributes.extend(known().filter(|(member, _)| member.xml_attribute).map(
            |(member, value)| {
                let text = value.as_str().unwrap_or_default();
                (shapes::wire_name(member).to_owned().into(), text)
            },
        ));
        let service = self.service;
        self.document.element(name, &attributes, |document| {
            let mut writer = RequestWriter { service, document };
            for (member, value) in known().filter(|(m, _)| !m.xml_attribute) {
                writer.member(shapes::wire_name(member), member, value);
            }
        });
    }

    /// A member under a name.
    pub(crate) fn member(&mut self, name: &str, member: &Member, value: &Value) {
        let flattened = shapes::is_flattened(self.service, member);
        let namespace = namespace(member);
        match (shapes::kind(self.service, member), value) {
            (ShapeKind::Structure(shape), Value::Object(values)) => {
                self.structure(name, namespace, shape, values);
            }
            (ShapeKind::List { member: item, .. }, Value::Array(values)) if flattened => {
                for value in values {
                    self.member(name, item, value);
                }
            }
            (ShapeKind::List { member: item, .. }, Value::Array(values)) => {
                let item_name = item.location_name.as_deref().unwrap_or("member");
                self.around(name, namespace, |writer| {
                    for value in values {
                        writer.member(item_name, item, value);
                    }
                });
            }
            (ShapeKind::Map { key, value, .. }, Value::Object(entries)) if flattened => {
                self.entries(name, (key, value), entries);
            }
            (ShapeKind::Map { key, value, .. }, Value::Object(entries)) => {
                self.around(name, namespace, |writer| {
                    writer.entries("entry", (key, value), entries);
                });
            }
            _ => {
                let iso = TimestampFormat::Iso8601;
                let text = scalar::request_text(self.service, member, value, iso);
                self.leaf(name, namespace, &text);
            }
        }
    }

    fn around(
        &mut self,
        name: &str,
        namespace: Option<Namespace<'_>>,
        inside: impl FnOnce(&mut RequestWriter<'_, '_>),
    ) {
        let attributes: Vec<_> = declaration(namespace).into_iter().collect();
        let service = self.service;
        self.document.element(name, &attributes, |document| {
            inside(&mut RequestWriter { service, document });
        });
    }

    fn entries(&mut self, name: &str, of: (&Member, &Member), entries: &Map<String, Value>) {
        let (key, value) = of;
        for (text, entry) in entries {
            self.document.open(name);
            let key_name = key.location_name.as_deref().unwrap_or("key");
            self.leaf(key_name, namespace(key), text);
            let value_name = value.location_name.as_deref().unwrap_or("value");
            self.member(value_name, value, entry);
            self.document.close(name);
        }
    }

    fn leaf(&mut self, name: &str, namespace: Option<Namespace<'_>>, text: &str) {
        self.around(name, namespace, |writer| writer.document.request_text(text));
    }
}

fn namespace(member: &Member) -> Option<Namespace<'_>> {
    let (prefix, uri) = member.xml_namespace.as_deref()?;
    Some((prefix.as_deref(), uri))
}

fn declaration(namespace: Option<Namespace<'_>>) -> Option<(Cow<'static, str>, &str)> {
    let (prefix, uri) = namespace?;
    let name = prefix.map_or(Cow::Borrowed("xmlns"), |prefix| {
        format!("xmlns:{prefix}").into()
    });
    Some((name, uri))
}
