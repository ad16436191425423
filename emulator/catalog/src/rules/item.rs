//! The values of expressions.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::expression::Step;

/// The value of an expression in one call.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Item<'a> {
    /// There is none.
    #[default]
    Absent,
    Text(Cow<'a, str>),
    /// A parameter or a part of one.
    Json(&'a Value),
    /// All parameters.
    Parameters(&'a Map<String, Value>),
    List(Vec<Item<'a>>),
    Map(Vec<(Cow<'a, str>, Item<'a>)>),
}

impl<'a> Item<'a> {
    /// A parameter; JSON's null is absent.
    pub(crate) fn json(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Absent,
            value => Self::Json(value),
        }
    }

    /// A text that was made here.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(Cow::Owned(text.into()))
    }

    /// A value that a fact has.
    pub(crate) fn owned(value: Value) -> Self {
        match value {
            Value::Null => Self::Absent,
            Value::String(text) => Self::text(text),
            Value::Bool(_) | Value::Number(_) => Self::text(value.to_string()),
            Value::Array(items) => Self::List(items.into_iter().map(Item::owned).collect()),
            Value::Object(members) => Self::Map(
                members
                    .into_iter()
                    .map(|(k, v)| (Cow::Owned(k), Item::owned(v)))
                    .collect(),
            ),
        }
    }

    /// Says whether there is nothing.
    pub(crate) fn is_absent(&self) -> bool {
        match self {
            Self::Absent => true,
            Self::List(items) => items.iter().all(Item::is_absent),
            Self::Json(Value::Array(items)) => items.is_empty(),
            Self::Text(_) | Self::Json(_) | Self::Parameters(_) | Self::Map(_) => false,
        }
    }

    /// The text of a scalar.
    pub(crate) fn as_text(&self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Json(Value::String(text)) => Some(Cow::Borrowed(text)),
            Self::Json(value @ (Value::Bool(_) | Value::Number(_))) => {
                Some(Cow::Owned(value.to_string()))
            }
            _ => None,
        }
    }

    /// Says whether it has a text.
    pub(crate) fn is_scalar(&self) -> bool {
        matches!(
            self,
            Self::Text(_) | Self::Json(Value::String(_) | Value::Bool(_) | Value::Number(_))
        )
    }

    /// The text of a scalar; what is none is given back.
    pub(crate) fn into_scalar(self) -> Result<Cow<'a, str>, Self> {
        match self {
            Self::Text(text) => Ok(text),
            other => other.as_text().ok_or(other),
        }
    }

    /// The text of a scalar, as long as the item is there.
    pub(crate) fn scalar(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            other => other.as_text(),
        }
    }

    /// The texts of a scalar, or of every scalar in a list.
    pub(crate) fn texts(&self) -> Vec<Cow<'a, str>> {
        match self {
            Self::List(items) => items.iter().flat_map(Item::texts).collect(),
            Self::Json(Value::Array(items)) => {
                items.iter().flat_map(|i| Item::json(i).texts()).collect()
            }
            other => other.as_text().into_iter().collect(),
        }
    }

    /// The members of JSON's object.
    fn object(&self) -> Option<&'a Map<String, Value>> {
        match self {
            Self::Json(Value::Object(members)) => Some(members),
            Self::Parameters(members) => Some(members),
            _ => None,
        }
    }

    /// A member of a structure or map.
    pub(crate) fn member(&self, name: &str) -> Item<'a> {
        if let Some(members) = self.object() {
            return member(members, name).map_or(Item::Absent, Item::json);
        }
        match self {
            Self::Map(members) => members
                .iter()
                .find(|(k, _)| k == name)
                .map_or(Item::Absent, |(_, v)| v.clone()),
            // A member of every item: `Tags[].Key`.
            Self::List(items) => Self::List(
                items
                    .iter()
                    .map(|i| i.member(name))
                    .filter(|i| !i.is_absent())
                    .collect(),
            ),
            _ => Item::Absent,
        }
    }

    /// The items of a list, the values of a map, or the one value that there is.
    pub(crate) fn items(&self) -> Vec<Item<'a>> {
        if let Some(members) = self.object() {
            return members.values().map(Item::json).collect();
        }
        match self {
            Self::Absent => Vec::new(),
            Self::List(items) => items.clone(),
            Self::Json(Value::Array(items)) => items.iter().map(Item::json).collect(),
            Self::Map(members) => members.iter().map(|(_, v)| v.clone()).collect(),
            one => vec![one.clone()],
        }
    }

    /// Calls a visitor on what [`Self::items`] has.
    pub(crate) fn each_item(&self, visit: &mut dyn FnMut(Item<'a>)) {
        match (self, self.object()) {
            (_, Some(members)) => members.values().map(Item::json).for_each(visit),
            (Self::Absent, _) => {}
            (Self::List(items), _) => items.iter().cloned().for_each(visit),
            (Self::Json(Value::Array(items)), _) => items.iter().map(Item::json).for_each(visit),
            (Self::Map(members), _) => members.iter().map(|(_, v)| v.clone()).for_each(visit),
            (one, _) => visit(one.clone()),
        }
    }

    /// The first of [`Self::items`].
    pub(crate) fn first_item(&self) -> Option<Item<'a>> {
        match (self, self.object()) {
            (_, Some(members)) => members.values().next().map(Item::json),
            (Self::Absent, _) => None,
            (Self::List(items), _) => items.first().cloned(),
            (Self::Json(Value::Array(items)), _) => items.first().map(Item::json),
            (Self::Map(members), _) => members.first().map(|(_, v)| v.clone()),
            (one, _) => Some(one.clone()),
        }
    }

    /// How many [`Self::items`] there are.
    pub(crate) fn count(&self) -> usize {
        match (self, self.object()) {
            (_, Some(members)) => members.len(),
            (Self::Absent, _) => 0,
            (Self::List(items), _) => items.len(),
            (Self::Json(Value::Array(items)), _) => items.len(),
            (Self::Map(members), _) => members.len(),
            _ => 1,
        }
    }

    /// What a loop runs over: items, or entries with `key` and `value`.
    pub(crate) fn entries(&self) -> Vec<Item<'a>> {
        match self {
            Self::Json(Value::Object(_)) | Self::Parameters(_) | Self::Map(_) => self
                .members()
                .into_iter()
                .map(|(key, value)| entry(key, value))
                .collect(),
            other => other.items(),
        }
    }

    /// The members of a structure or map.
    pub(crate) fn members(&self) -> Vec<(Cow<'a, str>, Item<'a>)> {
        if let Some(members) = self.object() {
            let members = members.iter();
            return members
                .map(|(k, v)| (Cow::Borrowed(k.as_str()), Item::json(v)))
                .collect();
        }
        match self {
            Self::Map(members) => members.clone(),
            _ => Vec::new(),
        }
    }

    /// Calls a visitor on the names of what [`Self::members`] has.
    pub(crate) fn each_name(&self, visit: &mut dyn FnMut(Cow<'a, str>)) {
        match (self, self.object()) {
            (_, Some(members)) => members.keys().for_each(|name| visit(name.into())),
            (Self::Map(members), _) => members.iter().for_each(|(name, _)| visit(name.clone())),
            _ => {}
        }
    }

    /// The value of the only one of [`Self::members`].
    pub(crate) fn only_member(&self) -> Option<Item<'a>> {
        match (self, self.object()) {
            (_, Some(members)) if members.len() == 1 => members.values().next().map(Item::json),
            (Self::Map(members), _) if members.len() == 1 => {
                members.first().map(|(_, v)| v.clone())
            }
            _ => None,
        }
    }

    /// Follows a path.
    pub(crate) fn follow(self, path: &[Step]) -> Item<'a> {
        path.iter().fold(self, |item, step| match step {
            Step::Member(name) => item.member(name),
            Step::Items => Item::List(flat_items(&item)),
        })
    }
}

/// A member by its name: of a few by looking at each, which is faster than to hash the name.
pub(crate) fn member<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    const FEW: usize = 8;
    if members.len() > FEW {
        return members.get(name);
    }
    let found = members.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| value)
}

fn entry<'a>(key: Cow<'a, str>, value: Item<'a>) -> Item<'a> {
    Item::Map(vec![
        (Cow::Borrowed("key"), Item::Text(key)),
        (Cow::Borrowed("value"), value),
    ])
}

/// `A[].B[]` is one list.
fn flat_items<'a>(item: &Item<'a>) -> Vec<Item<'a>> {
    match item {
        Item::List(lists) => lists.iter().flat_map(Item::items).collect(),
        other => other.items(),
    }
}
