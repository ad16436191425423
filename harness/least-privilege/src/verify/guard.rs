//! Guards: what a policy must deny.

use std::fmt;

use rolecall_policy::Arn;

use super::VerifyError;

/// `ACTION@ARN`, with wildcards on both sides: what must be denied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The pattern of actions.
    pub action: String,
    /// The pattern of resources.
    pub resource: String,
}

impl Guard {
    /// Parses `ACTION@ARN`.
    pub fn parse(text: &str) -> Result<Self, VerifyError> {
        let wrong = |reason: &str| VerifyError::Guard {
            text: text.to_owned(),
            reason: reason.to_owned(),
        };
        let Some((action, resource)) = text.split_once('@') else {
            return Err(wrong("it has no `@`"));
        };
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_*?:".contains(&byte);
        let colons = action.bytes().filter(|byte| *byte == b':').count();
        if action != "*" && (colons != 1 || !action.bytes().all(allowed)) {
            return Err(wrong("its action is not `service:Name` or a pattern of it"));
        }
        if resource != "*" && Arn::parse(resource).is_err() {
            return Err(wrong("its resource is not an ARN of six parts, nor `*`"));
        }
        Ok(Self {
            action: action.to_owned(),
            resource: resource.to_owned(),
        })
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.action, self.resource)
    }
}
