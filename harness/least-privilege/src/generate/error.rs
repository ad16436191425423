//! Why no policy can be printed.

use std::fmt;

use rolecall_policy::{Decision, Requirement};
use rolecall_trace::Attempt;

use crate::{evidence::operation, reason};

/// Says why there is no policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// The recording has no such role.
    #[error("{}", no_such_role(wanted.as_deref(), known))]
    NoSuchRole {
        /// The name that was asked for.
        wanted: Option<String>,
        /// The ARNs of the roles and users in the recording.
        known: Vec<String>,
    },
    /// A requirement cannot be decided again.
    #[error("{count} requirements of {subject} cannot be decided, the first is {unmet}: {reason}")]
    Undecidable {
        /// Whose requirements.
        subject: String,
        /// The first of them.
        unmet: Box<Unmet>,
        /// Why.
        reason: String,
        /// How many there are.
        count: usize,
    },
    /// No identity policy can allow what was attempted.
    #[error(
        "no policy of {subject} can allow {}; `--leave-out-blocked` leaves out what is meant to be denied",
        list(unmet)
    )]
    Blocked {
        /// Whose policy.
        subject: String,
        /// What stays denied.
        unmet: Vec<Unmet>,
    },
    /// A statement does not fit into a policy by itself.
    #[error(
        "the grant of {action} alone has {characters} characters; a policy has room for {limit}"
    )]
    TooLarge {
        /// Its first action.
        action: String,
        /// Its size.
        characters: usize,
        /// The limit.
        limit: usize,
    },
    /// A resource or an action that was recorded cannot stand in a policy.
    #[error("the policy of {subject} would not be valid: {message}")]
    Invalid {
        /// Whose policy.
        subject: String,
        /// What the grammar says.
        message: String,
    },
    /// The policy that was made does not allow everything: a fault of rolecall.
    #[error(
        "the generated policy of {subject} does not allow {unmet}; this is a fault of rolecall"
    )]
    NotSufficient {
        /// Whose policy.
        subject: String,
        /// The first requirement that it does not allow.
        unmet: Box<Unmet>,
    },
    /// The policy that was made has something to spare: a fault of rolecall.
    #[error("the generated policy of {subject} is not the smallest; this is a fault of rolecall")]
    NotIrreducible {
        /// Whose policy.
        subject: String,
    },
}

impl GenerateError {
    /// Whether rolecall is at fault, not its input.
    pub fn is_internal(&self) -> bool {
        matches!(
            self,
            Self::NotSufficient { .. } | Self::NotIrreducible { .. }
        )
    }
}

/// A requirement that is not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The operation that needs it.
    pub operation: String,
    /// The request id of an attempt that needs it.
    pub request_id: String,
    /// Why it is denied.
    pub reason: Option<String>,
}

impl Unmet {
    pub(crate) fn new(requirement: &Requirement, attempt: &Attempt) -> Self {
        Self {
            action: requirement.action.to_string(),
            resource: requirement.resource.clone(),
            operation: operation(attempt),
            request_id: attempt.request_id.clone(),
            reason: None,
        }
    }

    pub(crate) fn because(mut self, decision: &Decision) -> Self {
        self.reason = Some(reason::of(decision));
        self
    }
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            action,
            resource,
            operation,
            request_id,
            reason,
        } = self;
        write!(
            f,
            "`{action}` on `{resource}` (for {operation}, request {request_id})"
        )?;
        reason.iter().try_for_each(|reason| write!(f, ": {reason}"))
    }
}

fn list(unmet: &[Unmet]) -> String {
    unmet
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

/// What to say when a role that was named, or any, is not in the recording.
pub(crate) fn no_such_role(wanted: Option<&str>, known: &[String]) -> String {
    match (wanted, known) {
        (None, _) => "the recording has no attempt of a role or a user".to_owned(),
        (Some(wanted), []) => {
            format!("the recording has no attempt of `{wanted}`, nor of any role or user")
        }
        (Some(wanted), known) => {
            format!(
                "the recording has no attempt of `{wanted}`; it has those of {}",
                known.join(", ")
            )
        }
    }
}
