//! How the body takes part in the signature.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::AuthenticationError;
use crate::head::{RequestHead, ServiceForm};
use crate::percent::query_value;
use crate::text;

/// Tells how the body is covered by the signature.
///
/// The words of `x-amz-content-sha256`: "Authenticating Requests: Using the Authorization Header" of
/// the S3 API reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayloadForm {
    /// The SHA-256 of the body is signed.
    Hashed {
        /// The hex text of `x-amz-content-sha256`; without it the body has to be hashed first.
        claimed: Option<String>,
    },
    /// The body is not covered.
    Unsigned,
    /// `aws-chunked` framing with trailers; no chunk is signed.
    StreamingUnsignedTrailer,
    /// `aws-chunked` framing, each chunk signed with HMAC.
    StreamingSigned {
        /// Whether trailers follow, signed too.
        trailer: bool,
    },
    /// `aws-chunked` framing, each chunk signed with ECDSA.
    StreamingSignedV4a {
        /// Whether trailers follow, signed too.
        trailer: bool,
    },
    /// Event stream messages, each signed; [`crate::ChunkDecoder::new`] refuses them for now.
    EventStream,
}

const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// Each word of `x-amz-content-sha256` that is not a hash, with what it means.
const WORDS: [(&str, PayloadForm); 7] = [
    (UNSIGNED, PayloadForm::Unsigned),
    (
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        PayloadForm::StreamingUnsignedTrailer,
    ),
    (
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        PayloadForm::StreamingSigned { trailer: false },
    ),
    (
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        PayloadForm::StreamingSigned { trailer: true },
    ),
    (
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
        PayloadForm::StreamingSignedV4a { trailer: false },
    ),
    (
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
        PayloadForm::StreamingSignedV4a { trailer: true },
    ),
    (
        "STREAMING-AWS4-HMAC-SHA256-EVENTS",
        PayloadForm::EventStream,
    ),
];

impl PayloadForm {
    /// Reads the form of a request signed in the header.
    pub(crate) fn of_header(
        head: &RequestHead<'_>,
        form: ServiceForm,
    ) -> Result<Self, AuthenticationError> {
        let Some(value) = head.text("x-amz-content-sha256") else {
            return match form {
                ServiceForm::S3 => Err(AuthenticationError::MissingContentSha256),
                ServiceForm::Generic => Ok(Self::Hashed { claimed: None }),
            };
        };
        match (Self::parse(value), form) {
            (Some(payload), _) => Ok(payload),
            (None, ServiceForm::S3) => Err(AuthenticationError::InvalidContentSha256 {
                value: value.to_owned(),
            }),
            // Other services hash the body themselves, whatever the header says (assumed).
            (None, ServiceForm::Generic) => Ok(Self::Hashed { claimed: None }),
        }
    }

    /// Reads the form of a presigned request.
    ///
    /// S3 signs `UNSIGNED-PAYLOAD` unless `x-amz-content-sha256` is sent (observed on S3 2026-09-29);
    /// the JavaScript SDK's presigners move that header into the query.
    pub(crate) fn of_query(head: &RequestHead<'_>, form: ServiceForm) -> Self {
        let in_header = head.text("x-amz-content-sha256").and_then(Self::parse);
        let sent = in_header.or_else(|| {
            query_value(head.query, "X-Amz-Content-Sha256")
                .as_deref()
                .and_then(Self::parse)
        });
        sent.unwrap_or(match form {
            ServiceForm::S3 => Self::Unsigned,
            ServiceForm::Generic => Self::Hashed { claimed: None },
        })
    }

    fn parse(value: &str) -> Option<Self> {
        let is_hash = value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hash {
            return Some(Self::Hashed {
                claimed: Some(value.to_owned()),
            });
        }
        WORDS
            .iter()
            .find(|(word, _)| *word == value)
            .map(|(_, form)| form.clone())
    }

    /// Returns the last line of the canonical request, where the body is not needed for it.
    pub(crate) fn line(&self) -> Option<&str> {
        match self {
            Self::Hashed { claimed } => claimed.as_deref(),
            other => WORDS
                .iter()
                .find(|(_, form)| form == other)
                .map(|(word, _)| *word),
        }
    }

    /// Returns whether the body comes in `aws-chunked` framing.
    pub fn is_chunked(&self) -> bool {
        matches!(
            self,
            Self::StreamingUnsignedTrailer
                | Self::StreamingSigned { .. }
                | Self::StreamingSignedV4a { .. }
        )
    }

    /// Compares the hash that the client claimed with that of the body that came.
    ///
    /// For a body that was verified `AsClaimed` and hashed while it was read. Forms without a claimed
    /// hash accept any body.
    pub fn check_body(&self, body: &BodyDigest) -> Result<(), AuthenticationError> {
        match self {
            Self::Hashed {
                claimed: Some(claimed),
            } => {
                let same = body
                    .hex()
                    .as_bytes()
                    .ct_eq(claimed.to_ascii_lowercase().as_bytes());
                if same.into() {
                    Ok(())
                } else {
                    Err(AuthenticationError::ContentHashMismatch {
                        claimed: claimed.clone(),
                        computed: body.hex(),
                    })
                }
            }
            _ => Ok(()),
        }
    }
}

/// Says what the verifier knows of the body.
#[derive(Clone, Copy)]
pub enum PayloadHash<'a> {
    /// The whole body.
    Body(&'a [u8]),
    /// The hash of the whole body.
    Digest(&'a BodyDigest),
    /// Nothing yet: the client's word is taken, and [`PayloadForm::check_body`] is called at its end.
    AsClaimed,
}

impl std::fmt::Debug for PayloadHash<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Body(body) => write!(f, "Body(** {} bytes **)", body.len()),
            Self::Digest(digest) => digest.fmt(f),
            Self::AsClaimed => f.write_str("AsClaimed"),
        }
    }
}

/// Is the SHA-256 of a body.
#[derive(Clone, PartialEq, Eq)]
pub struct BodyDigest([u8; 32]);

impl BodyDigest {
    /// Hashes a whole body.
    pub fn of(body: &[u8]) -> Self {
        Self(Sha256::digest(body).into())
    }

    /// Returns the hash in lower-case hex.
    pub fn hex(&self) -> String {
        let mut text = [0; 64];
        // 32 bytes have 64 digits.
        let _ = hex::encode_to_slice(self.0, &mut text);
        text::lossy(&text).into_owned()
    }
}

impl std::fmt::Debug for BodyDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BodyDigest({})", self.hex())
    }
}

/// Hashes a body piece by piece.
#[derive(Clone, Default)]
pub struct BodyHasher(Sha256);

impl BodyHasher {
    /// Starts with nothing read.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// Ends the body.
    pub fn finish(self) -> BodyDigest {
        BodyDigest(self.0.finalize().into())
    }
}

impl std::fmt::Debug for BodyHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BodyHasher")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claimed_hash_may_be_in_upper_case() {
        let claimed = Some(BodyDigest::of(b"body").hex().to_ascii_uppercase());
        let form = PayloadForm::Hashed { claimed };
        assert_eq!(form.check_body(&BodyDigest::of(b"body")), Ok(()));
        assert!(form.check_body(&BodyDigest::of(b"another")).is_err());
    }

    #[test]
    fn hashes_piece_by_piece() {
        let mut hasher = BodyHasher::new();
        hasher.update(b"bo");
        hasher.update(b"dy");
        assert_eq!(hasher.finish(), BodyDigest::of(b"body"));
    }
}
