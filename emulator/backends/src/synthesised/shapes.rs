//! From a shape to a value.

use rolecall_catalog::{
    Call,
    model::{Location, Member, Shape, ShapeId, ShapeKind, Structure},
};
use serde_json::{Map, Value};

use super::names;
use crate::{backend::Host, embedded::request::timestamp};

/// Optional structures are made up to here; required ones a little further, where the models end.
const OPTIONAL_DEPTH: usize = 3;
const REQUIRED_DEPTH: usize = 12;

/// Makes the values of one answer.
pub(super) struct Maker<'a> {
    pub(super) call: &'a Call,
    pub(super) owner: &'a str,
    pub(super) request_id: &'a str,
    pub(super) host: &'a dyn Host,
}

impl<'a> Maker<'a> {
    pub(super) fn new(
        call: &'a Call,
        owner: &'a str,
        request_id: &'a str,
        host: &'a dyn Host,
    ) -> Self {
        Self {
            call,
            owner,
            request_id,
            host,
        }
    }

    /// The members of the output, without the payload blob: that is the body.
    pub(super) fn output(&self, structure: &Structure) -> Map<String, Value> {
        let mut output = self.structure(structure, &mut Vec::new());
        let payload = structure
            .payload
            .and_then(|index| structure.members.get(index as usize));
        if let Some(member) = payload
            && matches!(self.shape(member.shape).kind, ShapeKind::Blob { .. })
        {
            output.remove(&member.name);
        }
        output
    }

    fn shape(&self, id: ShapeId) -> &'a Shape {
        self.call.service.shape(id)
    }

    fn structure(&self, structure: &Structure, above: &mut Vec<ShapeId>) -> Map<String, Value> {
        if structure.event_stream {
            return Map::new();
        }
        let mut members = Map::new();
        for member in &structure.members {
            if let Some(value) = self.member(member, above) {
                members.insert(member.name.clone(), value);
                if structure.union {
                    break;
                }
            }
        }
        members
    }

    fn member(&self, member: &Member, above: &mut Vec<ShapeId>) -> Option<Value> {
        let required = member.required || member.location == Location::Uri;
        if member.location == Location::StatusCode || member.streaming {
            return None;
        }
        if !required && !names::is_worth_making(&member.name) {
            return None;
        }
        self.value(member, required, above)
    }

    fn value(&self, member: &Member, required: bool, above: &mut Vec<ShapeId>) -> Option<Value> {
        Some(match &self.shape(member.shape).kind {
            ShapeKind::Structure(structure) => {
                let deepest = if required {
                    REQUIRED_DEPTH
                } else {
                    OPTIONAL_DEPTH
                };
                if above.len() >= deepest || above.contains(&member.shape) {
                    return None;
                }
                above.push(member.shape);
                let members = self.structure(structure, above);
                above.pop();
                Value::Object(members)
            }
            ShapeKind::List { .. } => Value::Array(Vec::new()),
            // Text that is read as JSON.
            ShapeKind::String {
                json_value: true, ..
            } => required.then(|| "{}".into())?,
            ShapeKind::String { values, .. } => self.text(&member.name, values, required)?.into(),
            ShapeKind::Boolean => false.into(),
            ShapeKind::Integer | ShapeKind::Long => self.number(&member.name).into(),
            ShapeKind::Float | ShapeKind::Double => 0.0.into(),
            ShapeKind::Blob { streaming: true } => return None,
            ShapeKind::Blob { streaming: false } => "".into(),
            ShapeKind::Timestamp { .. } => timestamp(self.host.now_millis()),
            ShapeKind::Map { .. } | ShapeKind::Document => Value::Object(Map::new()),
        })
    }

    fn number(&self, name: &str) -> i64 {
        self.call
            .parameters
            .get(name)
            .and_then(Value::as_i64)
            .unwrap_or(0)
    }
}
