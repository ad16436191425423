//! The checks between reading a claim and calculating a signature: checks 9 to 12.

use crate::claim::{Algorithm, Expiry, Place, SignedClaim};
use crate::error::{AuthenticationError, ScopeFault};
use crate::head::ServiceForm;
use crate::rules::{PresignedWindow, VerifyRules};
use crate::scope::CredentialScope;
use crate::timestamp::Timestamp;

/// Refuses a request that is too old or too new, and one that is scoped to something else.
///
/// `now` is in seconds since the epoch. The order is AWS's: time, parts of the credential, scope; for
/// S3 then the headers that must be signed and the regions of `SigV4a`.
pub fn check_scope_and_time(
    claim: &SignedClaim,
    rules: &VerifyRules<'_>,
    now: i64,
) -> Result<(), AuthenticationError> {
    check_time(claim, rules, Timestamp::from_epoch_seconds(now))?;
    if let Some(credential) = &claim.malformed_credential {
        return Err(malformed(claim, credential));
    }
    if let Some(scope) = &claim.scope {
        check_scope(claim, scope, rules)?;
    }
    if !claim.unsigned_headers.is_empty() {
        return Err(AuthenticationError::HeadersNotSigned {
            names: claim.unsigned_headers.clone(),
        });
    }
    check_region_set(claim, rules)
}

pub(crate) fn malformed(claim: &SignedClaim, credential: &str) -> AuthenticationError {
    AuthenticationError::CredentialMalformed {
        place: claim.place,
        algorithm: claim.algorithm,
        credential: credential.to_owned(),
    }
}

fn check_time(
    claim: &SignedClaim,
    rules: &VerifyRules<'_>,
    now: Timestamp,
) -> Result<(), AuthenticationError> {
    match (claim.timestamp, claim.expires) {
        (_, Some(Expiry::At(end))) => check_end(end, now),
        (Some(signed), Some(Expiry::After(seconds)))
            if rules.presigned == PresignedWindow::Expires =>
        {
            check_presigned(signed, seconds, rules, now)
        }
        (Some(signed), _) => check_skew(signed, rules.max_skew_seconds, rules, now),
        (None, None | Some(Expiry::After(_))) => Ok(()),
    }
}

/// Checks the end of a `SigV2` query, which knows no beginning (observed on S3 2026-09-29).
fn check_end(end: Timestamp, now: Timestamp) -> Result<(), AuthenticationError> {
    if now > end {
        let error = AuthenticationError::RequestExpired {
            expires_seconds: None,
            expires_at: end,
            now,
        };
        return Err(error);
    }
    Ok(())
}

fn check_presigned(
    signed: Timestamp,
    seconds: u32,
    rules: &VerifyRules<'_>,
    now: Timestamp,
) -> Result<(), AuthenticationError> {
    if rules.form == ServiceForm::Generic {
        return check_skew(signed, seconds, rules, now);
    }
    let expires_at = later(signed, i64::from(seconds));
    if signed > later(now, i64::from(rules.max_skew_seconds)) {
        return Err(AuthenticationError::RequestNotYetValid {
            signed,
            expires_at,
            now,
        });
    }
    if now > expires_at {
        let expires_seconds = Some(seconds);
        return Err(AuthenticationError::RequestExpired {
            expires_seconds,
            expires_at,
            now,
        });
    }
    Ok(())
}

/// Compares the clocks; `allowed_age` is how old the signature may be.
fn check_skew(
    signed: Timestamp,
    allowed_age: u32,
    rules: &VerifyRules<'_>,
    now: Timestamp,
) -> Result<(), AuthenticationError> {
    let earliest = later(now, -i64::from(allowed_age));
    let latest = later(now, i64::from(rules.max_skew_seconds));
    if (earliest..=latest).contains(&signed) {
        return Ok(());
    }
    let allowed_seconds = rules.max_skew_seconds;
    Err(match rules.form {
        ServiceForm::S3 => AuthenticationError::RequestTimeTooSkewed {
            signed,
            now,
            allowed_seconds,
        },
        ServiceForm::Generic if signed < earliest => AuthenticationError::SignatureExpired {
            signed,
            earliest,
            now,
            allowed_seconds: allowed_age,
        },
        ServiceForm::Generic => AuthenticationError::SignatureNotYetCurrent {
            signed,
            latest,
            now,
            allowed_seconds,
        },
    })
}

