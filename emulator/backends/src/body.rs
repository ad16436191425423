//! Reading the body of a call, whole or as it arrives.

use bytes::Bytes;
use futures_util::StreamExt;
use rolecall_protocol::ServiceError;

use crate::backend::{Body, BodyError};

impl From<BodyError> for ServiceError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::NotAuthentic(error) => error,
            BodyError::Broken(why) => incomplete(why),
        }
    }
}

/// S3's words for a body that ended early. Source: S3 API reference, error responses.
fn incomplete(why: String) -> ServiceError {
    let message =
        "You did not provide the number of bytes specified by the Content-Length HTTP header";
    let mut error = ServiceError::new("IncompleteBody", message).with_status(400);
    error.detail = Some(why);
    error
}

impl Body {
    /// Hands every piece to `each`, in order; the first error ends it.
    pub(crate) async fn for_each(self, mut each: impl FnMut(Bytes)) -> Result<(), BodyError> {
        match self {
            Self::Bytes(bytes) => each(bytes),
            Self::Stream(mut stream) => {
                while let Some(piece) = stream.next().await {
                    each(piece?);
                }
            }
        }
        Ok(())
    }
}
