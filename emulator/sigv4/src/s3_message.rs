//! S3's words for each reason.
//!
//! Sources: "Error responses" of the S3 API reference; and what S3 answered to one fault at a time, as
//! the project github.com/brekkylab/backlot noted it down (`s3.us-east-1`, 2026-09-29). "Observed on S3
//! 2026-09-29" in this crate means those notes.

use crate::claim::{Algorithm, Place};
use crate::error::{AuthenticationError as E, ScopeFault};

/// Returns S3's message; `None` where S3 has no words of its own.
pub(crate) fn of(error: &E) -> Option<String> {
    if let Some(fixed) = fixed(error) {
        return Some(fixed.to_owned());
    }
    Some(match error {
        E::UnsupportedAlgorithm {
            place: Place::Query,
            ..
        } => {
            r#"X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256""#.into()
        }
        E::SigV2InvalidExpires { value } => {
            format!("Invalid date (should be seconds since epoch): {value}")
        }
        E::InvalidExpires { fault } => crate::message::expires_words(*fault).to_owned(),
        E::CredentialMalformed {
            place, algorithm, ..
        } => {
            let region = if *algorithm == Algorithm::V4a {
                ""
            } else {
                "REGION/"
            };
            format!(
                "{}the Credential is mal-formed; expecting \
                 \"<YOUR-AKID>/YYYYMMDD/{region}SERVICE/aws4_request\".",
                prefix(*place)
            )
        }
        E::ScopeMismatch { place, faults } => scope_fault(*place, faults.first()?),
        _ => return None,
    })
}

/// Returns the messages that say nothing of the request.
fn fixed(error: &E) -> Option<&'static str> {
    Some(match error {
        E::MissingAuthenticationToken => "Access Denied",
        E::MalformedPath => "Couldn't parse the specified URI.",
        E::BothHeaderAndQuery { .. } => {
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature \
             query string parameter or the Authorization header should be specified"
        }
        E::SigV2Header => {
            "The authorization mechanism you have provided is not supported. Please use \
             AWS4-HMAC-SHA256."
        }
        E::UnsupportedAlgorithm {
            place: Place::Header,
            ..
        } => "Unsupported Authorization Type",
        E::NotKeyValue { .. }
        | E::MissingParameters {
            place: Place::Header,
            ..
        } => {
            "The authorization header is malformed; the authorization header requires three \
             components: Credential, SignedHeaders, and Signature."
        }
        E::MissingParameters {
            place: Place::Query,
            ..
        } => {
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
             X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
        }
        E::SigV2MissingParameters => {
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId \
             parameters"
        }
        E::HostNotSigned | E::HeadersNotSigned { .. } => {
            "There were headers present in the request which were not signed"
        }
        E::InvalidDate {
            place: Place::Header,
            ..
        } => "AWS authentication requires a valid Date or x-amz-date header",
        E::InvalidDate {
            place: Place::Query,
            ..
        } => r#"X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'""#,
        _ => return fixed_later(error),
    })
}

/// Returns the messages of the later checks.
fn fixed_later(error: &E) -> Option<&'static str> {
    Some(match error {
        E::SignatureExpired { .. }
        | E::SignatureNotYetCurrent { .. }
        | E::RequestTimeTooSkewed { .. } => {
            "The difference between the request time and the current time is too large."
        }
        E::RequestExpired { .. } => "Request has expired",
        E::RequestNotYetValid { .. } => "Request is not yet valid",
        E::MissingRegionSet {
            place: Place::Header,
        } => "Missing required header for this request: x-amz-region-set",
        E::MissingRegionSet {
            place: Place::Query,
        } => "SigV4a query auth requires a non empty x-amz-region-set parameter.",
        E::RegionSetMismatch { .. } => {
            "The provided X-Amz-Region-Set doesn't match against the requested S3 region."
        }
        E::SessionTokenInvalid => "The provided token is malformed or otherwise invalid.",
        E::SessionTokenExpired => "The provided token has expired.",
        E::UnknownAccessKey { .. } => {
            "The AWS Access Key Id you provided does not exist in our records."
        }
        E::SignatureMismatch(_)
        | E::ChunkSignatureMismatch { .. }
        | E::TrailerSignatureMismatch => {
            "The request signature we calculated does not match the signature you provided. Check \
             your key and signing method."
        }
        E::MissingContentSha256 => "Missing required header for this request: x-amz-content-sha256",
        E::InvalidContentSha256 { .. } => {
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
             STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, \
             STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, \
             STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value."
        }
        E::ContentHashMismatch { .. } => {
            "The provided 'x-amz-content-sha256' header does not match what was computed."
        }
        E::MissingDecodedContentLength => "You must provide the Content-Length HTTP header.",
        // S3's error responses: IncompleteBody, MalformedTrailerError.
        E::ChunkMalformed { .. } | E::DecodedLengthMismatch { .. } => {
            "The request body terminated unexpectedly"
        }
        E::TrailerMalformed { .. } => {
            "The request contained trailing data that was not well-formed or did not conform to our \
             published schema."
        }
        _ => return None,
    })
}

fn prefix(place: Place) -> &'static str {
    match place {
        Place::Header => "The authorization header is malformed; ",
        Place::Query | Place::Form => "Error parsing the X-Amz-Credential parameter; ",
    }
}

fn scope_fault(place: Place, fault: &ScopeFault) -> String {
    let what = match fault {
        ScopeFault::DateFormat { date } => format!(
            "incorrect date format \"{date}\". This date in the credential must be in the format \
             \"yyyyMMdd\"."
        ),
        ScopeFault::Region { region, .. } if region.is_empty() => {
            "a non-empty region must be provided in the credential.".to_owned()
        }
        ScopeFault::Region { region, expected } => {
            format!("the region '{region}' is wrong; expecting '{expected}'")
        }
        ScopeFault::Service { service, expected } => {
            format!("incorrect service \"{service}\". This endpoint belongs to \"{expected}\".")
        }
        ScopeFault::Terminator { terminator } => {
            format!("incorrect terminal \"{terminator}\". This endpoint uses \"aws4_request\".")
        }
        ScopeFault::Date { date, signed } => match place {
            Place::Header => {
                "Invalid credential date. Date is not the same as X-Amz-Date.".to_owned()
            }
            Place::Query | Place::Form => {
                // Without the prefix (observed).
                return format!(
                    "Invalid credential date \"{date}\". This date is not the same as X-Amz-Date: \
                     \"{}\".",
                    signed.date()
                );
            }
        },
    };
    format!("{}{what}", prefix(place))
}