fn later(time: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_epoch_seconds(time.epoch_seconds().saturating_add(seconds))
}

fn check_scope(
    claim: &SignedClaim,
    scope: &CredentialScope,
    rules: &VerifyRules<'_>,
) -> Result<(), AuthenticationError> {
    // The hot path: nothing is wrong, nothing is allocated.
    let faults: Vec<ScopeFault> = [
        date_format_fault(scope, rules.form),
        region_fault(scope, rules.region),
        service_fault(scope, rules.services),
        terminator_fault(scope),
        date_fault(scope, claim.timestamp),
    ]
    .into_iter()
    .flatten()
    .collect();
    if faults.is_empty() {
        return Ok(());
    }
    Err(AuthenticationError::ScopeMismatch {
        place: claim.place,
        faults,
    })
}

fn date_format_fault(scope: &CredentialScope, form: ServiceForm) -> Option<ScopeFault> {
    let is_date = scope.date.len() == 8 && scope.date.bytes().all(|byte| byte.is_ascii_digit());
    (form == ServiceForm::S3 && !is_date).then(|| ScopeFault::DateFormat {
        date: scope.date.clone(),
    })
}

fn region_fault(scope: &CredentialScope, expected: Option<&str>) -> Option<ScopeFault> {
    let (region, expected) = (scope.region.as_deref()?, expected?);
    (region != expected).then(|| ScopeFault::Region {
        region: region.to_owned(),
        expected: expected.to_owned(),
    })
}

fn service_fault(scope: &CredentialScope, accepted: &[&str]) -> Option<ScopeFault> {
    let first = accepted.first()?;
    (!accepted.contains(&scope.service.as_str())).then(|| ScopeFault::Service {
        service: scope.service.clone(),
        expected: (*first).to_owned(),
    })
}

fn terminator_fault(scope: &CredentialScope) -> Option<ScopeFault> {
    (scope.terminator != "aws4_request").then(|| ScopeFault::Terminator {
        terminator: scope.terminator.clone(),
    })
}

fn date_fault(scope: &CredentialScope, signed: Option<Timestamp>) -> Option<ScopeFault> {
    let signed = signed?;
    let text = signed.iso_basic();
    (text.get(..8) != Some(scope.date.as_bytes())).then(|| ScopeFault::Date {
        date: scope.date.clone(),
        signed,
    })
}

/// Checks that the regions of a `SigV4a` request take in this one.
fn check_region_set(
    claim: &SignedClaim,
    rules: &VerifyRules<'_>,
) -> Result<(), AuthenticationError> {
    if claim.algorithm != Algorithm::V4a {
        return Ok(());
    }
    let region_set = match (claim.region_set.as_deref(), claim.place) {
        (None, place) | (Some(""), place @ Place::Query) => {
            return Err(AuthenticationError::MissingRegionSet { place });
        }
        (Some(region_set), _) => region_set,
    };
    match rules.region {
        Some(region)
            if !region_set
                .split(',')
                .any(|pattern| stands_for(pattern.trim(), region)) =>
        {
            Err(AuthenticationError::RegionSetMismatch {
                region_set: region_set.to_owned(),
                region: region.to_owned(),
            })
        }
        _ => Ok(()),
    }
}

/// Matches `*` and `us-west-*` as well as a plain name ("Signing AWS API requests": a region set may
/// hold wildcards).
fn stands_for(pattern: &str, region: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            region.len() >= start.len() + end.len()
                && region.starts_with(start)
                && region.ends_with(end)
        }
        None => pattern == region,
    }
}
