//! The canonical request and the string to sign.
//!
//! "Create a signed AWS API request", IAM user guide; iam-semantics.md C2.

use std::borrow::Cow;
use std::fmt;

use sha2::{Digest, Sha256};

use crate::claim::{Place, SignedClaim};
use crate::head::RequestHead;
use crate::percent;
use crate::rules::PathForm;
use crate::text;

/// Is the request in the one form that client and server both sign.
///
/// `Debug` shows its length only: signed headers and queries hold session tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct CanonicalRequest(Vec<u8>);

/// Tells whether a session token in the query is part of what was signed.
///
/// S3 and most services sign it; some want it added after signing (the signing test suite's
/// `omit_session_token`), and the request does not say which.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum QueryToken {
    Signed,
    AddedAfterwards,
}

impl CanonicalRequest {
    /// Writes down a request as its claim says that it was signed.
    ///
    /// `payload` is the last line: the hex hash of the body, or the word of `x-amz-content-sha256`.
    pub fn build(
        claim: &SignedClaim,
        head: &RequestHead<'_>,
        path: PathForm,
        payload: &str,
    ) -> Self {
        Self::build_with(claim, head, path, payload, QueryToken::Signed)
    }

    pub(crate) fn build_with(
        claim: &SignedClaim,
        head: &RequestHead<'_>,
        path: PathForm,
        payload: &str,
        token: QueryToken,
    ) -> Self {
        let values: usize = head
            .headers
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum();
        let room = 256 + values + 2 * (head.path.len() + head.query.len());
        let mut out = Vec::with_capacity(room);
        out.extend_from_slice(head.method.as_bytes());
        out.push(b'\n');
        write_path(head.path, path, &mut out);
        out.push(b'\n');
        write_query(head.query, claim.place, token, &mut out);
        out.push(b'\n');
        let names = text::parts(&claim.signed_headers, b';');
        for name in names.filter(|name| !name.is_empty()) {
            write_header(head, name, &mut out);
        }
        out.push(b'\n');
        out.extend_from_slice(claim.signed_headers.as_bytes());
        out.push(b'\n');
        out.extend_from_slice(payload.as_bytes());
        Self(out)
    }

    /// Returns its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns its text, for S3's error body; bytes that are not UTF-8 are replaced.
    pub fn to_text(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }
}

impl fmt::Debug for CanonicalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CanonicalRequest(** {} bytes **)", self.0.len())
    }
}

/// Builds the string to sign of a `SigV4` or `SigV4a` request.
pub fn string_to_sign(claim: &SignedClaim, request: &CanonicalRequest) -> Vec<u8> {
    let mut out = Vec::with_capacity(192);
    out.extend_from_slice(claim.algorithm.name().as_bytes());
    out.push(b'\n');
    if let Some(timestamp) = claim.timestamp {
        out.extend_from_slice(&timestamp.iso_basic());
    }
    out.push(b'\n');
    if let Some(scope) = &claim.scope {
        scope.write(&mut out);
    }
    out.push(b'\n');
    let mut digest = [0; 64];
    if hex::encode_to_slice(Sha256::digest(request.as_bytes()), &mut digest).is_ok() {
        out.extend_from_slice(&digest);
    }
    out
}

fn write_path(path: &str, form: PathForm, out: &mut Vec<u8>) {
    let path = if path.is_empty() { "/" } else { path };
    match form {
        PathForm::AsSent => percent::keep_path(path, out),
        PathForm::EncodedAgain => percent::encode_path(path, out),
        PathForm::Normalised => percent::encode_path(&normalise(path), out),
    }
}

/// Removes empty and dot segments (RFC 3986 5.2.4, and `//` as AWS documents it).
fn normalise(path: &str) -> Cow<'_, str> {
    if path.starts_with('/') && !path.contains("//") && !path.contains("/.") {
        return Cow::Borrowed(path);
    }
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            other => kept.push(other),
        }
    }
    let mut normal = format!("/{}", kept.join("/"));
    let is_folder = matches!(path.rsplit('/').next(), Some("" | "." | ".."));
    if is_folder && !kept.is_empty() {
        normal.push('/');
    }
    Cow::Owned(normal)
}

/// Tells whether a path climbs above its root.
pub(crate) fn leaves_root(path: &str) -> bool {
    let mut depth = 0_usize;
    path.contains("..")
        && path.split('/').any(|segment| {
            let above = segment == ".." && depth == 0;
            depth = match segment {
                "" | "." => depth,
                ".." => depth.saturating_sub(1),
                _ => depth + 1,
            };
            above
        })
}

fn write_query(query: &str, place: Place, token: QueryToken, out: &mut Vec<u8>) {
    if query.is_empty() {
        return;
    }
    let mut pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = percent::pairs(query)
        .map(|(name, value)| (percent::recode(name), percent::recode(value)))
        .filter(|(name, _)| place == Place::Header || is_signed_parameter(name, token))
        .collect();
    pairs.sort_unstable();
    for (at, (name, value)) in pairs.iter().enumerate() {
        if at > 0 {
            out.push(b'&');
        }
        out.extend_from_slice(name.as_bytes());
        out.push(b'=');
        out.extend_from_slice(value.as_bytes());
    }
}

fn is_signed_parameter(name: &str, token: QueryToken) -> bool {
    name != "X-Amz-Signature" && (token == QueryToken::Signed || name != "X-Amz-Security-Token")
}

/// Writes a header: every value trimmed, inner blanks collapsed, commas between, in wire order.
///
/// A header that is signed and was not sent has no value.
fn write_header(head: &RequestHead<'_>, name: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(name.as_bytes());
    out.push(b':');
    let alias = match name {
        "host" => ":authority",
        ":authority" => "host",
        _ => name,
    };
    let name = if head.header(name).is_some() {
        name
    } else {
        alias
    };
    for (at, value) in head.values(name).enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_value(value, out);
    }
    out.push(b'\n');
}

fn write_value(value: &[u8], out: &mut Vec<u8>) {
    let value = value.trim_ascii();
    if memchr::memmem::find(value, b"  ").is_none() {
        out.extend_from_slice(value);
        return;
    }
    for (at, word) in value
        .split(|byte| *byte == b' ')
        .filter(|word| !word.is_empty())
        .enumerate()
    {
        if at > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalises_as_aws_does() {
        for (sent, normal) in [
            ("/", "/"),
            ("/a/b", "/a/b"),
            ("//", "/"),
            ("//a//b//", "/a/b/"),
            ("/./", "/"),
            ("/./a", "/a"),
            ("/a/.", "/a/"),
            ("/a/..", "/"),
            ("/a/b/..", "/a/"),
            ("/a/b/../c", "/a/c"),
            ("/.hidden", "/.hidden"),
            ("/a..b/c.", "/a..b/c."),
        ] {
            assert_eq!(normalise(sent), normal, "{sent}");
        }
    }

    #[test]
    fn knows_when_a_path_leaves_the_root() {
        assert!(leaves_root("/.."));
        assert!(leaves_root("/a/../../b"));
        assert!(!leaves_root("/a/.."));
        assert!(!leaves_root("/a..b"));
    }

    #[test]
    fn values_are_trimmed_and_collapsed() {
        for (sent, canonical) in [
            (&b"  a   b "[..], &b"a b"[..]),
            (b"\ta\t", b"a"),
            (b"a", b"a"),
            (b"", b""),
            (b"\"a   b\"", b"\"a b\""),
            (b"\xff  \xfe", b"\xff \xfe"),
        ] {
            let mut out = Vec::new();
            write_value(sent, &mut out);
            assert_eq!(out, canonical);
        }
    }
}
