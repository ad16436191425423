//! Texts of a head, which are nearly always ASCII, and looked at for every request.

use std::borrow::Cow;

/// Splits at an ASCII character; as `str::split`, which is slower.
pub(crate) fn parts(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    parts_at(text, move |rest| memchr::memchr(separator, rest))
}

/// Splits the parameters of an `Authorization` header, between which stand commas or blanks.
pub(crate) fn parameters(text: &str) -> impl Iterator<Item = &str> {
    parts_at(text, |rest| memchr::memchr2(b',', b' ', rest))
}

fn parts_at(text: &str, find: impl Fn(&[u8]) -> Option<usize>) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = find(text.as_bytes());
        rest = end.and_then(|end| text.get(end + 1..));
        text.get(..end.unwrap_or(text.len()))
    })
}

/// The text of bytes that should be UTF-8.
pub(crate) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_as_the_standard_library_does() {
        for text in ["", ",", "a", "a,b", ",a b,", "é,ü ", "a, b"] {
            let expected: Vec<&str> = text.split([',', ' ']).collect();
            assert_eq!(parameters(text).collect::<Vec<_>>(), expected);
            let expected: Vec<&str> = text.split(',').collect();
            assert_eq!(parts(text, b',').collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        assert_eq!(lossy(b"a\xffb"), "a\u{fffd}b");
        assert!(matches!(lossy(b"ab"), Cow::Borrowed("ab")));
    }
}
