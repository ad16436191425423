//! The body of a request: read and verified at once, or verified while it streams.

use bytes::Bytes;
use futures_util::stream;
use rolecall_backends::{Body, BodyError};
use rolecall_protocol::ServiceError;
use rolecall_sigv4::{
    AuthenticationError, BodyHasher, ChunkDecoder, PayloadForm, SignedClaim, Verified,
};

use super::authentication_error::{Family, service_error};
use crate::listener::RequestBody;

/// What a streaming body is held against while it passes.
pub(super) enum Check {
    /// Nothing: the client did not sign it.
    Nothing,
    /// The hash that was signed.
    Hash {
        hasher: BodyHasher,
        claimed: PayloadForm,
    },
    /// The framing and signatures of aws-chunked.
    Chunks(Box<ChunkDecoder>),
}

impl Check {
    pub(super) fn of(
        claim: &SignedClaim,
        verified: Option<&Verified>,
    ) -> Result<Self, AuthenticationError> {
        match (&claim.payload, verified) {
            (form, Some(verified)) if form.is_chunked() => {
                Ok(Self::Chunks(Box::new(ChunkDecoder::new(claim, verified)?)))
            }
            (form, None) if form.is_chunked() => {
                Ok(Self::Chunks(Box::new(ChunkDecoder::unverified(claim)?)))
            }
            (PayloadForm::EventStream, _) => Err(AuthenticationError::EventStreamNotSupported),
            (form @ PayloadForm::Hashed { claimed: Some(_) }, Some(_)) => Ok(Self::Hash {
                hasher: BodyHasher::new(),
                claimed: form.clone(),
            }),
            _ => Ok(Self::Nothing),
        }
    }

    fn piece(&mut self, piece: Bytes) -> Result<Bytes, AuthenticationError> {
        match self {
            Self::Nothing => Ok(piece),
            Self::Hash { hasher, .. } => {
                hasher.update(&piece);
                Ok(piece)
            }
            Self::Chunks(decoder) => decoder.push(&piece).map(Bytes::from),
        }
    }

    fn end(self) -> Result<(), AuthenticationError> {
        match self {
            Self::Nothing => Ok(()),
            Self::Hash { hasher, claimed } => claimed.check_body(&hasher.finish()),
            Self::Chunks(decoder) => decoder.finish().map(|_| ()),
        }
    }
}

/// Decodes and verifies a body that is in memory.
pub(super) fn checked(mut check: Check, body: Bytes) -> Result<Bytes, AuthenticationError> {
    let body = check.piece(body)?;
    check.end()?;
    Ok(body)
}

struct Passing {
    source: RequestBody,
    // None after the end.
    check: Option<Check>,
    family: Family,
    left: u64,
}

/// Hands a body on as it arrives; an error at any point means that nothing of it may be kept.
pub(super) fn passing(source: RequestBody, check: Check, family: Family, limit: u64) -> Body {
    let passing = Passing {
        source,
        check: Some(check),
        family,
        left: limit,
    };
    Body::Stream(Box::pin(stream::unfold(
        passing,
        |mut passing| async move {
            let item = passing.next().await?;
            Some((item, passing))
        },
    )))
}

impl Passing {
    async fn next(&mut self) -> Option<Result<Bytes, BodyError>> {
        loop {
            let mut check = self.check.take()?;
            let piece = match self.source.next().await {
                None => return check.end().err().map(|error| Err(self.refused(&error))),
                Some(Err(error)) => return Some(Err(error)),
                Some(Ok(piece)) => piece,
            };
            let Some(left) = self.left.checked_sub(piece.len() as u64) else {
                return Some(Err(BodyError::Broken(
                    "it is longer than the limit".to_owned(),
                )));
            };
            self.left = left;
            match check.piece(piece) {
                Ok(data) => {
                    self.check = Some(check);
                    if !data.is_empty() {
                        return Some(Ok(data));
                    }
                }
                Err(error) => return Some(Err(self.refused(&error))),
            }
        }
    }

    fn refused(&self, error: &AuthenticationError) -> BodyError {
        BodyError::NotAuthentic(service_error(error, self.family))
    }
}

/// The error for a body that is too large.
///
/// Source: "Error responses" of the S3 API reference (EntityTooLarge); elsewhere the code that
/// gateways of AWS give [assumed].
pub(super) fn too_large(family: Family, limit: usize) -> ServiceError {
    let (code, message) = match family {
        Family::S3 => (
            "EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size",
        ),
        Family::Ec2 | Family::Query | Family::Json => {
            ("RequestEntityTooLarge", "Request body is too large")
        }
    };
    let mut error = ServiceError::new(code, message).with_status(413);
    error.detail = Some(format!("the body is longer than {limit} bytes"));
    error
}

/// The error for a body that ended early.
pub(super) fn broken(family: Family, cause: String) -> ServiceError {
    let (code, message) = match family {
        Family::S3 => (
            "RequestTimeout",
            "Your socket connection to the server was not read from or written to within the \
             timeout period. Idle connections will be closed.",
        ),
        Family::Ec2 | Family::Query | Family::Json => {
            ("RequestTimeout", "Request body was not read in time")
        }
    };
    let mut error = ServiceError::new(code, message).with_status(400);
    error.detail = Some(cause);
    error
}
