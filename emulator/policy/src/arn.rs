//! Amazon Resource Names.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An ARN of six parts, `arn:partition:service:region:account:resource`; the last keeps its colons.
///
/// Source: IAM User Guide, "IAM identifiers" and AWS General Reference, "Amazon Resource Names".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Arn(String);

/// Says why a text is not an ARN.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an ARN: six parts separated by colons are needed, the first of them `arn`")]
pub struct InvalidArn(pub String);

impl Arn {
    /// Parses an ARN; parts may be empty or hold wildcards.
    pub fn parse(text: &str) -> Result<Self, InvalidArn> {
        if text.starts_with("arn:") && text.splitn(6, ':').count() == 6 {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidArn(text.to_owned()))
        }
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after `arn:`, such as `aws`.
    pub fn partition(&self) -> &str {
        self.part(1)
    }

    /// The service part, such as `dynamodb`.
    pub fn service(&self) -> &str {
        self.part(2)
    }

    /// The region part, empty for global services and for S3.
    pub fn region(&self) -> &str {
        self.part(3)
    }

    /// The account part, empty for S3 among others.
    pub fn account(&self) -> &str {
        self.part(4)
    }

    /// Everything after the fifth colon, such as `table/Orders/index/ByDate`.
    pub fn resource(&self) -> &str {
        self.part(5)
    }

    fn part(&self, index: usize) -> &str {
        self.0.splitn(6, ':').nth(index).unwrap_or("")
    }
}

impl TryFrom<String> for Arn {
    type Error = InvalidArn;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Arn> for String {
    fn from(arn: Arn) -> Self {
        arn.0
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
