//! Percent-encoding as AWS signs it: everything but letters, digits, `-`, `.`, `_` and `~`.

use std::borrow::Cow;

const UPPER_HEX: [u8; 16] = *b"0123456789ABCDEF";

/// Tells whether a byte stands for itself (RFC 3986's unreserved characters).
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn push_encoded(out: &mut Vec<u8>, byte: u8) {
    let [high, low] = [byte >> 4, byte & 15].map(|nibble| {
        UPPER_HEX
            .get(usize::from(nibble))
            .copied()
            .unwrap_or_default()
    });
    out.extend_from_slice(&[b'%', high, low]);
}

/// Appends a path, encoded once more; slashes stay.
pub(crate) fn encode_path(path: &str, out: &mut Vec<u8>) {
    for &byte in path.as_bytes() {
        if is_unreserved(byte) || byte == b'/' {
            out.push(byte);
        } else {
            push_encoded(out, byte);
        }
    }
}

/// Appends a path as it came, with only those bytes encoded that no URI may hold.
pub(crate) fn keep_path(path: &str, out: &mut Vec<u8>) {
    for &byte in path.as_bytes() {
        if byte.is_ascii_graphic() {
            out.push(byte);
        } else {
            push_encoded(out, byte);
        }
    }
}

/// Brings one half of a query pair into AWS's encoding, whatever the client's was.
///
/// `+` is a space (form encoding). A `%` that no two hex digits follow stands for itself.
pub(crate) fn recode(text: &str) -> Cow<'_, str> {
    if text.bytes().all(is_unreserved) {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len() + 16);
    for byte in decoded(text) {
        if is_unreserved(byte) {
            out.push(byte);
        } else {
            push_encoded(&mut out, byte);
        }
    }
    // The encoding is ASCII by construction.
    Cow::Owned(String::from_utf8(out).unwrap_or_default())
}

/// Decodes one half of a query pair; what is not UTF-8 becomes the replacement character.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Cow::Borrowed(text);
    }
    let bytes: Vec<u8> = decoded(text).collect();
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

fn decoded(text: &str) -> impl Iterator<Item = u8> + '_ {
    let mut rest = text.as_bytes();
    std::iter::from_fn(move || {
        let (&first, tail) = rest.split_first()?;
        rest = tail;
        let byte = match (first, tail) {
            (b'+', _) => b' ',
            (b'%', [high, low, after @ ..]) => match (hex_digit(*high), hex_digit(*low)) {
                (Some(high), Some(low)) => {
                    rest = after;
                    high << 4 | low
                }
                _ => first,
            },
            _ => first,
        };
        Some(byte)
    })
}

pub(crate) fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// Is what can be wrong with the escapes of a path or query.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum EscapeFault {
    /// The text ends inside an escape.
    Incomplete,
    /// The two characters after `%` are not hex digits.
    NotHex(String),
}

/// Checks that each `%` begins an escape.
pub(crate) fn check_escapes(text: &str) -> Result<(), EscapeFault> {
    for (at, _) in text.match_indices('%') {
        match text.as_bytes().get(at + 1..at + 3) {
            None => return Err(EscapeFault::Incomplete),
            Some(pair) if pair.iter().all(u8::is_ascii_hexdigit) => {}
            Some(pair) => return Err(EscapeFault::NotHex(String::from_utf8_lossy(pair).into())),
        }
    }
    Ok(())
}

/// Splits a query into its raw pairs; a pair without `=` has an empty value, empty pairs are left out.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// Returns the decoded value of a query parameter: the first wins (iam-semantics.md C3.6).
pub(crate) fn query_value<'q>(query: &'q str, name: &str) -> Option<Cow<'q, str>> {
    pairs(query)
        .find(|(key, _)| decode(key) == name)
        .map(|(_, value)| decode(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recodes_to_the_one_encoding() {
        for (sent, canonical) in [
            ("plain-._~9", "plain-._~9"),
            ("a%2fb", "a%2Fb"),
            ("%7Euser", "~user"),
            ("a b", "a%20b"),
            ("a+b", "a%20b"),
            ("a%2Bb", "a%2Bb"),
            ("ሴ", "%E1%88%B4"),
            ("%zz%", "%25zz%25"),
            ("*'()!", "%2A%27%28%29%21"),
        ] {
            assert_eq!(recode(sent), canonical, "{sent}");
        }
    }

    #[test]
    fn keeps_a_path_but_for_what_no_uri_may_hold() {
        let mut out = Vec::new();
        keep_path("/a%20b/@(x)//é ", &mut out);
        assert_eq!(out, b"/a%20b/@(x)//%C3%A9%20");
    }

    #[test]
    fn tells_what_is_wrong_with_an_escape() {
        assert_eq!(check_escapes("a%20b"), Ok(()));
        assert_eq!(check_escapes("a%2"), Err(EscapeFault::Incomplete));
        assert_eq!(check_escapes("a%"), Err(EscapeFault::Incomplete));
        assert_eq!(
            check_escapes("a%zzb"),
            Err(EscapeFault::NotHex("zz".to_owned()))
        );
    }

    #[test]
    fn the_first_of_two_query_values_wins() {
        assert_eq!(query_value("a=1&&b&a=2", "a").as_deref(), Some("1"));
        assert_eq!(query_value("a=1&&b&a=2", "b").as_deref(), Some(""));
        assert_eq!(query_value("X%2DAmz=%2F", "X-Amz").as_deref(), Some("/"));
    }
}
