//! Percent-encoded pairs and labels.

use std::borrow::Cow;

use percent_encoding::percent_decode;

/// The decoded pairs of a query or a form, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Pairs<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Pairs<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: Some(bytes) }
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (Cow<'a, str>, Cow<'a, str>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let bytes = self.rest?;
            let end = bytes.iter().position(|b| *b == b'&');
            let (pair, rest) = match end {
                Some(end) => (bytes.get(..end)?, bytes.get(end + 1..)),
                None => (bytes, None),
            };
            self.rest = rest;
            if pair.is_empty() {
                continue;
            }
            let middle = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
            let value = pair.get(middle + 1..).unwrap_or_default();
            return Some((decoded(pair.get(..middle)?), decoded(value)));
        }
    }
}

/// A key or value of a form: `+` is a space.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    if bytes.contains(&b'+') {
        let spaced: Vec<u8> = bytes
            .iter()
            .map(|b| if *b == b'+' { b' ' } else { *b })
            .collect();
        return Cow::Owned(percent_decode(&spaced).decode_utf8_lossy().into_owned());
    }
    percent_decode(bytes).decode_utf8_lossy()
}

/// A label of a path, decoded; none where it is not UTF-8.
pub(super) fn label(raw: &str) -> Option<String> {
    percent_decode(raw.as_bytes())
        .decode_utf8()
        .ok()
        .map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::{Pairs, label};

    #[test]
    fn pairs_are_decoded() {
        let pairs: Vec<_> = Pairs::new(b"&a=1&b=x+y%2B&c&d=1=2").collect();
        let text: Vec<String> = pairs.iter().map(|(k, v)| format!("{k}:{v}")).collect();
        assert_eq!(text, ["a:1", "b:x y+", "c:", "d:1=2"]);
    }

    #[test]
    fn a_plus_in_a_path_is_a_plus() {
        assert_eq!(label("a+b%20c%2Fd").as_deref(), Some("a+b c/d"));
        assert_eq!(label("%ff"), None);
    }
}
