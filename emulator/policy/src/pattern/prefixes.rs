//! Patterns by the text before their first wildcard, so that a text meets only those that it can
//! match.

use std::collections::BTreeMap;

/// Values by prefix.
#[derive(Clone, Debug)]
pub(crate) struct Prefixes<T> {
    // In the order of the prefixes.
    entries: Box<[Entry<T>]>,
}

#[derive(Clone, Debug)]
struct Entry<T> {
    prefix: Box<[u8]>,
    /// The longest entry of which the prefix is a prefix of this one's.
    shorter: Option<usize>,
    values: Vec<T>,
}

impl<T> Default for Prefixes<T> {
    fn default() -> Self {
        Self {
            entries: Box::default(),
        }
    }
}

impl<T> Prefixes<T> {
    pub(crate) fn new(values: impl IntoIterator<Item = (Vec<u8>, T)>) -> Self {
        let mut sorted: BTreeMap<Vec<u8>, Vec<T>> = BTreeMap::new();
        for (prefix, value) in values {
            sorted.entry(prefix).or_default().push(value);
        }
        let mut entries: Vec<Entry<T>> = Vec::with_capacity(sorted.len());
        for (prefix, values) in sorted {
            let mut shorter = entries.len().checked_sub(1);
            while let Some(entry) = shorter.and_then(|at| entries.get(at)) {
                if prefix.starts_with(&entry.prefix) {
                    break;
                }
                shorter = entry.shorter;
            }
            entries.push(Entry {
                prefix: prefix.into(),
                shorter,
                values,
            });
        }
        Self {
            entries: entries.into(),
        }
    }

    /// The values with whose prefix the text begins, those of the longest first.
    pub(crate) fn of<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = &'a T> {
        // In order, every prefix of the text is a prefix of the last entry that is not after it.
        let after = self.entries.partition_point(|entry| &*entry.prefix <= text);
        let mut at = after.checked_sub(1);
        let mut is_prefix = false;
        let entries = std::iter::from_fn(move || {
            loop {
                let entry = self.entries.get(at?)?;
                at = entry.shorter;
                is_prefix = is_prefix || text.starts_with(&entry.prefix);
                if is_prefix {
                    return Some(entry);
                }
            }
        });
        entries.flat_map(|entry| &entry.values)
    }
}

#[cfg(test)]
mod tests {
    use super::Prefixes;

    #[test]
    fn finds_every_prefix() {
        let all = ["", "a", "ab", "abc", "abd", "b", "ba/x", "é", "ab"];
        let table = Prefixes::new(all.map(|prefix| (prefix.as_bytes().to_vec(), prefix)));
        for text in [
            "", "a", "ab", "abce", "abe", "abd", "ac", "b", "ba", "bz", "éa", "~", "A",
        ] {
            let mut expected: Vec<_> = all.into_iter().filter(|p| text.starts_with(p)).collect();
            expected.sort_by_key(|prefix| std::cmp::Reverse(prefix.len()));
            let found: Vec<_> = table.of(text.as_bytes()).copied().collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn nothing_has_no_prefix() {
        assert_eq!(Prefixes::<u8>::default().of(b"a").count(), 0);
    }
}
