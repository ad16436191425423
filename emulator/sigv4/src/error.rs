//! Why a request is not authenticated.

use std::fmt;

use crate::canonical::CanonicalRequest;
use crate::claim::{Algorithm, Place};
use crate::timestamp::Timestamp;

/// Is the reason why a request is not authenticated, in the order in which AWS checks.
///
/// The numbers are those of iam-semantics.md C3. `Display` is the message of the query and JSON
/// protocols, word for word; [`AuthenticationError::message`] also knows S3's. Which error code and
/// status belong to a reason is not known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthenticationError {
    /// 1: the path has a bad escape or leaves the root; AWS answers with a bare 400.
    MalformedPath,
    /// 4: the query has an escape that ends too early (`None`) or is not hex.
    MalformedQueryString {
        /// The two characters that are not hex digits.
        not_hex: Option<String>,
    },
    /// 5: there is no signature where one is needed; raised by the server for [`crate::Claim::Anonymous`].
    MissingAuthenticationToken,
    /// 5: there is a signature in the header and one in the query.
    BothHeaderAndQuery {
        /// The `Authorization` header; empty when both are in the query.
        authorization: Echo,
    },
    /// 6: the header is signed with `SigV2` (`AWS key:signature`), which is verified in queries only.
    SigV2Header,
    /// 6: the algorithm is not one of AWS's.
    UnsupportedAlgorithm {
        /// Where it stands.
        place: Place,
        /// The name that was sent.
        algorithm: String,
        /// The `Authorization` header; empty for a query.
        authorization: Echo,
    },
    /// 6: a part of the `Authorization` header is not `key=value`.
    NotKeyValue {
        /// The part.
        part: Echo,
        /// The whole header.
        authorization: Echo,
    },
    /// 6: required parameters are missing.
    MissingParameters {
        /// Where they are missing.
        place: Place,
        /// Which.
        missing: Vec<Parameter>,
        /// The `Authorization` header; empty for a query.
        authorization: Echo,
    },
    /// 6: the query is signed with `SigV2`, and one of its three parameters is missing.
    SigV2MissingParameters,
    /// 6: the `Expires` of a `SigV2` query is no number of seconds.
    SigV2InvalidExpires {
        /// What was sent.
        value: String,
    },
    /// 6: `X-Amz-Expires` is not a number from 0 to 604800.
    InvalidExpires {
        /// What is wrong with it.
        fault: ExpiresFault,
    },
    /// 7: `host` is not among the signed headers (not S3, see [`Self::HeadersNotSigned`]).
    HostNotSigned,
    /// 8: the date is missing or has another format.
    InvalidDate {
        /// Where it stands.
        place: Place,
        /// What was sent.
        value: String,
    },
    /// 9: the signature is too old (not S3).
    SignatureExpired {
        /// When it was made.
        signed: Timestamp,
        /// The earliest time that is still good.
        earliest: Timestamp,
        /// The time of the server.
        now: Timestamp,
        /// How old it may be.
        allowed_seconds: u32,
    },
    /// 10: the signature is from the future (not S3).
    SignatureNotYetCurrent {
        /// When it was made.
        signed: Timestamp,
        /// The latest time that is still good.
        latest: Timestamp,
        /// The time of the server.
        now: Timestamp,
        /// How far ahead it may be.
        allowed_seconds: u32,
    },
    /// 9, 10: S3's form of both.
    RequestTimeTooSkewed {
        /// When it was made.
        signed: Timestamp,
        /// The time of the server.
        now: Timestamp,
        /// How far off it may be.
        allowed_seconds: u32,
    },
    /// 10: a presigned S3 request is from the future.
    RequestNotYetValid {
        /// From when on it is good.
        signed: Timestamp,
        /// Until when.
        expires_at: Timestamp,
        /// The time of the server.
        now: Timestamp,
    },
    /// 9: a presigned S3 request is over.
    RequestExpired {
        /// For how long it was good; `None` for `SigV2`, which names the end only.
        expires_seconds: Option<u32>,
        /// Until when it was good.
        expires_at: Timestamp,
        /// The time of the server.
        now: Timestamp,
    },
    /// 11: the credential has the wrong number of parts.
    CredentialMalformed {
        /// Where it stands.
        place: Place,
        /// With which algorithm: `SigV4a` has one part less.
        algorithm: Algorithm,
        /// What was sent.
        credential: String,
    },
    /// 12: the scope is for another day, region or service.
    ScopeMismatch {
        /// Where the credential stands.
        place: Place,
        /// Everything that is wrong, in AWS's order.
        faults: Vec<ScopeFault>,
    },
    /// 12: headers that S3 wants signed are not.
    HeadersNotSigned {
        /// Their names, sorted.
        names: Vec<String>,
    },
    /// 12: a `SigV4a` request names no regions.
    MissingRegionSet {
        /// Where they should stand.
        place: Place,
    },
    /// 12: a `SigV4a` request is for other regions.
    RegionSetMismatch {
        /// What was sent.
        region_set: String,
        /// The region of this endpoint.
        region: String,
    },
    /// 13: the session token is not that of the access key; raised by the server.
    SessionTokenInvalid,
    /// 13: the session is over; raised by the server.
    SessionTokenExpired,
    /// 14: nobody has this access key; raised by the server.
    UnknownAccessKey {
        /// The access key.
        access_key_id: String,
    },
    /// 15: the signature is another than the one calculated.
    SignatureMismatch(Box<CalculatedSignature>),
    /// S3: `x-amz-content-sha256` is missing.
    MissingContentSha256,
    /// S3: `x-amz-content-sha256` is neither a hash nor one of its words.
    InvalidContentSha256 {
        /// What was sent.
        value: String,
    },
    /// 15: the body is another than the one that was signed.
    ContentHashMismatch {
        /// The hash that was signed.
        claimed: String,
        /// The hash of the body that came.
        computed: String,
    },
    /// A mistake of the caller of this crate: the signature covers the body, and it was not given.
    BodyHashRequired,
    /// A chunked body without a readable `x-amz-decoded-content-length`.
    MissingDecodedContentLength,
    /// The framing of a chunked body is broken.
    ChunkMalformed {
        /// Which chunk, from 1.
        chunk: u64,
        /// What is wrong.
        fault: ChunkFault,
    },
    /// The signature of a chunk is another than the one calculated.
    ChunkSignatureMismatch {
        /// Which chunk, from 1.
        chunk: u64,
    },
    /// The trailers of a chunked body are broken.
    TrailerMalformed {
        /// What is wrong.
        fault: TrailerFault,
    },
    /// The signature of the trailers is another than the one calculated.
    TrailerSignatureMismatch,
    /// A chunked body is longer or shorter than `x-amz-decoded-content-length` says.
    DecodedLengthMismatch {
        /// What it says.
        declared: u64,
        /// What came, or was announced by a chunk.
        received: u64,
    },
    /// The body is signed as an event stream, which is not verified yet.
    EventStreamNotSupported,
}

