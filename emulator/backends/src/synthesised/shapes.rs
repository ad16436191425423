//! From a shape to a value.

use std::cell::RefCell;

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
    /// While an item of a list is made: which one the request asked for.
    pub(super) item: RefCell<Option<Asked>>,
}

/// One of several that a request asks for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// The parameter, such as `InstanceIds`.
    pub(super) parameter: String,
    /// What it says of this one.
    pub(super) text: String,
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
            item: RefCell::new(None),
        }
    }

    /// The members of the output, without the payload blob: that is the body.
    pub(super) fn output(&self, structure: &Structure) -> Map<String, Value> {
        let made = self.structure(structure, true, &mut Vec::new());
        let mut output = made.unwrap_or_default();
        if self.is_endpoint_discovery() {
            self.discover(&mut output);
        }
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

    pub(super) fn shape(&self, id: ShapeId) -> &'a Shape {
        self.call.service.shape(id)
    }

    /// Whether SDKs send the next calls where this answer says.
    ///
    /// Source: botocore 1.44.5, `endpointoperation` in the models of DynamoDB and Timestream.
    fn is_endpoint_discovery(&self) -> bool {
        let discovers = ["timestream-write", "timestream-query"];
        self.call.operation().name == "DescribeEndpoints"
            && discovers.contains(&self.call.service.name.as_str())
    }

    /// One endpoint, this one: without any, botocore makes no call at all.
    fn discover(&self, output: &mut Map<String, Value>) {
        let endpoint = serde_json::json!({
            "Address": self.host.endpoint(),
            "CachePeriodInMinutes": 1440,
        });
        output.insert("Endpoints".to_owned(), Value::Array(vec![endpoint]));
    }

    /// The members of a structure; none for a union of which nothing can be said.
    pub(super) fn structure(
        &self,
        structure: &Structure,
        required: bool,
        above: &mut Vec<ShapeId>,
    ) -> Option<Map<String, Value>> {
        if structure.event_stream {
            return Some(Map::new());
        }
        if structure.union {
            return self.union(structure, required, above);
        }
        let members = structure.members.iter();
        let made = members.filter_map(|m| Some((m.name.clone(), self.member(m, above)?)));
        Some(made.collect())
    }

    /// The first member that can be said plausibly; if there has to be one, the first that can be made.
    fn union(
        &self,
        structure: &Structure,
        required: bool,
        above: &mut Vec<ShapeId>,
    ) -> Option<Map<String, Value>> {
        let members = &structure.members;
        let plausible = members
            .iter()
            .find_map(|m| Some((m.name.clone(), self.member(m, above)?)));
        let any = || {
            let made = |m: &Member| Some((m.name.clone(), self.value(m, true, above)?));
            members.iter().find_map(made)
        };
        let chosen = if required {
            plausible.or_else(any)
        } else {
            plausible
        };
        chosen.map(|chosen| Map::from_iter([chosen]))
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

    pub(super) fn value(
        &self,
        member: &Member,
        required: bool,
        above: &mut Vec<ShapeId>,
    ) -> Option<Value> {
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
                let members = self.structure(structure, required, above);
                above.pop();
                Value::Object(members?)
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
