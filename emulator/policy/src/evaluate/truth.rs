//! Three-valued logic: what hangs on a value that was not computed is unknown.

use serde::{Deserialize, Serialize};

/// Kleene's truth values, in their order: `and` is the least, `or` the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Truth {
    /// It does not hold.
    False,
    /// It hangs on a value that was not computed.
    Unknown,
    /// It holds.
    True,
}

impl Truth {
    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// At least one holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// It does not hold.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }

    /// All hold; stops at the first that does not.
    pub fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut out = Self::True;
        for truth in truths {
            out = out.and(truth);
            if out == Self::False {
                break;
            }
        }
        out
    }

    /// At least one holds; stops at the first that does.
    pub fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut out = Self::False;
        for truth in truths {
            out = out.or(truth);
            if out == Self::True {
                break;
            }
        }
        out
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}
