//! `SigV2` in the query, for S3: `AWSAccessKeyId`, `Expires`, `Signature`.
//!
//! "Signing and authenticating REST requests", S3 user guide; what S3 answers to each fault was
//! observed on S3 2026-09-29.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

use crate::claim::{Algorithm, Expiry, Place, SignedClaim, session_token};
use crate::error::AuthenticationError;
use crate::head::RequestHead;
use crate::payload::PayloadForm;
use crate::percent::{decode, pairs, query_value};
use crate::secret::{SecretAccessKey, SessionToken};
use crate::timestamp::Timestamp;

/// The parameters that are part of the resource: the documentation's list, and those that botocore
/// signs beyond it (`HmacV1Auth.QSAOfInterest`). Sorted.
const SUB_RESOURCES: [&str; 34] = [
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "defaultObjectAcl",
    "delete",
    "inventory",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "partNumber",
    "policy",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "select",
    "select-type",
    "storageClass",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
];

/// Tells whether a query is signed with `SigV2`.
pub(crate) fn is_signed(head: &RequestHead<'_>) -> bool {
    ["Signature", "AWSAccessKeyId", "Expires"]
        .iter()
        .all(|name| query_value(head.query, name).is_some())
}

/// Reads a request that is signed in the query with `SigV2`.
pub(crate) fn read(head: &RequestHead<'_>) -> Result<SignedClaim, AuthenticationError> {
    let value = |name| query_value(head.query, name);
    let (Some(key), Some(expires), Some(signature)) = (
        value("AWSAccessKeyId"),
        value("Expires"),
        value("Signature"),
    ) else {
        return Err(AuthenticationError::SigV2MissingParameters);
    };
    let seconds = expires
        .parse::<i32>()
        .map_err(|_| AuthenticationError::SigV2InvalidExpires {
            value: expires.into_owned(),
        })?;
    let end = Timestamp::from_epoch_seconds(i64::from(seconds));
    let token = value("x-amz-security-token").map(|text| SessionToken::new(text.into_owned()));
    Ok(SignedClaim {
        access_key_id: key.into_owned(),
        malformed_credential: None,
        expires: Some(Expiry::At(end)),
        session_token: token.or_else(|| session_token(head)),
        ..SignedClaim::begin(
            (Algorithm::V2Query, Place::Query),
            "",
            "",
            &signature,
            PayloadForm::Unsigned,
        )
    })
}

/// Builds the string to sign; `host_bucket` is the bucket that the host name stands for.
pub(crate) fn string_to_sign(head: &RequestHead<'_>, host_bucket: Option<&str>) -> Vec<u8> {
    let expires = query_value(head.query, "Expires").unwrap_or_default();
    let mut out = String::with_capacity(256);
    for line in [
        Cow::Borrowed(head.method),
        signed_value(head, "content-md5"),
        signed_value(head, "content-type"),
        expires,
    ] {
        out.push_str(&line);
        out.push('\n');
    }
    for (name, value) in amz_headers(head) {
        out.push_str(&name);
        out.push(':');
        out.push_str(&value);
        out.push('\n');
    }
    if let Some(bucket) = host_bucket {
        out.push('/');
        out.push_str(bucket);
    }
    out.push_str(if head.path.is_empty() { "/" } else { head.path });
    write_sub_resources(head.query, &mut out);
    out.into_bytes()
}

/// Returns a header that may have moved into the query: botocore moves there what it cannot ask of a
/// browser (`HmacV1QueryAuth`).
fn signed_value<'a>(head: &RequestHead<'a>, name: &str) -> Cow<'a, str> {
    match head.header(name) {
        Some(value) => String::from_utf8_lossy(value.trim_ascii()),
        None => pairs(head.query)
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| decode(value))
            .unwrap_or_default(),
    }
}

/// Collects the `x-amz-*` headers, sorted, values of one name joined by commas.
fn amz_headers(head: &RequestHead<'_>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::<String, String>::new();
    let in_headers = head.headers.iter().map(|(name, value)| {
        (
            name.to_ascii_lowercase(),
            String::from_utf8_lossy(value.trim_ascii()),
        )
    });
    for (name, value) in in_headers.filter(|(name, _)| name.starts_with("x-amz-")) {
        let joined = found.entry(name).or_default();
        if !joined.is_empty() {
            joined.push(',');
        }
        joined.push_str(&value);
    }
    for (name, value) in pairs(head.query) {
        let name = decode(name).to_ascii_lowercase();
        if name.starts_with("x-amz-") {
            found
                .entry(name)
                .or_insert_with(|| decode(value).into_owned());
        }
    }
    found
}

/// Appends the sub-resources, sorted, with decoded values.
fn write_sub_resources(query: &str, out: &mut String) {
    let mut found: Vec<(&str, Option<Cow<'_, str>>)> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) => (name, Some(decode(value))),
            None => (pair, None),
        })
        .filter(|(name, _)| SUB_RESOURCES.binary_search(name).is_ok())
        .collect();
    found.sort_unstable();
    for (at, (name, value)) in found.iter().enumerate() {
        out.push(if at == 0 { '?' } else { '&' });
        out.push_str(name);
        if let Some(value) = value {
            out.push('=');
            out.push_str(value);
        }
    }
}

/// Compares a signature, in constant time.
#[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
pub(crate) fn verifies(secret: &SecretAccessKey, string_to_sign: &[u8], signature: &str) -> bool {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.expose().as_bytes())
        .expect("HMAC takes keys of every length");
    mac.update(string_to_sign);
    let expected = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    expected.as_bytes().ct_eq(signature.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_is_signed() {
        let headers: [(&str, &[u8]); 6] = [
            ("X-Amz-Meta-B", b" two "),
            ("Content-Type", b"text/plain"),
            ("x-amz-meta-a", b"first"),
            ("X-AMZ-META-A", b"second"),
            ("Content-MD5", b"4gJE4saaMU4BqNR0kLY+lw=="),
            ("Date", b"is not signed beside Expires"),
        ];
        let head = RequestHead {
            method: "PUT",
            path: "/my%20key",
            query: "versionId=a%2Fb&x-id=PutObject&acl&Expires=1&x-amz-meta-b=query&x-amz-acl=private",
            headers: &headers,
        };
        let text = String::from_utf8(string_to_sign(&head, Some("bucket"))).unwrap();
        assert_eq!(
            text,
            "PUT\n4gJE4saaMU4BqNR0kLY+lw==\ntext/plain\n1\nx-amz-acl:private\n\
             x-amz-meta-a:first,second\nx-amz-meta-b:two\n/bucket/my%20key?acl&versionId=a/b"
        );
    }

    #[test]
    fn the_sub_resources_are_sorted() {
        assert!(SUB_RESOURCES.is_sorted());
    }
}
