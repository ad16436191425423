//! The `X-Amz-*` query parameters of a presigned request.

use std::borrow::Cow;

use crate::claim::{Algorithm, Expiry, Place, SignedClaim, session_token};
use crate::error::{AuthenticationError, Echo, ExpiresFault, Parameter};
use crate::head::{RequestHead, ServiceForm};
use crate::payload::PayloadForm;
use crate::percent::query_value;
use crate::secret::SessionToken;
use crate::timestamp::Timestamp;

/// The longest time that a presigned request may be good for: a week (documented).
const WEEK_SECONDS: i64 = 604_800;

/// Reads a request that is signed in the query: checks 6 to 8.
pub(crate) fn read(
    head: &RequestHead<'_>,
    algorithm: &str,
    form: ServiceForm,
) -> Result<SignedClaim, AuthenticationError> {
    let algorithm =
        Algorithm::parse(algorithm).ok_or_else(|| AuthenticationError::UnsupportedAlgorithm {
            place: Place::Query,
            algorithm: algorithm.to_owned(),
            authorization: Echo::default(),
        })?;
    let parameters = Parameters::of(head.query, form)?;
    let mut claim = SignedClaim::begin(
        (algorithm, Place::Query),
        &parameters.credential,
        &parameters.signed_headers,
        &parameters.signature,
        PayloadForm::of_query(head, form),
    );
    let host = claim.signs("host") || claim.signs(":authority");
    if form == ServiceForm::Generic && !host {
        return Err(AuthenticationError::HostNotSigned);
    }
    let date = parameters.date;
    claim.timestamp = Some(Timestamp::parse_iso_basic(&date).ok_or_else(|| {
        AuthenticationError::InvalidDate {
            place: Place::Query,
            value: date.into_owned(),
        }
    })?);
    claim.expires = parameters
        .expires
        .as_deref()
        .map(parse_expires)
        .transpose()?;
    claim.session_token = token(head);
    claim.region_set = query_value(head.query, "X-Amz-Region-Set").map(Cow::into_owned);
    Ok(claim.complete(head, form))
}

fn token(head: &RequestHead<'_>) -> Option<SessionToken> {
    query_value(head.query, "X-Amz-Security-Token")
        .or_else(|| query_value(head.query, "X-Amz-S3session-Token"))
        .map(|text| SessionToken::new(text.into_owned()))
        .or_else(|| session_token(head))
}

/// Reads `X-Amz-Expires`. Zero is read and is over at once (observed on S3).
fn parse_expires(text: &str) -> Result<Expiry, AuthenticationError> {
    let seconds = text.parse::<i64>().map_err(|_| ExpiresFault::NotANumber);
    let fault = match seconds {
        Err(fault) => fault,
        Ok(..0) => ExpiresFault::Negative,
        Ok(seconds) if seconds > WEEK_SECONDS => ExpiresFault::MoreThanAWeek,
        Ok(seconds) => return Ok(Expiry::After(u32::try_from(seconds).unwrap_or_default())),
    };
    Err(AuthenticationError::InvalidExpires { fault })
}

/// Holds the parameters, decoded; of two with one name the first wins (iam-semantics.md C3.6).
struct Parameters<'q> {
    credential: Cow<'q, str>,
    signature: Cow<'q, str>,
    signed_headers: Cow<'q, str>,
    date: Cow<'q, str>,
    expires: Option<Cow<'q, str>>,
}

impl<'q> Parameters<'q> {
    /// Only S3 requires `X-Amz-Expires` (observed on S3 2026-09-29; for the others C3.6 does not list it).
    fn of(query: &'q str, form: ServiceForm) -> Result<Self, AuthenticationError> {
        let value = |name| query_value(query, name).filter(|text| !text.is_empty());
        let (credential, signature) = (value("X-Amz-Credential"), value("X-Amz-Signature"));
        let (signed_headers, date) = (value("X-Amz-SignedHeaders"), value("X-Amz-Date"));
        let expires = query_value(query, "X-Amz-Expires");
        let missing: Vec<Parameter> = [
            (credential.is_none(), Parameter::Credential),
            (signature.is_none(), Parameter::Signature),
            (signed_headers.is_none(), Parameter::SignedHeaders),
            (date.is_none(), Parameter::Date),
            (
                form == ServiceForm::S3 && expires.is_none(),
                Parameter::Expires,
            ),
        ]
        .into_iter()
        .filter_map(|(is_missing, parameter)| is_missing.then_some(parameter))
        .collect();
        match (credential, signature, signed_headers, date) {
            (Some(credential), Some(signature), Some(signed_headers), Some(date))
                if missing.is_empty() =>
            {
                Ok(Self {
                    credential,
                    signature,
                    signed_headers,
                    date,
                    expires,
                })
            }
            _ => Err(AuthenticationError::MissingParameters {
                place: Place::Query,
                missing,
                authorization: Echo::default(),
            }),
        }
    }
}
