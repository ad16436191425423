//! Members out of the tree of an XML document.
//!
//! Source: Smithy, "XML bindings"; names of flattened lists as botocore reads them.

use rolecall_catalog::{
    Service,
    model::{Member, ShapeKind, Structure},
};
use serde_json::{Map, Value};

use super::Element;
use crate::{
    scalar::{self, Mismatch},
    shapes,
};

/// The body members of a structure.
pub(crate) fn read_structure(
    service: &Service,
    shape: &Structure,
    element: &Element,
) -> Result<Map<String, Value>, Mismatch> {
    let mut members = Map::new();
    for member in shapes::body_members(shape) {
        let name = shapes::wire_name(member);
        if member.xml_attribute {
            if let Some(text) = attribute(element, name) {
                members.insert(
                    member.name.clone(),
                    scalar::from_text(service, member, text)?,
                );
            }
            continue;
        }
        let elements: Vec<&Element> = element.named(name).collect();
        if !elements.is_empty() {
            members.insert(
                member.name.clone(),
                read_elements(service, member, &elements)?,
            );
        }
    }
    Ok(members)
}

/// The value of one element.
pub(crate) fn read_value(
    service: &Service,
    member: &Member,
    element: &Element,
) -> Result<Value, Mismatch> {
    read_elements(service, member, &[element])
}

fn attribute<'e>(element: &'e Element, name: &str) -> Option<&'e str> {
    let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
    element
        .attributes
        .iter()
        .find(|(n, _)| n == local)
        .map(|(_, value)| value.as_str())
}

fn read_elements(
    service: &Service,
    member: &Member,
    elements: &[&Element],
) -> Result<Value, Mismatch> {
    let flattened = shapes::is_flattened(service, member);
    match (shapes::kind(service, member), elements) {
        (ShapeKind::List { member: item, .. }, _) if flattened => elements
            .iter()
            .map(|element| read_value(service, item, element))
            .collect(),
        (ShapeKind::Map { key, value, .. }, _) if flattened => {
            read_map(service, key, value, elements.iter().copied())
        }
        (ShapeKind::List { member: item, .. }, [element, ..]) => {
            let name = item.location_name.as_deref().unwrap_or("member");
            element
                .named(name)
                .map(|child| read_value(service, item, child))
                .collect()
        }
        (ShapeKind::Map { key, value, .. }, [element, ..]) => {
            read_map(service, key, value, element.named("entry"))
        }
        (ShapeKind::Structure(shape), [element, ..]) => {
            read_structure(service, shape, element).map(Value::Object)
        }
        (_, [element, ..]) => scalar::from_text(service, member, &element.text),
        (_, []) => Ok(Value::Null),
    }
}

fn read_map<'e>(
    service: &Service,
    key: &Member,
    value: &Member,
    entries: impl Iterator<Item = &'e Element>,
) -> Result<Value, Mismatch> {
    let key_name = key.location_name.as_deref().unwrap_or("key");
    let value_name = value.location_name.as_deref().unwrap_or("value");
    let mut map = Map::new();
    for entry in entries {
        let Some(key_element) = entry.named(key_name).next() else {
            continue;
        };
        let Some(value_element) = entry.named(value_name).next() else {
            continue;
        };
        map.insert(
            key_element.text.clone(),
            read_value(service, value, value_element)?,
        );
    }
    Ok(Value::Object(map))
}
