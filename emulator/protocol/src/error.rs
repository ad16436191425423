//! An error as a service raises it, before a protocol gives it its form.

use serde_json::{Map, Value};

/// What a service answers when it does not succeed.
///
/// `code` and `message` are byte for byte AWS's; `detail` goes to the log only.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ServiceError {
    /// The code, such as `AccessDeniedException` or `NoSuchKey`: the wire code or the shape's name.
    pub code: String,
    /// AWS's message.
    pub message: String,
    /// Further members of the modelled error, by their member names.
    pub members: Map<String, Value>,
    /// The status where neither the model nor the protocol's table says it.
    pub status: Option<u16>,
    /// For the log.
    pub detail: Option<String>,
}

impl ServiceError {
    /// An error without further members.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            members: Map::new(),
            status: None,
            detail: None,
        }
    }

    /// The same with a further member.
    #[must_use]
    pub fn with_member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// The same with a status that neither the model nor the protocol's table says.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }
}
