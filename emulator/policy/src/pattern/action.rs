//! Patterns of actions.

use std::fmt;

use super::glob::{Case, Glob, Unit};

/// A pattern of actions, such as `dynamodb:Get*`; letters of both cases are the same.
///
/// Leading and trailing blanks are part of it, and so it matches nothing (iam-semantics.md B8 [S]).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

    /// The same for an action in lower case.
    pub(crate) fn matches_folded(&self, action: &[u8]) -> bool {
        self.0.matches_bytes(action, Case::Sensitive)
    }

    /// What stands before the first wildcard.
    pub(crate) fn literal_prefix(&self) -> Vec<u8> {
        self.0.literal_prefix()
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
