//! Why nothing could be verified.

use rolecall_policy::PolicyError;

use crate::generate::no_such_role;

/// Says why nothing could be verified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The catalog of this program is damaged.
    #[error("the catalog of this program is damaged: {reason}")]
    CatalogDamaged {
        /// Why.
        reason: String,
    },
    /// A policy file is malformed.
    #[error("{file}: {error}")]
    Policy {
        /// The file, as it was named.
        file: String,
        /// The place, what is wrong and what was meant.
        error: Box<PolicyError>,
        /// The same for people: the line, with carets under what is wrong.
        rendered: String,
    },
    /// A guard is malformed.
    #[error("`{text}` is not a guard: {reason}; `ACTION@ARN` is needed, such as `s3:Delete*@*`")]
    Guard {
        /// The guard, as it was given.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A waiver is malformed.
    #[error("`{text}` cannot be waived: an action such as `s3:GetObject` is needed, or `lost`")]
    Waiver {
        /// The waiver, as it was given.
        text: String,
    },
    /// The recording has no such role.
    #[error("{}", no_such_role(Some(wanted), known))]
    NoSuchRole {
        /// The name that was asked for.
        wanted: String,
        /// The ARNs of the roles and users in the recording.
        known: Vec<String>,
    },
    /// The recording has no attempt of a role or a user.
    #[error(
        "the recording has no attempt of a role or user: there is nothing to hold a policy against"
    )]
    NothingRecorded,
    /// It is not clear whose policy is meant.
    #[error("the recording has several roles: name one of {} with `--role`", known.join(", "))]
    SeveralRoles {
        /// Their ARNs.
        known: Vec<String>,
    },
}