/// Selects whose words an error is told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorDialect {
    /// The query, json, rest-json and cbor protocols.
    Generic,
    /// S3.
    S3,
}

/// Names a parameter of a signature, as it is called in the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// `Credential`, `X-Amz-Credential`.
    Credential,
    /// `Signature`, `X-Amz-Signature`.
    Signature,
    /// `SignedHeaders`, `X-Amz-SignedHeaders`.
    SignedHeaders,
    /// The `X-Amz-Date` or `Date` header, `X-Amz-Date`.
    Date,
    /// `X-Amz-Expires`.
    Expires,
}

/// Tells what is wrong with `X-Amz-Expires`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpiresFault {
    /// It is not a number.
    NotANumber,
    /// It is negative.
    Negative,
    /// It is more than a week.
    MoreThanAWeek,
}

/// Tells what is wrong with a credential scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScopeFault {
    /// The day is not written `YYYYMMDD` (S3 says so of its own).
    DateFormat {
        /// What was sent.
        date: String,
    },
    /// Another region.
    Region {
        /// What was sent.
        region: String,
        /// The region of this endpoint.
        expected: String,
    },
    /// Another service.
    Service {
        /// What was sent.
        service: String,
        /// The signing name of this endpoint.
        expected: String,
    },
    /// Not `aws4_request`.
    Terminator {
        /// What was sent.
        terminator: String,
    },
    /// Another day than that of the request.
    Date {
        /// What was sent.
        date: String,
        /// The time of the request.
        signed: Timestamp,
    },
}

/// Tells what is wrong with the framing of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChunkFault {
    /// The line before the data has no length in hex.
    Length,
    /// The line before the data has no `chunk-signature`.
    NoSignature,
    /// No line end within the limit.
    LineTooLong,
    /// The data is not followed by a line end.
    NoLineEnd,
    /// The body ends too early.
    Truncated,
    /// The body goes on after its end.
    TrailingData,
}

/// Tells what is wrong with trailers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrailerFault {
    /// A line is not `name:value` in ASCII.
    Line,
    /// They are longer than the limit.
    TooLong,
    /// `x-amz-trailer-signature` is missing.
    NoSignature,
    /// `x-amz-trailer` announced this one, and it did not come.
    Missing {
        /// Its name.
        name: String,
    },
    /// `x-amz-trailer` did not announce this one.
    NotAnnounced {
        /// Its name.
        name: String,
    },
}

/// Is text of the client that goes back to the client, and nowhere else.
///
/// An `Authorization` header of another scheme is a secret, so `Debug` shows its length only.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Echo(String);

impl Echo {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Returns the text, for the answer to the client.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Echo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Echo(** {} bytes **)", self.0.len())
    }
}

/// Holds what S3 tells about a signature that does not match.
///
/// For the answer to the client only: what was signed holds the session token, so `Debug` leaves it out.
#[derive(Clone, PartialEq, Eq)]
pub struct CalculatedSignature {
    /// The access key of the request.
    pub access_key_id: String,
    /// The string that the server signed.
    pub string_to_sign: String,
    /// What was signed; `None` for `SigV2`, which has no canonical request.
    pub canonical_request: Option<CanonicalRequest>,
    /// The signature that was sent.
    pub signature_provided: String,
}

impl fmt::Debug for CalculatedSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CalculatedSignature")
            .field("access_key_id", &self.access_key_id)
            .field("signature_provided", &self.signature_provided)
            .finish_non_exhaustive()
    }
}
