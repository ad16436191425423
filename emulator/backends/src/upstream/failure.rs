//! What the client is told when an upstream does not answer as AWS would.

use std::time::Duration;

use rolecall_protocol::ServiceError;

use super::client::NoResponse;

/// What an upstream did in place of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Misbehaviour {
    /// No connection, or one that ended before an answer.
    Unreachable(String),
    /// It said nothing for so long.
    Silent(Duration),
    /// The answer ended before its end.
    CutOff(String),
    /// The answer is in no form that AWS has; what it is instead.
    Garbage { status: u16, what: &'static str },
    /// It sent us elsewhere.
    Redirect { status: u16, to: String },
}

impl Misbehaviour {
    pub(super) fn of(error: &NoResponse, patience: Duration) -> Self {
        match error {
            NoResponse::Silence => Self::Silent(patience),
            NoResponse::Broken(error) => Self::Unreachable(causes(error)),
        }
    }

    /// An error in the words of the service's protocol, as SDKs expect it of a service in trouble.
    ///
    /// Source: "Common error types" in the API references: ServiceUnavailable, 503. The message is
    /// our own: AWS has no upstream to name.
    pub(super) fn raise(&self, upstream: &str) -> ServiceError {
        let what = match self {
            Self::Unreachable(_) => "cannot be reached, or closed the connection".to_owned(),
            Self::Silent(time) => format!("said nothing for {} s", time.as_secs_f64()),
            Self::CutOff(_) => "closed the connection in the middle of its answer".to_owned(),
            Self::Garbage { status, what } => {
                format!("answered {status} with {what}, which is no answer of AWS's")
            }
            Self::Redirect { status, to } => {
                format!("answered {status} and points to `{to}`, where nothing is sent")
            }
        };
        let message = format!("The upstream {upstream} {what}.");
        let mut raised = ServiceError::new("ServiceUnavailable", message).with_status(503);
        if let Self::Unreachable(cause) | Self::CutOff(cause) = self {
            raised.detail = Some(format!("upstream `{upstream}`: {cause}"));
        }
        raised
    }
}

/// An error with what is behind it.
pub(super) fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text.push_str(": ");
        text.push_str(&deeper.to_string());
        cause = deeper.source();
    }
    text
}
