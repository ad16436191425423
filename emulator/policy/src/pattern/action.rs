//! Patterns of actions.

use std::fmt;

use super::glob::{Case, Glob, Unit};
use crate::evaluate::ActionKey;

/// A pattern of actions, such as `dynamodb:Get*`; letters of both cases are the same.
///
/// Leading and trailing blanks are part of it, and so it matches nothing (iam-semantics.md B8 [S]).
#[derive(Clone, Debug)]
pub struct ActionPattern(Glob);

impl ActionPattern {
    /// Compiles a pattern.
    pub fn new(pattern: &str) -> Self {
        Self(Glob::parse(&pattern.to_ascii_lowercase()))
    }

    /// Says whether an action, such as `dynamodb:GetItem`, matches.
    pub fn matches(&self, action: &str) -> bool {
        self.0.matches(action, Case::Folded)
    }

    /// Says whether every action that the other matches is matched by this one.
    ///
    /// A yes is certain; a no may be wrong for patterns that mix `*` and `?`.
    pub fn covers(&self, other: &Self) -> bool {
        self.0.covers(&other.0, Case::Folded)
    }

    /// The one action, in lower case, if the pattern has no wildcard.
    pub fn exact(&self) -> Option<&str> {
        match &self.0 {
            Glob::Exact(bytes) => std::str::from_utf8(bytes).ok(),
            Glob::Any | Glob::Prefix(_) | Glob::General(_) => None,
        }
    }

    pub(crate) fn glob(&self) -> &Glob {
        &self.0
    }

    /// Where the pattern belongs in an index by action.
    pub(crate) fn key(&self) -> ActionKey {
        match (self.exact(), self.service()) {
            (Some(action), _) => ActionKey::Exact(action.into()),
            (None, Some(service)) => ActionKey::Service(service.into(), self.clone()),
            (None, None) => ActionKey::Any,
        }
    }

    /// The service prefix, in lower case, if no wildcard stands in it.
    fn service(&self) -> Option<String> {
        let units = self.0.to_units();
        let colon = units.iter().position(|unit| *unit == Unit::Byte(b':'))?;
        let bytes = units.iter().take(colon).map(|unit| match unit {
            Unit::Byte(byte) => Some(*byte),
            Unit::One | Unit::Run => None,
        });
        String::from_utf8(bytes.collect::<Option<_>>()?).ok()
    }
}

/// In lower case, which is the same pattern.
impl fmt::Display for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0.to_units().into_iter().map(|unit| match unit {
            Unit::Byte(byte) => byte,
            Unit::One => b'?',
            Unit::Run => b'*',
        });
        f.write_str(&String::from_utf8_lossy(&bytes.collect::<Vec<_>>()))
    }
}
