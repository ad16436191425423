//! The signature itself: check 15.

use std::borrow::Cow;

use crate::canonical::{CanonicalRequest, QueryToken, string_to_sign};
use crate::claim::{Algorithm, Place, SignedClaim};
use crate::error::{AuthenticationError, CalculatedSignature};
use crate::head::{RequestHead, ServiceForm};
use crate::key_cache::SigningKeyCache;
use crate::payload::{BodyDigest, PayloadForm, PayloadHash};
use crate::rules::VerifyRules;
use crate::secret::SecretAccessKey;
use crate::signing_key::SigningKey;

/// Is the proof that a request is signed by its access key; a chunked body goes on from it.
#[derive(Clone, Debug)]
pub struct Verified {
    pub(crate) seed_signature: String,
    pub(crate) key: SigningKey,
}

impl Verified {
    /// Returns the signature of the head, the seed of the signatures of chunks.
    pub fn seed_signature(&self) -> &str {
        &self.seed_signature
    }

    /// Returns the key, for the signatures of chunks.
    pub fn signing_key(&self) -> &SigningKey {
        &self.key
    }
}

/// Verifies the signature of a request, with the secret of its access key.
///
/// Time, scope and session token are not looked at: [`crate::check_scope_and_time`] and the caller
/// do. A body that is not there yet is given as [`PayloadHash::AsClaimed`].
pub fn verify(
    claim: &SignedClaim,
    head: &RequestHead<'_>,
    secret: &SecretAccessKey,
    payload: PayloadHash<'_>,
    rules: &VerifyRules<'_>,
    cache: Option<&SigningKeyCache>,
) -> Result<Verified, AuthenticationError> {
    let key = match cache {
        Some(cache) => cache.key(claim, secret)?,
        None => SigningKey::derive(claim, secret)?,
    };
    verify_with_key(claim, head, key, payload, rules)
}

/// Verifies the signature of a request, with a key derived before.
pub fn verify_with_key(
    claim: &SignedClaim,
    head: &RequestHead<'_>,
    key: SigningKey,
    payload: PayloadHash<'_>,
    rules: &VerifyRules<'_>,
) -> Result<Verified, AuthenticationError> {
    if claim.algorithm == Algorithm::V2Query {
        let to_sign = crate::sigv2::string_to_sign(head, rules.host_bucket);
        return if key.verifies(&to_sign, &claim.signature) {
            Ok(verified(claim, key))
        } else {
            Err(mismatch(claim, &to_sign, None))
        };
    }
    let line = payload_line(claim, payload)?;
    let request = CanonicalRequest::build(claim, head, rules.path, &line);
    let to_sign = string_to_sign(claim, &request);
    if key.verifies(&to_sign, &claim.signature)
        || token_was_added_afterwards(claim, head, &key, rules, &line)
    {
        check_body(claim, payload)?;
        return Ok(verified(claim, key));
    }
    Err(mismatch(claim, &to_sign, Some(request)))
}

fn verified(claim: &SignedClaim, key: SigningKey) -> Verified {
    Verified {
        seed_signature: claim.signature.clone(),
        key,
    }
}

/// Returns the last line of the canonical request.
fn payload_line<'c>(
    claim: &'c SignedClaim,
    payload: PayloadHash<'_>,
) -> Result<Cow<'c, str>, AuthenticationError> {
    match (claim.payload.line(), payload) {
        (Some(line), _) => Ok(Cow::Borrowed(line)),
        (None, PayloadHash::Body(body)) => Ok(Cow::Owned(BodyDigest::of(body).hex())),
        (None, PayloadHash::Digest(digest)) => Ok(Cow::Owned(digest.hex())),
        (None, PayloadHash::AsClaimed) => Err(AuthenticationError::BodyHashRequired),
    }
}

/// Compares the body with the hash that was signed, where both are known.
fn check_body(claim: &SignedClaim, payload: PayloadHash<'_>) -> Result<(), AuthenticationError> {
    match (&claim.payload, payload) {
        (PayloadForm::Hashed { claimed: Some(_) }, PayloadHash::Body(body)) => {
            claim.payload.check_body(&BodyDigest::of(body))
        }
        (PayloadForm::Hashed { claimed: Some(_) }, PayloadHash::Digest(digest)) => {
            claim.payload.check_body(digest)
        }
        _ => Ok(()),
    }
}

/// Tries the other reading of a session token in the query; S3 knows only one.
fn token_was_added_afterwards(
    claim: &SignedClaim,
    head: &RequestHead<'_>,
    key: &SigningKey,
    rules: &VerifyRules<'_>,
    line: &str,
) -> bool {
    let possible = claim.place == Place::Query
        && claim.session_token.is_some()
        && rules.form == ServiceForm::Generic;
    possible && {
        let token = QueryToken::AddedAfterwards;
        let request = CanonicalRequest::build_with(claim, head, rules.path, line, token);
        key.verifies(&string_to_sign(claim, &request), &claim.signature)
    }
}

pub(crate) fn mismatch(
    claim: &SignedClaim,
    to_sign: &[u8],
    canonical_request: Option<CanonicalRequest>,
) -> AuthenticationError {
    AuthenticationError::SignatureMismatch(Box::new(CalculatedSignature {
        access_key_id: claim.access_key_id.clone(),
        string_to_sign: String::from_utf8_lossy(to_sign).into_owned(),
        canonical_request,
        signature_provided: claim.signature.clone(),
    }))
}
