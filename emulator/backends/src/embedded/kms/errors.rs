//! Errors of KMS.
//!
//! Codes: KMS API reference, the errors of each operation. The texts are those that users of AWS
//! pasted; where none was found the text is marked assumed.

use rolecall_protocol::ServiceError;

pub(super) fn no_key(arn: &str) -> ServiceError {
    ServiceError::new("NotFoundException", format!("Key '{arn}' does not exist"))
}

pub(super) fn no_alias(arn: &str) -> ServiceError {
    ServiceError::new("NotFoundException", format!("Alias {arn} is not found."))
}

pub(super) fn invalid_key_id(id: &str) -> ServiceError {
    ServiceError::new("NotFoundException", format!("Invalid keyId '{id}'"))
}

/// An ARN of another region. Assumed: the text.
pub(super) fn elsewhere(region: &str) -> ServiceError {
    ServiceError::new("NotFoundException", format!("Invalid arn {region}"))
}

pub(super) fn disabled(arn: &str) -> ServiceError {
    ServiceError::new("DisabledException", format!("{arn} is disabled."))
}

pub(super) fn pending_deletion(arn: &str) -> ServiceError {
    let message = format!("{arn} is pending deletion.");
    ServiceError::new("KMSInvalidStateException", message)
}

pub(super) fn not_pending_deletion(arn: &str) -> ServiceError {
    let message = format!("{arn} is not pending deletion.");
    ServiceError::new("KMSInvalidStateException", message)
}

pub(super) fn usage(arn: &str, usage: &str, operation: &str) -> ServiceError {
    let message = format!("{arn} key usage is {usage} which is not valid for {operation}.");
    ServiceError::new("InvalidKeyUsageException", message)
}

/// An algorithm that the key's spec does not have. Assumed: the text.
pub(super) fn algorithm(algorithm: &str, spec: &str) -> ServiceError {
    let message = format!("Algorithm {algorithm} and key spec {spec} are incompatible.");
    ServiceError::new("InvalidKeyUsageException", message)
}

/// AWS gives no text with it.
pub(super) fn ciphertext() -> ServiceError {
    ServiceError::new("InvalidCiphertextException", "")
}

pub(super) fn incorrect_key() -> ServiceError {
    let message = "The key ID in the request does not identify a CMK that can perform this \
                   operation.";
    ServiceError::new("IncorrectKeyException", message)
}

pub(super) fn unreachable_key() -> ServiceError {
    let message = "The ciphertext refers to a customer master key that does not exist, does not \
                   exist in this region, or you are not allowed to access.";
    ServiceError::new("AccessDeniedException", message)
}

/// AWS gives no text with it.
pub(super) fn signature() -> ServiceError {
    ServiceError::new("KMSInvalidSignatureException", "")
}

/// AWS gives no text with it.
pub(super) fn mac() -> ServiceError {
    ServiceError::new("KMSInvalidMacException", "")
}

pub(super) fn exists(alias: &str) -> ServiceError {
    let message = format!("An alias with the name {alias} already exists");
    ServiceError::new("AlreadyExistsException", message)
}

pub(super) fn validation(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationException", message)
}

/// What a constraint of the model says about a value.
pub(super) fn constraint(value: &str, member: &str, constraint: &str) -> ServiceError {
    validation(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: \
         {constraint}"
    ))
}

pub(super) fn unsupported(message: impl Into<String>) -> ServiceError {
    ServiceError::new("UnsupportedOperationException", message)
}

pub(super) fn not_authorized() -> ServiceError {
    ServiceError::new("NotAuthorizedException", "")
}

pub(super) fn limit(message: impl Into<String>) -> ServiceError {
    ServiceError::new("LimitExceededException", message)
}

pub(super) fn no_grant(id: &str) -> ServiceError {
    ServiceError::new("NotFoundException", format!("Grant ID {id} not found"))
}

pub(super) fn grant_token() -> ServiceError {
    ServiceError::new("InvalidGrantTokenException", "Invalid grant token.")
}

pub(super) fn no_policy(name: &str) -> ServiceError {
    ServiceError::new(
        "NotFoundException",
        format!("No such policy exists: {name}"),
    )
}

pub(super) fn malformed_policy(message: &str) -> ServiceError {
    ServiceError::new("MalformedPolicyDocumentException", message)
}

pub(super) fn marker() -> ServiceError {
    ServiceError::new("InvalidMarkerException", "Invalid marker")
}

/// The request asked only whether it would have succeeded.
pub(super) fn dry_run() -> ServiceError {
    let message = "The request would have succeeded, but the DryRun option is set.";
    ServiceError::new("DryRunOperationException", message)
}

/// Our own: a key could not be made or used. It does not happen with sound randomness.
pub(super) fn internal(what: &str) -> ServiceError {
    ServiceError::new("KMSInternalException", format!("{what} failed"))
}
