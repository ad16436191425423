//! IAM actions, which are not operations: `ListObjectsV2` on the wire is `s3:ListBucket` here.

use std::{cmp::Ordering, fmt, hash};

use serde::{Deserialize, Serialize, Serializer};

/// An action such as `dynamodb:GetItem`; compared without regard to ASCII case, shown as written.
///
/// Source: IAM User Guide, "IAM JSON policy elements: Action": prefixes and names are
/// case-insensitive.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Action(String);

/// Says why a text is not an action.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an action: `service:Name` is needed")]
pub struct InvalidAction(pub String);

impl Action {
    /// Parses `service:Name`, without wildcards.
    pub fn parse(text: &str) -> Result<Self, InvalidAction> {
        text.to_owned().try_into()
    }

    /// The whole text, as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The service prefix, such as `dynamodb`.
    pub fn prefix(&self) -> &str {
        self.0.split_once(':').map_or("", |(prefix, _)| prefix)
    }

    /// The name, such as `GetItem`.
    pub fn name(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, name)| name)
    }
}

impl PartialEq for Action {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Action {}

impl PartialOrd for Action {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Action {
    fn cmp(&self, other: &Self) -> Ordering {
        let lower = |a: &Self| {
            a.0.bytes()
                .map(|b| b.to_ascii_lowercase())
                .collect::<Vec<_>>()
        };
        lower(self).cmp(&lower(other))
    }
}

impl hash::Hash for Action {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        for byte in self.0.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
    }
}

impl Serialize for Action {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&self.0)
    }
}

impl TryFrom<String> for Action {
    type Error = InvalidAction;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        match text.split_once(':') {
            Some((prefix, name))
                if !prefix.is_empty()
                    && !name.is_empty()
                    && prefix.bytes().all(allowed)
                    // execute-api and the like keep no colon; `GET` and `POST` are names too.
                    && name.bytes().all(allowed) =>
            {
                Ok(Self(text))
            }
            _ => Err(InvalidAction(text)),
        }
    }
}

impl From<Action> for String {
    fn from(action: Action) -> Self {
        action.0
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
