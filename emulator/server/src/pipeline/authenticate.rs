//! From a claim to a caller, in AWS's order.
//!
//! Source: iam-semantics C3: clock and scope (9 to 12), session token (13), access key (14),
//! signature (15).

use std::sync::Arc;

use rolecall_catalog::{Operation, ProtocolName, Service};
use rolecall_policy::{AccountId, Principal, PrincipalKind};
use rolecall_sigv4::{
    AuthenticationError, Claim, PayloadHash, RequestHead, SecretAccessKey, ServiceForm,
    SignedClaim, Verified, VerifyRules, check_scope_and_time, verify,
};

use crate::{
    accounts::{Caller, CredentialProblem},
    settings::Mode,
    state::{ResolvedKey, State},
};

/// A claim whose key is known; the signature is not verified yet.
pub(super) struct Identified {
    pub(super) resolved: Arc<ResolvedKey>,
    /// Whether there is a signature to verify.
    pub(super) is_signed: bool,
}

// Who also answers the unsigned, if a policy of the resource says so.
// Source: iam-semantics B3, "Anonymous (S3, SQS, SNS, ...)".
const ANONYMOUS: [&str; 3] = ["s3", "sqs", "sns"];

/// Finds out who a claim is about.
pub(super) fn identify(
    state: &State,
    claim: &Claim,
    service: &Service,
    operation: &Operation,
    rules: &VerifyRules<'_>,
    now_millis: u64,
) -> Result<Identified, AuthenticationError> {
    let claim = match claim {
        Claim::Signed(claim) => claim,
        Claim::Anonymous if operation.unsigned || ANONYMOUS.contains(&service.name.as_str()) => {
            return Ok(Identified {
                resolved: resolved(state, Caller::anonymous()),
                is_signed: false,
            });
        }
        Claim::Anonymous => return Err(AuthenticationError::MissingAuthenticationToken),
    };
    let now = now_millis / 1000;
    check_scope_and_time(claim, rules, i64::try_from(now).unwrap_or(i64::MAX))?;
    let resolved = match state.resolve(&claim.access_key_id) {
        Ok(resolved) => resolved,
        Err(_) if state.settings.mode == Mode::Record => {
            return Ok(Identified {
                resolved: unverified(state, claim),
                is_signed: false,
            });
        }
        Err(problem) => return Err(reason(problem, claim)),
    };
    check_token(&resolved, claim, now)?;
    Ok(Identified {
        resolved,
        is_signed: true,
    })
}

fn reason(problem: CredentialProblem, claim: &SignedClaim) -> AuthenticationError {
    match problem {
        CredentialProblem::UnknownKey => AuthenticationError::UnknownAccessKey {
            access_key_id: claim.access_key_id.clone(),
        },
        CredentialProblem::InvalidToken => AuthenticationError::SessionTokenInvalid,
        CredentialProblem::ExpiredToken => AuthenticationError::SessionTokenExpired,
    }
}

fn check_token(
    resolved: &ResolvedKey,
    claim: &SignedClaim,
    now: u64,
) -> Result<(), AuthenticationError> {
    match (&resolved.caller.session, &claim.session_token) {
        // A token with a long-term key belongs to no session of it.
        (None, Some(_)) => return Err(AuthenticationError::SessionTokenInvalid),
        (Some(session), Some(token)) if session.token != *token => {
            return Err(AuthenticationError::SessionTokenInvalid);
        }
        _ => {}
    }
    match (&resolved.caller.session, &claim.session_token) {
        // A temporary key without its token is not known [assumed].
        (Some(_), None) => Err(AuthenticationError::UnknownAccessKey {
            access_key_id: claim.access_key_id.clone(),
        }),
        (Some(session), Some(_)) if session.expires <= now => {
            Err(AuthenticationError::SessionTokenExpired)
        }
        _ => Ok(()),
    }
}

/// Verifies the signature over the head, and over the body as far as it is known.
pub(super) fn verify_signature(
    state: &State,
    claim: &SignedClaim,
    head: &RequestHead<'_>,
    secret: &SecretAccessKey,
    payload: PayloadHash<'_>,
    rules: &VerifyRules<'_>,
) -> Result<Verified, AuthenticationError> {
    verify(
        claim,
        head,
        secret,
        payload,
        rules,
        Some(&state.signing_keys),
    )
}

/// How a service's signatures are verified.
pub(super) fn rules<'a>(
    service: &Service,
    names: &'a [&'a str],
    protocol: ProtocolName,
) -> VerifyRules<'a> {
    let usual = service.signing_names.first().map_or("", String::as_str);
    let rules = VerifyRules::for_signing_name(usual).with_services(names);
    // Source: iam-semantics C3: the message of the json services names 5 minutes, that of the
    // others 15.
    let is_json = matches!(
        protocol,
        ProtocolName::Json10
            | ProtocolName::Json11
            | ProtocolName::RestJson
            | ProtocolName::RpcV2Cbor
    );
    if is_json && rules.form == ServiceForm::Generic {
        rules.with_max_skew(300)
    } else {
        rules
    }
}

fn resolved(state: &State, caller: Caller) -> Arc<ResolvedKey> {
    let no_secret = SecretAccessKey::new("");
    let supposed = &state.settings.supposed;
    Arc::new(ResolvedKey::new(no_secret, Arc::new(caller), supposed))
}

// A key that nobody here handed out, in the mode `record`: a role of its own.
fn unverified(state: &State, claim: &SignedClaim) -> Arc<ResolvedKey> {
    let account = &state.settings.account;
    let name = format!("unverified-{}", claim.access_key_id);
    let principal = Principal {
        kind: PrincipalKind::AssumedRole,
        arn: format!("arn:aws:sts::{account}:assumed-role/{name}/unverified"),
        account: AccountId::parse(account).ok(),
        issuer: Some(format!("arn:aws:iam::{account}:role/{name}")),
        user_id: format!("{}:unverified", claim.access_key_id),
        service_linked: false,
    };
    resolved(state, Caller::unverified(principal))
}
