//! AWS's words for each reason, outside S3.

use std::fmt;

use crate::claim::{Algorithm, Place};
use crate::error::{
    AuthenticationError, ChunkFault, ErrorDialect, ExpiresFault, Parameter, ScopeFault,
    TrailerFault,
};

/// The message of a signature that does not match (iam-semantics.md C3.15).
const MISMATCH: &str = "The request signature we calculated does not match the signature you \
    provided. Check your AWS Secret Access Key and signing method. Consult the service documentation \
    for details.";

impl AuthenticationError {
    /// Returns the message that AWS sends; empty where AWS sends none.
    pub fn message(&self, dialect: ErrorDialect) -> String {
        match dialect {
            ErrorDialect::Generic => self.to_string(),
            ErrorDialect::S3 => crate::s3_message::of(self).unwrap_or_else(|| self.to_string()),
        }
    }
}

impl std::error::Error for AuthenticationError {}

/// The wording is that of iam-semantics.md C3, where it is not marked `assumed`.
impl fmt::Display for AuthenticationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // AWS answers these two without a message.
            Self::MalformedPath | Self::BothHeaderAndQuery { .. } => Ok(()),
            Self::MalformedQueryString { not_hex: None } => {
                f.write_str("Incomplete trailing escape % sequence")
            }
            Self::MalformedQueryString {
                not_hex: Some(pair),
            } => {
                write!(f, "Illegal hex character in escape % pattern: %{pair}")
            }
            Self::MissingAuthenticationToken => {
                f.write_str("Request is missing Authentication Token")
            }
            Self::SigV2Header => f.write_str("Unsupported AWS 'algorithm': 'AWS'."),
            Self::UnsupportedAlgorithm { algorithm, .. } => {
                write!(f, "Unsupported AWS 'algorithm': '{algorithm}'.")
            }
            Self::NotKeyValue {
                part,
                authorization,
            } => write!(
                f,
                "'{}' not a valid key=value pair (missing equal-sign) in Authorization header: '{}'.",
                part.as_str(),
                authorization.as_str()
            ),
            Self::MissingParameters {
                place: Place::Header,
                missing,
                authorization,
            } => {
                missing
                    .iter()
                    .try_for_each(|parameter| write_missing_in_header(f, *parameter))?;
                write!(f, "Authorization={}", authorization.as_str())
            }
            Self::MissingParameters {
                place: Place::Query | Place::Form,
                missing,
                ..
            } => {
                for parameter in missing {
                    let name = query_name(*parameter);
                    write!(f, "AWS query-string parameters must include '{name}'. ")?;
                }
                f.write_str("Re-examine the query-string parameters.")
            }
            Self::HostNotSigned => f.write_str(
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
            ),
            Self::InvalidDate { value, .. } => write!(
                f,
                "Date must be in ISO-8601 'basic format'. Got '{value}'. See \
                 http://en.wikipedia.org/wiki/ISO_8601"
            ),
            Self::SignatureMismatch(_) | Self::ContentHashMismatch { .. } => f.write_str(MISMATCH),
            Self::ChunkSignatureMismatch { .. } | Self::TrailerSignatureMismatch => {
                f.write_str(MISMATCH)
            }
            Self::SessionTokenInvalid => {
                f.write_str("The security token included in the request is invalid")
            }
            Self::SessionTokenExpired => {
                f.write_str("The security token included in the request is expired")
            }
            Self::UnknownAccessKey { .. } => {
                f.write_str("The security token included in the request is invalid.")
            }
            _ => write_rest(self, f),
        }
    }
}

