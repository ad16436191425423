//! Why a question has no answer.

use rolecall_protocol::input::InputError;

/// What is wrong with a question.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// The line is no JSON object of the form.
    #[error("{0}")]
    Form(String),
    /// Nobody is called so.
    #[error("{0}")]
    Service(String),
    /// No such operation.
    #[error("{0}")]
    Operation(String),
    /// The region is none.
    #[error("`{0}` is no region: small letters, digits and hyphens are needed")]
    Region(String),
    /// The account is none.
    #[error("{0}")]
    Account(String),
    /// The caller is no ARN of an IAM or STS principal.
    #[error("the caller `{0}` is no ARN of a user, a role, a session or the root of an account")]
    Caller(String),
    /// A key of `resources` is no ARN.
    #[error("in `resources`: {0}")]
    Resource(String),
    /// What is said of a resource has another form.
    #[error("`{member}` of the resource `{arn}` is not {expected}")]
    Member {
        /// The resource.
        arn: String,
        /// Such as `tags`.
        member: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A parameter does not fit.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The request is not recognised: a fault of the recogniser or of the model.
    #[error("the request `{request}` is not recognised: {reason}")]
    NotRecognised {
        /// Method and path.
        request: String,
        /// Why.
        reason: String,
    },
    /// The request that was made of the parameters is not understood.
    #[error("AWS would answer {code}: {message}")]
    Refused {
        /// The error code.
        code: String,
        /// The text.
        message: String,
    },
}
