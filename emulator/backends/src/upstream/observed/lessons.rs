//! The table of lessons, `lessons.toml`.

use std::{collections::BTreeMap, sync::OnceLock};

use rolecall_catalog::FactKind;
use serde::Deserialize;
use serde_json::Value;

/// What operations teach about one subject.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lesson {
    /// `SERVICE.OPERATION`, of the catalog.
    on: Vec<String>,
    /// The subject, a template.
    pub(super) about: String,
    /// A list, for each of whose items the lesson holds.
    pub(super) each: Option<String>,
    /// Members and the values that they must have.
    #[serde(default)]
    pub(super) when: BTreeMap<String, Value>,
    /// Whether what is not said is known to be none.
    pub(super) created: Option<Created>,
    /// Whether all that is known of the subject is no longer.
    #[serde(default)]
    pub(super) forget: bool,
    /// The facts, each with a verb and a path.
    #[serde(default)]
    pub(super) learn: BTreeMap<FactKind, String>,
    /// Where AWS says so, if not in the API reference of the operation.
    #[serde(rename = "source")]
    _source: Option<String>,
}

/// What making something says of what was not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Created {
    /// It is new: there is none.
    Anew,
    /// It may have been there before: there is none if nothing was there and nothing else is known.
    OrFound,
}

impl Lesson {
    pub(super) fn is_on(&self, service: &str, operation: &str) -> bool {
        self.on.iter().any(|on| {
            on.split_once('.')
                .is_some_and(|(s, o)| s == service && o == operation)
        })
    }

    #[cfg(test)]
    pub(super) fn operations(&self) -> impl Iterator<Item = (&str, &str)> {
        self.on.iter().filter_map(|on| on.split_once('.'))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    lesson: Vec<Lesson>,
}

pub(super) fn read() -> Result<Vec<Lesson>, toml::de::Error> {
    let table: Table = toml::from_str(include_str!("lessons.toml"))?;
    Ok(table.lesson)
}

/// Every lesson. A test reads the table; one that cannot be read teaches nothing.
pub(super) fn all() -> &'static [Lesson] {
    static ALL: OnceLock<Vec<Lesson>> = OnceLock::new();
    ALL.get_or_init(|| {
        read().unwrap_or_else(|error| {
            tracing::error!(%error, "lessons.toml cannot be read");
            Vec::new()
        })
    })
}
