//! What the client sent before the body, as it came.

use std::borrow::Cow;

use crate::text;

/// Is the part of a request that comes before its body, borrowed and unchanged.
#[derive(Clone, Copy)]
pub struct RequestHead<'a> {
    /// The method, as sent.
    pub method: &'a str,
    /// The path as on the wire, percent-encoding untouched, without the query.
    pub path: &'a str,
    /// The query as on the wire, without its `?`; empty when there is none.
    pub query: &'a str,
    /// The headers in wire order; names in any case.
    pub headers: &'a [(&'a str, &'a [u8])],
}

/// Tells how a service reads a request that is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceForm {
    /// S3 and its relatives: `x-amz-content-sha256` is required, presigned payloads are unsigned,
    /// `SigV2` queries exist.
    S3,
    /// Every other service.
    Generic,
}

/// The signing names of the services that sign as S3 does (botocore's models: `s3v4`, `v4-s3express`).
const S3_SIGNING_NAMES: [&str; 4] = ["s3", "s3express", "s3-object-lambda", "s3-outposts"];

impl ServiceForm {
    /// Returns how the service of a signing name reads requests.
    pub fn of_signing_name(name: &str) -> Self {
        if S3_SIGNING_NAMES.contains(&name) {
            Self::S3
        } else {
            Self::Generic
        }
    }

    /// Guesses from the credential, for a request whose service is not recognised yet.
    ///
    /// A request without any credential is `Generic`.
    pub fn of_head(head: &RequestHead<'_>) -> Self {
        head.signing_name()
            .filter(|_| !is_for_outposts_themselves(head))
            .map_or(Self::Generic, |name| Self::of_signing_name(&name))
    }
}

impl<'a> RequestHead<'a> {
    /// Returns the service that the credential names, whatever else of it is malformed; `s3` for a
    /// `SigV2` query, which is S3's own form.
    pub fn signing_name(&self) -> Option<String> {
        let credential = match self.text("authorization") {
            Some(header) => header
                .split_once("Credential=")
                .and_then(|(_, rest)| text::parameters(rest).next())
                .map(Cow::Borrowed),
            None if crate::sigv2::is_signed(self) => return Some("s3".to_owned()),
            None => crate::percent::query_value(self.query, "X-Amz-Credential"),
        };
        let name = credential.as_deref()?.rsplit('/').nth(1)?;
        Some(name.to_owned())
    }

    /// Returns the first value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&'a [u8]> {
        self.values(name).next()
    }

    /// Returns the first value of a header as text; a value that is not UTF-8 counts as absent.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.header(name)
            .and_then(|value| std::str::from_utf8(value).ok())
            .map(str::trim)
    }

    /// Returns every value of a header, in wire order.
    pub(crate) fn values<'n>(&self, name: &'n str) -> impl Iterator<Item = &'a [u8]> + use<'a, 'n> {
        self.headers
            .iter()
            .filter(move |(sent, _)| sent.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }
}

impl std::fmt::Debug for RequestHead<'_> {
    /// Shows names only: values hold session tokens and signatures, and so does a presigned query.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        f.debug_struct("RequestHead")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &format_args!("** {} bytes **", self.query.len()))
            .field("headers", &names)
            .finish()
    }
}

/// Whether a call manages Outposts' endpoints: it is signed for `s3-outposts`, and not as S3 is.
///
/// Source: botocore 1.44.5, the model of `s3outposts` (`signatureVersion` is v4, paths begin so).
fn is_for_outposts_themselves(head: &RequestHead<'_>) -> bool {
    head.path.starts_with("/S3Outposts/")
}
