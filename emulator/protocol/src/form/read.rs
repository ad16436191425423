//! Input members out of the tree of a form.

use std::borrow::Cow;

use rolecall_catalog::{
    Operation, Service,
    model::{Member, ShapeKind, Structure},
};
use serde_json::{Map, Value};

use super::tree::{Node, Pair, pairs};
use crate::{
    RequestParts, ServiceError, fault,
    scalar::{self, Mismatch},
    shapes,
};

/// The two ways to name members in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `Tags.member.1.Key`; source: Smithy, awsQuery, "Query key resolution".
    Query,
    /// `Tag.1.Key`; source: Smithy, ec2Query, "Query key resolution".
    Ec2,
}

/// The input members of a form.
pub(crate) fn parse(
    service: &Service,
    operation: &Operation,
    request: &RequestParts<'_>,
    dialect: Dialect,
) -> Result<Map<String, Value>, ServiceError> {
    // `GetCallerIdentity` and its like have nothing to read.
    let Some(input) = shapes::input(service, operation).filter(|s| !s.members.is_empty()) else {
        return Ok(Map::new());
    };
    let pairs = all_pairs(request)?;
    let root = Node::of(&pairs)?;
    let reader = Reader { service, dialect };
    reader
        .structure(input, &root)
        .map_err(|mismatch| match dialect {
            Dialect::Query => fault::query_mismatch(&mismatch),
            Dialect::Ec2 => fault::ec2_mismatch(&mismatch),
        })
}

/// The pairs of the query, where presigned calls have them, then those of the body.
fn all_pairs<'a>(request: &RequestParts<'a>) -> Result<Vec<Pair<'a>>, ServiceError> {
    let not_utf8 = || fault::malformed_query_string("the form is not UTF-8");
    let mut all = pairs(request.query.as_bytes()).ok_or_else(not_utf8)?;
    all.extend(pairs(request.body).ok_or_else(not_utf8)?);
    Ok(all)
}

struct Reader<'s> {
    service: &'s Service,
    dialect: Dialect,
}

impl Reader<'_> {
    fn structure(
        &self,
        shape: &Structure,
        node: &Node<'_>,
    ) -> Result<Map<String, Value>, Mismatch> {
        let mut members = Map::new();
        for member in &shape.members {
            if let Some(child) = self.child(member, node) {
                members.insert(member.name.clone(), self.value(member, child)?);
            }
        }
        Ok(members)
    }

    fn child<'n, 'a>(&self, member: &Member, node: &'n Node<'a>) -> Option<&'n Node<'a>> {
        match self.dialect {
            Dialect::Ec2 => node.child(&ec2_name(member)),
            Dialect::Query => self
                .flattened_item_name(member)
                .and_then(|name| node.child(name))
                .or_else(|| node.child(shapes::wire_name(member))),
        }
    }

    /// A flattened list goes by the name of its items, where they have one (botocore does so; of
    /// all services only `SimpleDB` has such lists).
    fn flattened_item_name(&self, member: &Member) -> Option<&str> {
        match shapes::kind(self.service, member) {
            ShapeKind::List { member: item, .. } if shapes::is_flattened(self.service, member) => {
                item.location_name.as_deref()
            }
            _ => None,
        }
    }

    fn value(&self, member: &Member, node: &Node<'_>) -> Result<Value, Mismatch> {
        match shapes::kind(self.service, member) {
            ShapeKind::Structure(shape) => self.structure(shape, node).map(Value::Object),
            ShapeKind::List { member: item, .. } => self.list(member, item, node),
            ShapeKind::Map { key, value, .. } => self.map(member, key, value, node),
            _ => scalar::from_text(self.service, member, node.value.unwrap_or_default()),
        }
    }

    fn list(&self, list: &Member, item: &Member, node: &Node<'_>) -> Result<Value, Mismatch> {
        let bare = self.dialect == Dialect::Ec2 || shapes::is_flattened(self.service, list);
        let holder = if bare {
            Some(node)
        } else {
            node.child(item.location_name.as_deref().unwrap_or("member"))
                .or_else(|| node.child("member"))
        };
        // An empty list is its name with an empty value.
        let items = holder.map(Node::numbered).unwrap_or_default();
        items
            .into_iter()
            .map(|item_node| self.value(item, item_node))
            .collect()
    }

    fn map(
        &self,
        map: &Member,
        key: &Member,
        value: &Member,
        node: &Node<'_>,
    ) -> Result<Value, Mismatch> {
        let flattened = shapes::is_flattened(self.service, map);
        let holder = if flattened {
            Some(node)
        } else {
            node.child("entry")
        };
        let key_name = key.location_name.as_deref().unwrap_or("key");
        let value_name = value.location_name.as_deref().unwrap_or("value");
        let mut entries = Map::new();
        for entry in holder.map(Node::numbered).unwrap_or_default() {
            let Some(text) = entry.child(key_name).and_then(|node| node.value) else {
                continue;
            };
            let Some(child) = entry.child(value_name) else {
                continue;
            };
            entries.insert(text.to_owned(), self.value(value, child)?);
        }
        Ok(Value::Object(entries))
    }
}

/// EC2 takes `queryName`, else the wire name with a capital, else the member's name.
pub(super) fn ec2_name(member: &Member) -> Cow<'_, str> {
    if let Some(name) = member.query_name.as_deref() {
        return name.into();
    }
    let name = shapes::wire_name(member);
    let mut letters = name.chars();
    match letters.next() {
        Some(first) if first.is_ascii_lowercase() => {
            format!("{}{}", first.to_ascii_uppercase(), letters.as_str()).into()
        }
        _ => name.into(),
    }
}
