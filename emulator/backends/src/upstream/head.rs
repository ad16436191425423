//! What of a request's head goes on to the upstream.

/// Headers that concern one connection, or that are made anew.
/// Source: RFC 9110, section 7.6.1, for the hop-by-hop ones; the rest belong to the old signature
/// and to the aws-chunked form, which the server has taken off.
const DROPPED: [&str; 20] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "host",
    "expect",
    "content-length",
    "authorization",
    "x-amz-date",
    "date",
    "x-amz-security-token",
    "x-amz-content-sha256",
    "x-amz-decoded-content-length",
    "x-amz-trailer",
    "x-amz-region-set",
];

/// Query parameters that are a signature. Source: S3 API reference, "Authenticating requests: using
/// query parameters", and for the last three signature version 2.
const SIGNATURE_PARAMETERS: [&str; 11] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
    "X-Amz-Security-Token",
    "X-Amz-Content-Sha256",
    "AWSAccessKeyId",
    "Signature",
    "Expires",
];

/// The headers that go on, with `aws-chunked` taken out of the encodings.
pub(super) fn forwarded(headers: &[(String, Vec<u8>)]) -> Vec<(String, Vec<u8>)> {
    let kept = headers.iter().filter(|(name, _)| !is_dropped(name));
    kept.filter_map(|(name, value)| {
        if name.eq_ignore_ascii_case("content-encoding") {
            let value = without_chunking(value)?;
            return Some((name.clone(), value));
        }
        Some((name.clone(), value.clone()))
    })
    .collect()
}

/// Whether a header of a request or a response stays behind.
pub(super) fn is_dropped(name: &str) -> bool {
    DROPPED
        .iter()
        .any(|dropped| name.eq_ignore_ascii_case(dropped))
}

/// Whether a header of a response concerns the connection only.
pub(super) fn is_hop_by_hop(name: &str) -> bool {
    DROPPED
        .iter()
        .take(9)
        .any(|dropped| name.eq_ignore_ascii_case(dropped))
}

fn without_chunking(value: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(value).ok()?;
    let rest: Vec<&str> = text
        .split(',')
        .map(str::trim)
        .filter(|one| !one.is_empty() && !one.eq_ignore_ascii_case("aws-chunked"))
        .collect();
    (!rest.is_empty()).then(|| rest.join(",").into_bytes())
}

/// The query without a signature.
pub(super) fn query(query: &str) -> String {
    let parameters = query.split('&').filter(|parameter| {
        let name = parameter.split('=').next().unwrap_or_default();
        !SIGNATURE_PARAMETERS
            .iter()
            .any(|signature| name.eq_ignore_ascii_case(signature))
    });
    parameters
        .filter(|parameter| !parameter.is_empty())
        .collect::<Vec<_>>()
        .join("&")
}

/// The length of the body that the upstream gets, where the client said it.
pub(super) fn length(headers: &[(String, Vec<u8>)]) -> Option<u64> {
    let number = |wanted: &str| {
        let (_, value) = headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        std::str::from_utf8(value).ok()?.trim().parse().ok()
    };
    let chunked = headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("content-encoding") && value.starts_with(b"aws-chunked")
    });
    let decoded = number("x-amz-decoded-content-length");
    decoded.or_else(|| {
        if chunked {
            None
        } else {
            number("content-length")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_presigned_query_loses_its_signature_only() {
        let presigned = "versionId=3&X-Amz-Algorithm=AWS4&X-Amz-Signature=ab&x-id=GetObject";
        assert_eq!(query(presigned), "versionId=3&x-id=GetObject");
        assert_eq!(query("uploads"), "uploads");
    }

    #[test]
    fn the_form_of_an_upload_stays_behind() {
        let headers = [
            ("Content-Encoding", "aws-chunked,gzip"),
            ("Transfer-Encoding", "chunked"),
            ("X-Amz-Meta-Color", "blue"),
            ("Authorization", "AWS4-HMAC-SHA256 ..."),
        ];
        let headers = headers.map(|(n, v)| (n.to_owned(), v.as_bytes().to_vec()));
        let kept = forwarded(&headers);
        let expected = [("Content-Encoding", "gzip"), ("X-Amz-Meta-Color", "blue")];
        assert_eq!(
            kept,
            expected
                .map(|(n, v)| (n.to_owned(), v.as_bytes().to_vec()))
                .to_vec()
        );
    }
}
