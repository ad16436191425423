//! A record.

use serde_json::{Map, Value};

use super::kind::Kind;
use crate::embedded::tags::Tags;

/// Something that was made.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) noun: &'static str,
    pub(super) members: Map<String, Value>,
    /// The request's members alone, to tell a repetition.
    pub(super) given: Map<String, Value>,
    pub(super) tags: Tags,
}

impl Record {
    pub(super) fn text(&self, member: &str) -> Option<&str> {
        self.members.get(member).and_then(Value::as_str)
    }

    /// Whether a text names this one: by its name, by its ARN, or by what is last in its ARN.
    fn is_named(&self, kind: &Kind, text: &str) -> bool {
        let (_, name) = kind.own_name();
        self.text(name) == Some(text) || (!kind.arn.is_empty() && self.text(kind.arn) == Some(text))
    }

    /// Whether the members of a request name this one.
    pub(super) fn is_meant(&self, kind: &Kind, parameters: &Map<String, Value>) -> bool {
        let (own, _) = kind.own_name();
        let named = parameters.get(own).and_then(Value::as_str);
        self.noun == kind.noun
            && named.is_some_and(|text| self.is_named(kind, text))
            && self.belongs(kind, parameters)
    }

    /// Whether it belongs to what the members of a request name; what they leave out is anything.
    pub(super) fn belongs(&self, kind: &Kind, parameters: &Map<String, Value>) -> bool {
        let above = kind.named_by.len().saturating_sub(1);
        kind.named_by.iter().take(above).all(|(given, own)| {
            let given = parameters.get(*given).and_then(Value::as_str);
            given.is_none_or(|given| self.text(own).is_none_or(|own| own == given))
        })
    }
}
