//! Request bodies under `Content-Encoding: gzip`.

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;

use crate::ServiceError;

/// The body without its gzip encoding; the body itself where it has none.
///
/// For S3 objects and other payload blobs it is not to be called: there the encoding belongs to
/// what is stored. Source of the encoding: Smithy, trait `requestCompression` (CloudWatch
/// `PutMetricData` is the best known operation with it). More than `limit` bytes are refused before
/// they are held. The codes and messages are assumed.
pub fn decoded_body(
    headers: &[(&str, &[u8])],
    body: &Bytes,
    limit: usize,
) -> Result<Bytes, ServiceError> {
    if !is_gzip(headers) {
        return Ok(body.clone());
    }
    let mut decoded = Vec::new();
    let bound = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let read = MultiGzDecoder::new(body.as_ref())
        .take(bound)
        .read_to_end(&mut decoded);
    if let Err(error) = read {
        let detail = format!("gzip body is broken after {} bytes: {error}", decoded.len());
        return Err(refused(
            "SerializationException",
            "Request body is not valid gzip",
            detail,
        ));
    }
    if decoded.len() > limit {
        let message =
            format!("Request size must be smaller than {limit} bytes after decompression");
        let detail = format!(
            "gzip body of {} bytes exceeds {limit} decompressed",
            body.len()
        );
        return Err(refused("RequestEntityTooLargeException", message, detail).with_status(413));
    }
    Ok(decoded.into())
}

fn is_gzip(headers: &[(&str, &[u8])]) -> bool {
    let mut encodings = headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-encoding"))
        .flat_map(|(_, value)| value.split(|b| *b == b','));
    encodings.any(|encoding| encoding.trim_ascii().eq_ignore_ascii_case(b"gzip"))
}

fn refused(code: &str, message: impl Into<String>, detail: String) -> ServiceError {
    ServiceError {
        detail: Some(detail),
        ..ServiceError::new(code, message)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    const GZIP: &[(&str, &[u8])] = &[("content-encoding", b"GZIP")];

    fn gzip(bytes: &[u8]) -> Bytes {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap().into()
    }

    #[test]
    fn gzip_is_undone() {
        assert_eq!(
            decoded_body(GZIP, &gzip(b"Action=X"), 8).unwrap(),
            "Action=X"
        );
    }

    #[test]
    fn other_bodies_are_left_alone() {
        let body = gzip(b"x");
        assert_eq!(
            decoded_body(&[("content-encoding", b"aws-chunked")], &body, 0).unwrap(),
            body
        );
        assert_eq!(decoded_body(&[], &body, 0).unwrap(), body);
    }

    #[test]
    fn a_bomb_is_refused_at_the_limit() {
        let error = decoded_body(GZIP, &gzip(&vec![0; 1_000_000]), 999_999).unwrap_err();
        assert_eq!(
            (error.code.as_str(), error.status),
            ("RequestEntityTooLargeException", Some(413))
        );
    }

    #[test]
    fn a_broken_body_is_refused() {
        let whole = gzip(b"Action=X");
        let error = decoded_body(GZIP, &whole.slice(..whole.len() - 3), 100).unwrap_err();
        assert_eq!(error.code, "SerializationException");
        assert!(error.detail.unwrap().contains("after 8 bytes"));
    }
}
