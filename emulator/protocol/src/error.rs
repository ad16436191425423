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
    /// What few errors have; apart, so that the others stay small.
    pub beside: Option<Box<Beside>>,
}

/// What few errors have besides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// The bucket, where the error says that an object is not in it: only who may list the bucket
    /// is told so. Source: S3 API reference, GetObject, "Permissions".
    pub missing_from: Option<String>,
    /// Headers of the answer, which S3 has with some errors: names in lower case.
    pub headers: Vec<(&'static str, String)>,
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
            beside: None,
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

    /// The same, about an object that is not in a bucket.
    #[must_use]
    pub fn with_missing_from(mut self, bucket: impl Into<String>) -> Self {
        self.beside.get_or_insert_default().missing_from = Some(bucket.into());
        self
    }

    /// The same with a header, its name in lower case; only S3's protocol writes it.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let beside = self.beside.get_or_insert_default();
        beside.headers.push((name, value.into()));
        self
    }

    /// The bucket that it says an object is not in.
    pub fn missing_from(&self) -> Option<&str> {
        self.beside.as_ref()?.missing_from.as_deref()
    }
}
