//! Who says to have signed, with what and how; read without hashing anything.

use crate::error::AuthenticationError;
use crate::head::{RequestHead, ServiceForm};
use crate::payload::PayloadForm;
use crate::percent::{self, EscapeFault};
use crate::scope::CredentialScope;
use crate::secret::SessionToken;
use crate::text;
use crate::timestamp::Timestamp;
use crate::{authorization, canonical, presigned, sigv2};

/// Is what a request says about its caller.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every request is signed; a box would cost each"
)]
pub enum Claim {
    /// It is not signed: allowed for some operations, [`AuthenticationError::MissingAuthenticationToken`]
    /// for the others.
    Anonymous,
    /// It is signed, as yet unverified.
    Signed(SignedClaim),
}

/// Names a signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// `AWS4-HMAC-SHA256`.
    V4,
    /// `AWS4-ECDSA-P256-SHA256`.
    V4a,
    /// HMAC-SHA1 in the query: what boto3 presigns with for S3, unless told otherwise.
    V2Query,
}

impl Algorithm {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::V4, Self::V4a]
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
    }

    /// Returns the name, as it begins the string to sign.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::V4 => "AWS4-HMAC-SHA256",
            Self::V4a => "AWS4-ECDSA-P256-SHA256",
            Self::V2Query => "AWS",
        }
    }
}

/// Tells where the signature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the `Authorization` header.
    Header,
    /// In the query (presigned).
    Query,
    /// In a form that is posted, over its policy.
    Form,
}

/// Tells when a presigned request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// So many seconds after its timestamp.
    After(u32),
    /// At that time (`SigV2`).
    At(Timestamp),
}

/// Is what a signed request says.
#[derive(Clone, Debug)]
pub struct SignedClaim {
    /// With what it is signed.
    pub algorithm: Algorithm,
    /// Where the signature stands.
    pub place: Place,
    /// The access key; for a malformed credential, its first part.
    pub access_key_id: String,
    /// The scope; `None` for `SigV2` and for a malformed credential, which
    /// [`crate::check_scope_and_time`] refuses.
    pub scope: Option<CredentialScope>,
    /// The regions of a `SigV4a` request, as sent: a comma-separated list with wildcards.
    pub region_set: Option<String>,
    /// The session token, signed or not.
    pub session_token: Option<SessionToken>,
    /// The names of the signed headers in lower case, `;` between them; empty for `SigV2`.
    pub signed_headers: String,
    /// How the body is covered.
    pub payload: PayloadForm,
    /// The signature, as sent.
    pub signature: String,
    /// When it was signed; `None` for `SigV2`.
    pub timestamp: Option<Timestamp>,
    /// When it ends; `None` unless presigned.
    pub expires: Option<Expiry>,
    /// `x-amz-decoded-content-length`.
    pub decoded_length: Option<u64>,
    /// The trailers that `x-amz-trailer` announces, in lower case.
    pub trailer_names: Vec<String>,
    /// The credential, where its parts could not be told.
    pub(crate) malformed_credential: Option<String>,
    /// The headers that S3 wants signed and that are not.
    pub(crate) unsigned_headers: Vec<String>,
}

impl SignedClaim {
    /// Tells whether a header is signed; `name` in lower case.
    pub fn signs(&self, name: &str) -> bool {
        text::parts(&self.signed_headers, b';').any(|signed| signed == name)
    }

    /// Starts a claim: what the header and the query form have in common.
    pub(crate) fn begin(
        (algorithm, place): (Algorithm, Place),
        credential: &str,
        signed_headers: &str,
        signature: &str,
        payload: PayloadForm,
    ) -> Self {
        let split = CredentialScope::split(credential, algorithm);
        let malformed_credential = split.is_none().then(|| credential.to_owned());
        let (key, scope) = match split {
            Some((key, scope)) => (key, Some(scope)),
            None => (credential.split('/').next().unwrap_or_default(), None),
        };
        Self {
            algorithm,
            place,
            access_key_id: key.to_owned(),
            scope,
            region_set: None,
            session_token: None,
            signed_headers: signed_headers.to_ascii_lowercase(),
            payload,
            signature: signature.to_owned(),
            timestamp: None,
            expires: None,
            decoded_length: None,
            trailer_names: Vec::new(),
            malformed_credential,
            unsigned_headers: Vec::new(),
        }
    }

