use super::*;
use crate::error::{CalculatedSignature, Echo};
use crate::timestamp::Timestamp;

/// Returns one of each reason that says something about the request's head.
fn about_the_head() -> Vec<AuthenticationError> {
    use AuthenticationError as E;
    let (place, text, authorization) = (Place::Header, String::new, Echo::default);
    vec![
        E::MalformedPath,
        E::MalformedQueryString { not_hex: None },
        E::MissingAuthenticationToken,
        E::BothHeaderAndQuery {
            authorization: authorization(),
        },
        E::SigV2Header,
        E::UnsupportedAlgorithm {
            place,
            algorithm: text(),
            authorization: authorization(),
        },
        E::NotKeyValue {
            part: Echo::default(),
            authorization: authorization(),
        },
        E::MissingParameters {
            place,
            missing: Vec::new(),
            authorization: authorization(),
        },
        E::SigV2MissingParameters,
        E::SigV2InvalidExpires { value: text() },
        E::InvalidExpires {
            fault: ExpiresFault::NotANumber,
        },
        E::HostNotSigned,
        E::InvalidDate {
            place,
            value: text(),
        },
        E::CredentialMalformed {
            place,
            algorithm: Algorithm::V4,
            credential: text(),
        },
        E::ScopeMismatch {
            place,
            faults: vec![ScopeFault::Terminator { terminator: text() }],
        },
        E::HeadersNotSigned { names: Vec::new() },
        E::MissingRegionSet { place },
        E::RegionSetMismatch {
            region_set: text(),
            region: text(),
        },
        E::MissingContentSha256,
        E::InvalidContentSha256 { value: text() },
        E::MissingDecodedContentLength,
        E::EventStreamNotSupported,
    ]
}

/// Returns one of each reason that says something about time, keys or the body.
fn about_the_rest() -> Vec<AuthenticationError> {
    use AuthenticationError as E;
    let (signed, text) = (Timestamp::from_epoch_seconds(0), String::new);
    let (earliest, latest, now, expires_at) = (signed, signed, signed, signed);
    let allowed_seconds = 900;
    vec![
        E::SignatureExpired {
            signed,
            earliest,
            now,
            allowed_seconds,
        },
        E::SignatureNotYetCurrent {
            signed,
            latest,
            now,
            allowed_seconds,
        },
        E::RequestTimeTooSkewed {
            signed,
            now,
            allowed_seconds,
        },
        E::RequestNotYetValid {
            signed,
            expires_at,
            now,
        },
        E::RequestExpired {
            expires_seconds: None,
            expires_at,
            now,
        },
        E::SessionTokenInvalid,
        E::SessionTokenExpired,
        E::UnknownAccessKey {
            access_key_id: text(),
        },
        E::SignatureMismatch(Box::new(CalculatedSignature {
            access_key_id: text(),
            string_to_sign: text(),
            canonical_request: None,
            signature_provided: text(),
        })),
        E::ContentHashMismatch {
            claimed: text(),
            computed: text(),
        },
        E::BodyHashRequired,
        E::ChunkMalformed {
            chunk: 1,
            fault: ChunkFault::Length,
        },
        E::ChunkSignatureMismatch { chunk: 1 },
        E::TrailerMalformed {
            fault: TrailerFault::Line,
        },
        E::TrailerSignatureMismatch,
        E::DecodedLengthMismatch {
            declared: 1,
            received: 2,
        },
    ]
}

#[test]
fn every_reason_has_words_but_for_two_of_aws() {
    let mut reasons = about_the_head();
    reasons.extend(about_the_rest());
    assert_eq!(reasons.len(), 38);
    let is_silent = |reason: &&AuthenticationError| reason.to_string().is_empty();
    let silent: Vec<&AuthenticationError> = reasons.iter().filter(is_silent).collect();
    let expected = [
        &AuthenticationError::MalformedPath,
        &AuthenticationError::BothHeaderAndQuery {
            authorization: Echo::default(),
        },
    ];
    assert_eq!(silent, expected);
    for reason in &reasons {
        assert!(!reason.message(ErrorDialect::S3).is_empty(), "{reason:?}");
    }
}

#[test]
fn spans_are_told_in_minutes_where_they_are_some() {
    assert_eq!(Span(900).to_string(), "15 min");
    assert_eq!(Span(61).to_string(), "61 sec");
}
