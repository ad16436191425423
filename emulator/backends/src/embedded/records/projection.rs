//! From records to an answer, by the shape of the operation's output.

use rolecall_catalog::{
    Service,
    model::{ShapeId, ShapeKind, Structure},
};
use serde_json::{Map, Value, json};

use super::{kind::Kind, record::Record};
use crate::embedded::tags::Tags;

/// The members under which services keep tags.
pub(super) const TAGS: [&str; 4] = ["Tags", "tags", "UserPoolTags", "IdentityPoolTags"];

/// An output about one record: its members where the output has them, else in the structure or in
/// the list of which they are part.
pub(super) fn one(
    service: &Service,
    output: &Structure,
    kind: &Kind,
    record: &Record,
) -> Map<String, Value> {
    let direct = members(service, output, record);
    if is_identified(kind, &direct) {
        return direct;
    }
    for member in &output.members {
        match &service.shape(member.shape).kind {
            ShapeKind::Structure(inner) => {
                let inner = members(service, inner, record);
                if is_identified(kind, &inner) {
                    let mut answer = direct;
                    answer.insert(member.name.clone(), inner.into());
                    return answer;
                }
            }
            ShapeKind::List { member: item, .. } => {
                if let Some(item) = item_of(service, item.shape, kind, record) {
                    return Map::from_iter([(member.name.clone(), json!([item]))]);
                }
            }
            _ => {}
        }
    }
    direct
}

/// An output that lists records.
pub(super) fn many(
    service: &Service,
    output: &Structure,
    kind: &Kind,
    records: &[Record],
) -> Map<String, Value> {
    for member in &output.members {
        let ShapeKind::List { member: item, .. } = &service.shape(member.shape).kind else {
            continue;
        };
        let sample = Record {
            noun: kind.noun,
            members: kind
                .named_by
                .iter()
                .map(|(_, own)| ((*own).to_owned(), "".into()))
                .collect(),
            given: Map::new(),
            tags: Tags::new(),
        };
        let fits = |record: &Record| item_of(service, item.shape, kind, record).is_some();
        if records.first().map_or_else(|| fits(&sample), fits) {
            let items: Vec<Value> = records
                .iter()
                .filter_map(|record| item_of(service, item.shape, kind, record))
                .collect();
            return Map::from_iter([(member.name.clone(), items.into())]);
        }
    }
    Map::new()
}

/// A record as an item of a list; a list of texts has names.
fn item_of(service: &Service, shape: ShapeId, kind: &Kind, record: &Record) -> Option<Value> {
    match &service.shape(shape).kind {
        ShapeKind::Structure(item) => {
            let members = members(service, item, record);
            is_identified(kind, &members).then_some(Value::Object(members))
        }
        ShapeKind::String { .. } => {
            let (_, own) = kind.own_name();
            let name = record.members.get(own);
            name.filter(|name| fits(service, shape, name)).cloned()
        }
        _ => None,
    }
}

/// Whether members say which one it is.
fn is_identified(kind: &Kind, members: &Map<String, Value>) -> bool {
    let (_, own) = kind.own_name();
    members.contains_key(own) || members.contains_key(kind.arn)
}

/// The members of a record that a structure has.
fn members(service: &Service, structure: &Structure, record: &Record) -> Map<String, Value> {
    let mut found = Map::new();
    for member in &structure.members {
        if TAGS.contains(&member.name.as_str()) {
            if let Some(tags) = tags(service, member.shape, &record.tags) {
                found.insert(member.name.clone(), tags);
            }
        } else if let Some(value) = record.members.get(&member.name)
            && fits(service, member.shape, value)
        {
            found.insert(member.name.clone(), value.clone());
        }
    }
    found
}

/// Whether a value is of a shape's kind: the same name may mean another thing elsewhere.
fn fits(service: &Service, shape: ShapeId, value: &Value) -> bool {
    match &service.shape(shape).kind {
        ShapeKind::Structure(_) | ShapeKind::Map { .. } => value.is_object(),
        ShapeKind::List { member, .. } => {
            let items = value.as_array();
            items.is_some_and(|items| items.iter().all(|i| fits(service, member.shape, i)))
        }
        ShapeKind::String { values, .. } => value
            .as_str()
            .is_some_and(|text| values.is_empty() || values.iter().any(|one| one == text)),
        ShapeKind::Blob { .. } => value.is_string(),
        ShapeKind::Boolean => value.is_boolean(),
        ShapeKind::Integer
        | ShapeKind::Long
        | ShapeKind::Float
        | ShapeKind::Double
        | ShapeKind::Timestamp { .. } => value.is_number(),
        ShapeKind::Document => true,
    }
}

/// Tags in the form of a member: a map, or pairs under the names that the items have.
pub(super) fn tags(service: &Service, shape: ShapeId, tags: &Tags) -> Option<Value> {
    match &service.shape(shape).kind {
        ShapeKind::Map { .. } => Some(json!(tags)),
        ShapeKind::List { member, .. } => {
            let pair = service.structure(member.shape)?;
            let name = |wanted: &str| {
                let mut names = pair.members.iter().map(|member| &member.name);
                names
                    .find(|name| name.to_lowercase().ends_with(wanted))
                    .cloned()
            };
            let (key, value) = (name("key")?, name("value")?);
            Some(
                tags.iter()
                    .map(|(k, v)| {
                        let pair = [(key.clone(), json!(k)), (value.clone(), json!(v))];
                        Value::Object(Map::from_iter(pair))
                    })
                    .collect(),
            )
        }
        _ => None,
    }
}