/// Writes the messages about time, scope and body.
fn write_rest(error: &AuthenticationError, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    use AuthenticationError as E;
    match error {
        E::SignatureExpired {
            signed,
            earliest,
            now,
            allowed_seconds,
        } => write!(
            f,
            "Signature expired: {signed} is now earlier than {earliest} ({now} - {}.)",
            Span(*allowed_seconds)
        ),
        E::SignatureNotYetCurrent {
            signed,
            latest,
            now,
            allowed_seconds,
        } => write!(
            f,
            "Signature not yet current: {signed} is still later than {latest} ({now} + {}.)",
            Span(*allowed_seconds)
        ),
        E::CredentialMalformed {
            algorithm,
            credential,
            ..
        } => {
            // The words for SigV4a are assumed.
            let (count, example) = match algorithm {
                Algorithm::V4a => (4, "keyid/date/service/term"),
                Algorithm::V4 | Algorithm::V2Query => (5, "keyid/date/region/service/term"),
            };
            write!(
                f,
                "Credential must have exactly {count} slash-delimited elements, e.g. {example}, got \
                 '{credential}'"
            )
        }
        E::ScopeMismatch { faults, .. } => {
            let sentences: Vec<String> = faults.iter().map(scope_sentence).collect();
            f.write_str(&sentences.join(" "))
        }
        // The rest belongs to S3, whose words `message` has; these are for a log.
        E::ChunkMalformed { chunk, fault } => write!(f, "chunk {chunk}: {}", chunk_words(*fault)),
        E::TrailerMalformed { fault } => f.write_str(&trailer_words(fault)),
        E::DecodedLengthMismatch { declared, received } => write!(
            f,
            "the body has {received} bytes, `x-amz-decoded-content-length` says {declared}"
        ),
        E::InvalidExpires { fault } => f.write_str(expires_words(*fault)),
        E::BodyHashRequired => {
            f.write_str("the signature covers the body, which has to be hashed first")
        }
        E::EventStreamNotSupported => {
            f.write_str("bodies signed as an event stream are not supported yet")
        }
        other => f.write_str(&crate::s3_message::of(other).unwrap_or_default()),
    }
}

fn write_missing_in_header(f: &mut fmt::Formatter<'_>, parameter: Parameter) -> fmt::Result {
    match parameter {
        Parameter::Date => f.write_str(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
        ),
        other => write!(
            f,
            "Authorization header requires '{}' parameter. ",
            header_name(other)
        ),
    }
}

fn header_name(parameter: Parameter) -> &'static str {
    match parameter {
        Parameter::Credential => "Credential",
        Parameter::Signature => "Signature",
        Parameter::SignedHeaders => "SignedHeaders",
        Parameter::Date => "X-Amz-Date",
        Parameter::Expires => "Expires",
    }
}

fn query_name(parameter: Parameter) -> &'static str {
    match parameter {
        Parameter::Credential => "X-Amz-Credential",
        Parameter::Signature => "X-Amz-Signature",
        Parameter::SignedHeaders => "X-Amz-SignedHeaders",
        Parameter::Date => "X-Amz-Date",
        Parameter::Expires => "X-Amz-Expires",
    }
}

fn scope_sentence(fault: &ScopeFault) -> String {
    match fault {
        ScopeFault::Region { region, .. } => {
            format!("Credential should be scoped to a valid region, not '{region}'.")
        }
        ScopeFault::Service { expected, .. } => {
            format!("Credential should be scoped to correct service: '{expected}'.")
        }
        ScopeFault::Terminator { terminator } => format!(
            "Credential should be scoped with a valid terminator: 'aws4_request', not '{terminator}'."
        ),
        ScopeFault::Date { date, signed } => format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from \
             HTTP: '{date}' != '{}', from '{signed}'.",
            signed.date()
        ),
        ScopeFault::DateFormat { date } => {
            format!("Date in Credential scope is not in the format YYYYMMDD: '{date}'.")
        }
    }
}

pub(crate) fn expires_words(fault: ExpiresFault) -> &'static str {
    match fault {
        ExpiresFault::NotANumber => "X-Amz-Expires should be a number",
        ExpiresFault::Negative => "X-Amz-Expires must be non-negative",
        ExpiresFault::MoreThanAWeek => {
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires \
             must be less than 604800 seconds"
        }
    }
}

fn chunk_words(fault: ChunkFault) -> &'static str {
    match fault {
        ChunkFault::Length => "its length is not hex",
        ChunkFault::NoSignature => "it has no `chunk-signature`",
        ChunkFault::LineTooLong => "its first line does not end",
        ChunkFault::NoLineEnd => "its data is not followed by a line end",
        ChunkFault::Truncated => "the body ends in it",
        ChunkFault::TrailingData => "the body goes on after it, the last one",
    }
}

fn trailer_words(fault: &TrailerFault) -> String {
    match fault {
        TrailerFault::Line => "a trailer is not `name:value`".to_owned(),
        TrailerFault::TooLong => "the trailers are too long".to_owned(),
        TrailerFault::NoSignature => "the trailers have no `x-amz-trailer-signature`".to_owned(),
        TrailerFault::Missing { name } => format!("the announced trailer `{name}` is missing"),
        TrailerFault::NotAnnounced { name } => format!("the trailer `{name}` was not announced"),
    }
}

/// Shows a span of time as AWS does: `15 min`.
struct Span(u32);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_multiple_of(60) {
            write!(f, "{} min", self.0 / 60)
        } else {
            write!(f, "{} sec", self.0)
        }
    }
}

#[cfg(test)]
mod tests;
