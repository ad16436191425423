//! A form as the tree that its dotted names make.

use std::{borrow::Cow, collections::BTreeMap};

use percent_encoding::percent_decode;

use crate::{ServiceError, fault};

/// A decoded name and its value.
pub(crate) type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// A name up to one of its dots, and what follows.
#[derive(Debug, Default)]
pub(crate) struct Node<'a> {
    /// The value, if the name ends here.
    pub(crate) value: Option<&'a str>,
    children: BTreeMap<&'a str, Node<'a>>,
}

impl<'a> Node<'a> {
    /// The tree of all pairs; the first of equal names wins.
    pub(crate) fn of(pairs: &'a [Pair<'_>]) -> Result<Self, ServiceError> {
        let mut root = Self::default();
        for (name, value) in pairs {
            root.insert(name, value)?;
        }
        Ok(root)
    }

    fn insert(&mut self, name: &'a str, value: &'a str) -> Result<(), ServiceError> {
        let mut node = self;
        for (depth, segment) in name.split('.').enumerate() {
            if depth >= fault::MAX_DEPTH {
                let detail = format!("a name has more than {} segments", fault::MAX_DEPTH);
                return Err(fault::malformed_query_string(detail));
            }
            node = node.children.entry(segment).or_default();
        }
        node.value.get_or_insert(value);
        Ok(())
    }

    /// What is under a segment.
    pub(crate) fn child(&self, segment: &str) -> Option<&Self> {
        self.children.get(segment)
    }

    /// The numbered children in the order of their numbers; AWS asks for no unbroken sequence.
    pub(crate) fn numbered(&self) -> Vec<&Self> {
        let mut items: Vec<(u32, &Self)> = self
            .children
            .iter()
            .filter_map(|(segment, node)| Some((segment.parse().ok()?, node)))
            .collect();
        items.sort_by_key(|(number, _)| *number);
        items.into_iter().map(|(_, node)| node).collect()
    }
}

/// The decoded pairs of a form or a query; none for bytes that are not UTF-8.
pub(crate) fn pairs(form: &[u8]) -> Option<Vec<Pair<'_>>> {
    form.split(|b| *b == b'&')
        .filter(|pair| !pair.is_empty())
        .map(pair)
        .collect()
}

fn pair(pair: &[u8]) -> Option<Pair<'_>> {
    let mut halves = pair.splitn(2, |b| *b == b'=');
    let name = halves.next().unwrap_or_default();
    Some((decode(name)?, decode(halves.next().unwrap_or_default())?))
}

fn decode(text: &[u8]) -> Option<Cow<'_, str>> {
    if !text.contains(&b'+') {
        return percent_decode(text).decode_utf8().ok();
    }
    let spaced: Vec<u8> = text
        .iter()
        .map(|b| if *b == b'+' { b' ' } else { *b })
        .collect();
    percent_decode(&spaced)
        .decode_utf8()
        .ok()
        .map(|text| Cow::Owned(text.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plus_and_percent_are_undone() {
        let pairs = pairs(b"a+b=c%2Bd&&e&f=g=h").unwrap();
        let plain: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (&**n, &**v)).collect();
        assert_eq!(plain, [("a b", "c+d"), ("e", ""), ("f", "g=h")]);
    }

    #[test]
    fn bytes_that_are_not_utf8_are_no_form() {
        assert!(pairs(b"a=%FF").is_none());
        assert!(pairs(b"\xff=a").is_none());
    }

    #[test]
    fn numbers_are_sorted_as_numbers() {
        let pairs = pairs(b"L.10=c&L.2=b&L.1=a&L.x=z").unwrap();
        let tree = Node::of(&pairs).unwrap();
        let values: Vec<_> = tree
            .child("L")
            .unwrap()
            .numbered()
            .iter()
            .map(|n| n.value.unwrap())
            .collect();
        assert_eq!(values, ["a", "b", "c"]);
    }

    #[test]
    fn endless_names_are_refused() {
        let name = "a.".repeat(100_000);
        let error = Node::of(&[(name.into(), "".into())]).unwrap_err();
        assert_eq!(error.code, "MalformedQueryString");
    }
}