    /// Adds what the headers say about a chunked body, and S3's list of unsigned headers.
    pub(crate) fn complete(mut self, head: &RequestHead<'_>, form: ServiceForm) -> Self {
        if self.payload.is_chunked() {
            self.decoded_length = head
                .text("x-amz-decoded-content-length")
                .and_then(|text| text.parse().ok());
            self.trailer_names = head
                .text("x-amz-trailer")
                .into_iter()
                .flat_map(|names| names.split(','))
                .map(|name| name.trim().to_ascii_lowercase())
                .filter(|name| !name.is_empty())
                .collect();
        }
        if form == ServiceForm::S3 {
            self.unsigned_headers = self.find_unsigned(head);
        }
        self
    }

    /// Lists the headers that S3 wants signed: `host`, `content-md5` and `x-amz-*` but
    /// `x-amz-content-sha256` (observed on S3 2026-09-29).
    fn find_unsigned(&self, head: &RequestHead<'_>) -> Vec<String> {
        let is = |name: &str, known: &str| name.eq_ignore_ascii_case(known);
        let is_amz = |name: &str| name.get(..6).is_some_and(|start| is(start, "x-amz-"));
        let wanted = |name: &str| {
            (is_amz(name) && !is(name, "x-amz-content-sha256"))
                || ["host", ":authority", "content-md5"]
                    .into_iter()
                    .any(|known| is(name, known))
        };
        let signs =
            |name: &str| text::parts(&self.signed_headers, b';').any(|signed| is(signed, name));
        // Nearly always there is none: what is signed is not copied first.
        let mut names: Vec<String> = head
            .headers
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| wanted(name) && !signs(name))
            .map(str::to_ascii_lowercase)
            .collect();
        if self.signs("host") {
            names.retain(|name| name != ":authority");
        }
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// Returns the session token of a header-signed request; S3 Express has a header of its own.
pub(crate) fn session_token(head: &RequestHead<'_>) -> Option<SessionToken> {
    head.text("x-amz-security-token")
        .or_else(|| head.text("x-amz-s3session-token"))
        .map(SessionToken::new)
}

/// Reads what the request says about its caller: checks 1 and 4 to 8 of iam-semantics.md C3.
///
/// Check 11, the parts of the credential, comes after the times have been compared, so it is part of
/// [`crate::check_scope_and_time`].
pub fn read_claim(head: &RequestHead<'_>, form: ServiceForm) -> Result<Claim, AuthenticationError> {
    check_target(head, form)?;
    let authorization = head.header("authorization").map(text::lossy);
    let presigned = percent::query_value(head.query, "X-Amz-Algorithm");
    let v2_query =
        form == ServiceForm::S3 && percent::query_value(head.query, "Signature").is_some();
    // An empty header with nothing in the query is an unsigned request (observed on S3 2026-09-29).
    match (authorization.as_deref().map(str::trim), presigned) {
        (Some(header), Some(_)) => Err(both(header)),
        (Some(header), None) if v2_query => Err(both(header)),
        (None, Some(_)) if v2_query => Err(both("")),
        (Some(""), None) => Ok(Claim::Anonymous),
        (Some(header), None) => authorization::read(head, header, form).map(Claim::Signed),
        (None, Some(algorithm)) => presigned::read(head, &algorithm, form).map(Claim::Signed),
        (None, None) if v2_query => sigv2::read(head).map(Claim::Signed),
        (None, None) => Ok(Claim::Anonymous),
    }
}

fn both(header: &str) -> AuthenticationError {
    AuthenticationError::BothHeaderAndQuery {
        authorization: crate::error::Echo::new(header),
    }
}

/// Checks 1 and 4: the escapes of path and query.
fn check_target(head: &RequestHead<'_>, form: ServiceForm) -> Result<(), AuthenticationError> {
    let leaves_root = form == ServiceForm::Generic && canonical::leaves_root(head.path);
    if leaves_root || percent::check_escapes(head.path).is_err() {
        return Err(AuthenticationError::MalformedPath);
    }
    percent::check_escapes(head.query).map_err(|fault| AuthenticationError::MalformedQueryString {
        not_hex: match fault {
            EscapeFault::Incomplete => None,
            EscapeFault::NotHex(pair) => Some(pair),
        },
    })
}
