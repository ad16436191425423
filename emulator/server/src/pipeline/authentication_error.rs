//! Which AWS error a failed authentication is: one exhaustive match from reason to code.
//!
//! Source: iam-semantics C3 (order and messages) and C4 ("Code per protocol"); "Error responses" of
//! the S3 API reference; "Common errors" of the query services' API references.

use rolecall_catalog::{ProtocolName, Service};
use rolecall_protocol::ServiceError;
use rolecall_sigv4::{AuthenticationError, ErrorDialect, Place};

/// Whose codes an error is told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    S3,
    Ec2,
    /// query, and rest-xml other than S3.
    Query,
    /// json, rest-json, cbor.
    Json,
}

impl Family {
    pub(super) fn of(service: Option<&Service>, protocol: ProtocolName) -> Self {
        match (service.map(|service| service.name.as_str()), protocol) {
            (Some("s3" | "s3control"), _) => Self::S3,
            (_, ProtocolName::Ec2) => Self::Ec2,
            (_, ProtocolName::Query | ProtocolName::RestXml) => Self::Query,
            (
                _,
                ProtocolName::Json10
                | ProtocolName::Json11
                | ProtocolName::RestJson
                | ProtocolName::RpcV2Cbor,
            ) => Self::Json,
        }
    }

    fn dialect(self) -> ErrorDialect {
        match self {
            Self::S3 => ErrorDialect::S3,
            Self::Ec2 | Self::Query | Self::Json => ErrorDialect::Generic,
        }
    }
}

/// The code for a reason in each family: S3, EC2, query, json.
struct Codes(&'static str, &'static str, &'static str, &'static str);

/// What is missing or malformed, in S3's word for it.
const fn incomplete(s3: &'static str) -> Codes {
    Codes(
        s3,
        "AuthFailure",
        "IncompleteSignature",
        "IncompleteSignatureException",
    )
}

/// What does not match, in S3's word for it.
const fn mismatch(s3: &'static str) -> Codes {
    Codes(
        s3,
        "AuthFailure",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
    )
}

const fn by_place(place: Place) -> &'static str {
    match place {
        Place::Header => "AuthorizationHeaderMalformed",
        Place::Query | Place::Form => "AuthorizationQueryParametersError",
    }
}

fn codes(error: &AuthenticationError) -> Codes {
    use AuthenticationError as E;
    match error {
        E::MalformedPath => Codes(
            "InvalidURI",
            "InvalidRequest",
            "InvalidRequest",
            "BadRequestException",
        ),
        E::MalformedQueryString { .. } => {
            const CODE: &str = "MalformedQueryString";
            Codes("InvalidURI", CODE, CODE, "MalformedQueryStringException")
        }
        E::MissingAuthenticationToken => {
            const CODE: &str = "MissingAuthenticationToken";
            Codes(
                "AccessDenied",
                "AuthFailure",
                CODE,
                "MissingAuthenticationTokenException",
            )
        }
        E::BothHeaderAndQuery { .. } => mismatch("InvalidArgument"),
        E::SigV2Header | E::EventStreamNotSupported | E::MissingContentSha256 => {
            incomplete("InvalidRequest")
        }
        E::UnsupportedAlgorithm { place, .. }
        | E::MissingParameters { place, .. }
        | E::InvalidDate { place, .. }
        | E::CredentialMalformed { place, .. }
        | E::MissingRegionSet { place } => incomplete(by_place(*place)),
        E::NotKeyValue { .. } => incomplete(by_place(Place::Header)),
        E::InvalidExpires { .. } => incomplete(by_place(Place::Query)),
        E::SigV2MissingParameters | E::SigV2InvalidExpires { .. } => incomplete("AccessDenied"),
        E::ScopeMismatch { place, .. } => mismatch(by_place(*place)),
        E::RegionSetMismatch { .. }
        | E::HostNotSigned
        | E::SignatureExpired { .. }
        | E::SignatureNotYetCurrent { .. }
        | E::SignatureMismatch(_)
        | E::ChunkSignatureMismatch { .. }
        | E::TrailerSignatureMismatch => mismatch("SignatureDoesNotMatch"),
        E::RequestTimeTooSkewed { .. } => mismatch("RequestTimeTooSkewed"),
        E::RequestNotYetValid { .. } | E::RequestExpired { .. } | E::HeadersNotSigned { .. } => {
            Codes(
                "AccessDenied",
                "AuthFailure",
                "AccessDenied",
                "AccessDeniedException",
            )
        }
        E::SessionTokenInvalid => unknown("InvalidToken"),
        E::UnknownAccessKey { .. } => unknown("InvalidAccessKeyId"),
        E::SessionTokenExpired => Codes(
            "ExpiredToken",
            "RequestExpired",
            "ExpiredToken",
            "ExpiredTokenException",
        ),
        E::InvalidContentSha256 { .. } => incomplete("InvalidArgument"),
        E::ContentHashMismatch { .. } => mismatch("XAmzContentSHA256Mismatch"),
        E::BodyHashRequired => Codes(
            "InternalError",
            "InternalError",
            "InternalFailure",
            "InternalFailure",
        ),
        E::MissingDecodedContentLength => incomplete("MissingContentLength"),
        E::ChunkMalformed { .. } | E::DecodedLengthMismatch { .. } => incomplete("IncompleteBody"),
        E::TrailerMalformed { .. } => incomplete("MalformedTrailerError"),
    }
}

/// Who is not known, in S3's word for it.
const fn unknown(s3: &'static str) -> Codes {
    Codes(
        s3,
        "AuthFailure",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
    )
}

/// The error as the service raises it.
pub(super) fn service_error(error: &AuthenticationError, family: Family) -> ServiceError {
    let Codes(s3, ec2, query, json) = codes(error);
    let code = match family {
        Family::S3 => s3,
        Family::Ec2 => ec2,
        Family::Query => query,
        Family::Json => json,
    };
    let mut failure = ServiceError::new(code, error.message(family.dialect()));
    failure.detail = Some(format!("{error:?}"));
    if family == Family::S3 {
        s3_members(error, &mut failure);
    }
    failure
}

// Source: iam-semantics C4, which lists what the body of SignatureDoesNotMatch has.
fn s3_members(error: &AuthenticationError, failure: &mut ServiceError) {
    let mut put = |name: &str, value: String| {
        failure.members.insert(name.to_owned(), value.into());
    };
    match error {
        AuthenticationError::UnknownAccessKey { access_key_id } => {
            put("AWSAccessKeyId", access_key_id.clone());
        }
        AuthenticationError::SignatureMismatch(calculated) => {
            put("AWSAccessKeyId", calculated.access_key_id.clone());
            put("StringToSign", calculated.string_to_sign.clone());
            put("SignatureProvided", calculated.signature_provided.clone());
            put(
                "StringToSignBytes",
                spaced_hex(calculated.string_to_sign.as_bytes()),
            );
            if let Some(request) = &calculated.canonical_request {
                put(
                    "CanonicalRequest",
                    String::from_utf8_lossy(request.as_bytes()).into_owned(),
                );
                put("CanonicalRequestBytes", spaced_hex(request.as_bytes()));
            }
        }
        _ => {}
    }
}

fn spaced_hex(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(" ")
}
