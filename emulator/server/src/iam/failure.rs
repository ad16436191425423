//! IAM's errors, in its words.

use rolecall_policy::PolicyError;
use rolecall_protocol::ServiceError;

use crate::accounts::IdentityKind;

/// The wire code of NoSuchEntityException.
const NO_SUCH_ENTITY: &str = "NoSuchEntity";

pub(super) fn no_such_identity(kind: IdentityKind, name: &str) -> ServiceError {
    ServiceError::new(
        NO_SUCH_ENTITY,
        format!("The {} with name {name} cannot be found.", kind.word()),
    )
}

pub(super) fn no_such_inline(kind: IdentityKind, name: &str) -> ServiceError {
    ServiceError::new(
        NO_SUCH_ENTITY,
        format!(
            "The {} policy with name {name} cannot be found.",
            kind.word()
        ),
    )
}

pub(super) fn no_such_policy(arn: &str) -> ServiceError {
    let mut error = ServiceError::new(
        NO_SUCH_ENTITY,
        format!("Policy {arn} does not exist or is not attachable."),
    );
    if arn.starts_with("arn:aws:iam::aws:") {
        error.detail = Some(format!(
            "the document of the AWS managed policy `{arn}` is not known here: create a policy of \
             the account with the same document and attach that"
        ));
    }
    error
}

pub(super) fn no_such(what: &str, name: &str) -> ServiceError {
    ServiceError::new(
        NO_SUCH_ENTITY,
        format!("The {what} with id {name} cannot be found."),
    )
}

pub(super) fn exists(kind: IdentityKind, name: &str) -> ServiceError {
    let word = match kind {
        IdentityKind::User => "User",
        IdentityKind::Group => "Group",
        IdentityKind::Role => "Role",
    };
    ServiceError::new(
        "EntityAlreadyExists",
        format!("{word} with name {name} already exists."),
    )
}

pub(super) fn policy_exists(name: &str) -> ServiceError {
    ServiceError::new(
        "EntityAlreadyExists",
        format!("A policy called {name} already exists. Duplicate names are not allowed."),
    )
}

pub(super) fn conflict(what: &str) -> ServiceError {
    ServiceError::new(
        "DeleteConflict",
        format!("Cannot delete entity, must {what} first."),
    )
}

pub(super) fn limit(what: &str) -> ServiceError {
    ServiceError::new("LimitExceeded", what.to_owned())
}

pub(super) fn malformed_policy(error: &PolicyError) -> ServiceError {
    let mut failure = ServiceError::new("MalformedPolicyDocument", error.message.clone());
    failure.detail = Some(error.to_string());
    failure
}

/// Source of the words: hashicorp/terraform-provider-aws#8905, databrickslabs/ucx#2269.
pub(super) fn invalid_principal(arn: &str) -> ServiceError {
    ServiceError::new(
        "MalformedPolicyDocument",
        format!("Invalid principal in policy: \"AWS\":\"{arn}\""),
    )
}

// Member names stand in lower camel case in validation messages.
fn camel(member: &str) -> String {
    let mut letters = member.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}

pub(super) fn missing(member: &str) -> ServiceError {
    ServiceError::new(
        "ValidationError",
        format!(
            "1 validation error detected: Value null at '{}' failed to satisfy constraint: \
             Member must not be null",
            camel(member)
        ),
    )
}

pub(super) fn invalid(member: &str, value: &str, pattern: &str) -> ServiceError {
    ServiceError::new(
        "ValidationError",
        format!(
            "1 validation error detected: Value '{value}' at '{}' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: {pattern}",
            camel(member)
        ),
    )
}
