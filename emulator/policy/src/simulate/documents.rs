//! Documents that repeat are parsed once.

use std::{collections::BTreeMap, sync::Arc};

use super::case::Raw;
use crate::{Policy, PolicyKind};

/// Where a document stands in a case, which is also its name in an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// A member with one document.
    Whole(PolicyKind, &'static str),
    /// A member with a list.
    Item(PolicyKind, &'static str, usize),
    /// A member with a list of levels.
    Level(PolicyKind, &'static str, usize, usize),
}

impl Place {
    fn kind(self) -> PolicyKind {
        match self {
            Self::Whole(kind, _) | Self::Item(kind, ..) | Self::Level(kind, ..) => kind,
        }
    }

    fn name(self) -> String {
        match self {
            Self::Whole(_, member) => member.to_owned(),
            Self::Item(_, member, index) => format!("{member}[{index}]"),
            Self::Level(_, member, level, index) => format!("{member}[{level}][{index}]"),
        }
    }
}

/// Why a document cannot be evaluated: its place, and what is wrong in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {error}")]
pub(super) struct BadDocument {
    place: String,
    error: crate::PolicyError,
}

#[expect(
    clippy::disallowed_types,
    reason = "only ever looked up: it is asked for every document of every case"
)]
type ByText = std::collections::HashMap<Box<str>, Arc<Policy>>;

/// Compiled policies by place and text.
#[derive(Debug, Default)]
pub(super) struct Documents {
    places: BTreeMap<Place, ByText>,
    bytes: usize,
}

/// When the texts come to this many bytes, the cache starts afresh.
const MOST_BYTES: usize = 64 << 20;

impl Documents {
    pub(super) fn policy(
        &mut self,
        place: Place,
        raw: Raw<'_>,
    ) -> Result<Arc<Policy>, BadDocument> {
        let text = raw.get();
        let known = self
            .places
            .get(&place)
            .and_then(|by_text| by_text.get(text));
        if let Some(policy) = known {
            return Ok(Arc::clone(policy));
        }
        let parsed = Policy::parse(&place.name(), place.kind(), text);
        let policy = parsed.map(Arc::new).map_err(|error| {
            let place = place.name();
            BadDocument { place, error }
        })?;
        self.keep(place, text, &policy);
        Ok(policy)
    }

    pub(super) fn list(
        &mut self,
        kind: PolicyKind,
        member: &'static str,
        raw: Option<&[Raw<'_>]>,
    ) -> Result<Vec<Arc<Policy>>, BadDocument> {
        let raw = raw.unwrap_or_default().iter().enumerate();
        raw.map(|(index, raw)| self.policy(Place::Item(kind, member, index), raw))
            .collect()
    }

    pub(super) fn levels(
        &mut self,
        kind: PolicyKind,
        member: &'static str,
        raw: Option<&[Vec<Raw<'_>>]>,
    ) -> Result<Vec<Vec<Arc<Policy>>>, BadDocument> {
        let raw = raw.unwrap_or_default().iter().enumerate();
        raw.map(|(level, raw)| {
            let raw = raw.iter().enumerate();
            raw.map(|(index, raw)| self.policy(Place::Level(kind, member, level, index), raw))
                .collect()
        })
        .collect()
    }

    fn keep(&mut self, place: Place, text: &str, policy: &Arc<Policy>) {
        if self.bytes > MOST_BYTES {
            self.places.clear();
            self.bytes = 0;
        }
        self.bytes += text.len();
        let by_text = self.places.entry(place).or_default();
        by_text.insert(text.into(), Arc::clone(policy));
    }
}
