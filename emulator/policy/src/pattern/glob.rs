//! Wildcard patterns, compiled into the cheapest class that does.

/// Whether letters of both cases are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// They differ.
    Sensitive,
    /// ASCII letters of both cases are the same.
    Folded,
}

impl Case {
    fn equal(self, a: u8, b: u8) -> bool {
        match self {
            Self::Sensitive => a == b,
            Self::Folded => a.eq_ignore_ascii_case(&b),
        }
    }

    fn equal_all(self, a: &[u8], b: &[u8]) -> bool {
        match self {
            Self::Sensitive => a == b,
            Self::Folded => a.eq_ignore_ascii_case(b),
        }
    }
}

/// One step of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    /// This byte.
    Byte(u8),
    /// `?`: one character.
    One,
    /// `*`: any run, empty too.
    Run,
}

/// A compiled pattern. Most are exact, a prefix or `*`, and never meet the matcher.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Glob {
    Any,
    Exact(Box<[u8]>),
    Prefix(Box<[u8]>),
    General(Box<[Unit]>),
}

impl Glob {
    /// Compiles a text in which `*` and `?` are wildcards.
    pub(crate) fn parse(pattern: &str) -> Self {
        Self::from_units(units(pattern).collect())
    }

    /// Compiles units; runs of runs collapse.
    pub(crate) fn from_units(mut units: Vec<Unit>) -> Self {
        units.dedup_by(|a, b| *a == Unit::Run && *b == Unit::Run);
        let Some((last, head)) = units.split_last() else {
            return Self::Exact(Box::default());
        };
        match (literal(head), last) {
            (Some(bytes), Unit::Run) if bytes.is_empty() => Self::Any,
            (Some(bytes), Unit::Run) => Self::Prefix(bytes.into()),
            (Some(mut bytes), Unit::Byte(byte)) => {
                bytes.push(*byte);
                Self::Exact(bytes.into())
            }
            _ => Self::General(units.into()),
        }
    }

    pub(crate) fn matches(&self, text: &str, case: Case) -> bool {
        self.matches_bytes(text.as_bytes(), case)
    }

    pub(crate) fn matches_bytes(&self, text: &[u8], case: Case) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(bytes) => case.equal_all(bytes, text),
            Self::Prefix(bytes) => text
                .get(..bytes.len())
                .is_some_and(|head| case.equal_all(bytes, head)),
            Self::General(units) => match_units(units, text, case),
        }
    }

    /// What stands before the first wildcard.
    pub(crate) fn literal_prefix(&self) -> Vec<u8> {
        match self {
            Self::Any => Vec::new(),
            Self::Exact(bytes) | Self::Prefix(bytes) => bytes.to_vec(),
            Self::General(units) => leading_bytes(units),
        }
    }

    /// The units, whatever the class.
    pub(crate) fn to_units(&self) -> Vec<Unit> {
        let bytes = |bytes: &[u8]| bytes.iter().map(|b| Unit::Byte(*b)).collect::<Vec<_>>();
        match self {
            Self::Any => vec![Unit::Run],
            Self::Exact(exact) => bytes(exact),
            Self::Prefix(prefix) => [bytes(prefix), vec![Unit::Run]].concat(),
            Self::General(units) => units.to_vec(),
        }
    }

    /// Says whether every text that the other matches is matched by this one.
    ///
    /// A yes is certain; a no may be wrong for patterns that mix `*` and `?` (`?*` and `*?`).
    pub(crate) fn covers(&self, other: &Self, case: Case) -> bool {
        covers_units(&self.to_units(), &other.to_units(), case)
    }
}

/// The bytes before the first wildcard.
pub(crate) fn leading_bytes(units: &[Unit]) -> Vec<u8> {
    let bytes = units.iter().map_while(|unit| match unit {
        Unit::Byte(byte) => Some(*byte),
        Unit::One | Unit::Run => None,
    });
    bytes.collect()
}

fn literal(units: &[Unit]) -> Option<Vec<u8>> {
    units
        .iter()
        .map(|unit| match unit {
            Unit::Byte(byte) => Some(*byte),
            Unit::One | Unit::Run => None,
        })
        .collect()
}

/// The units of a text in which `*` and `?` are wildcards.
pub(crate) fn units(pattern: &str) -> impl Iterator<Item = Unit> {
    pattern.bytes().map(|byte| match byte {
        b'*' => Unit::Run,
        b'?' => Unit::One,
        other => Unit::Byte(other),
    })
}

/// The length of the character that starts here; none at the end and inside a character.
fn char_len(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        0x00..=0x7f => Some(1),
        0x80..=0xbf => None,
        0xc0..=0xdf => Some(2),
        0xe0..=0xef => Some(3),
        0xf0..=0xff => Some(4),
    }
}

/// Matches with one point to fall back to, the last `*`: earlier ones need no second chance, so
/// the time is bounded by the product of the lengths.
pub(crate) fn match_units(units: &[Unit], text: &[u8], case: Case) -> bool {
    let (mut at_unit, mut at_text) = (0, 0);
    let mut fallback: Option<(usize, usize)> = None;
    loop {
        let step = match units.get(at_unit) {
            None if at_text == text.len() => return true,
            None => None,
            Some(Unit::Run) => {
                at_unit += 1;
                if at_unit == units.len() {
                    return true;
                }
                fallback = Some((at_unit, at_text));
                continue;
            }
            Some(Unit::One) => char_len(text, at_text),
            Some(Unit::Byte(byte)) => text
                .get(at_text)
                .filter(|found| case.equal(*byte, **found))
                .map(|_| 1),
        };
        match (step, fallback) {
            (Some(len), _) => {
                at_unit += 1;
                at_text += len;
            }
            (None, Some((unit, from))) if from < text.len() => {
                fallback = Some((unit, from + 1));
                at_unit = unit;
                at_text = from + 1;
            }
            (None, _) => return false,
        }
    }
}

/// The same walk over another pattern: its `*` is swallowed only by a `*`, its `?` by `?` or `*`.
fn covers_units(units: &[Unit], other: &[Unit], case: Case) -> bool {
    let (mut at_unit, mut at_other) = (0, 0);
    let mut fallback: Option<(usize, usize)> = None;
    loop {
        let step = match units.get(at_unit) {
            None if at_other == other.len() => return true,
            None => None,
            Some(Unit::Run) => {
                at_unit += 1;
                fallback = Some((at_unit, at_other));
                continue;
            }
            Some(Unit::One) => one_of(other, at_other),
            Some(Unit::Byte(byte)) => match other.get(at_other) {
                Some(Unit::Byte(found)) if case.equal(*byte, *found) => Some(1),
                _ => None,
            },
        };
        match (step, fallback) {
            (Some(len), _) => {
                at_unit += 1;
                at_other += len;
            }
            (None, Some((unit, from))) if from < other.len() => {
                fallback = Some((unit, from + 1));
                at_unit = unit;
                at_other = from + 1;
            }
            (None, _) => return false,
        }
    }
}

/// How many units of the other pattern make one character.
fn one_of(other: &[Unit], at: usize) -> Option<usize> {
    match other.get(at)? {
        Unit::One => Some(1),
        Unit::Byte(byte) => char_len(&[*byte], 0),
        Unit::Run => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Case, Glob};

    #[test]
    fn picks_the_cheapest_class() {
        assert_eq!(Glob::parse("**"), Glob::Any);
        assert_eq!(Glob::parse("ab"), Glob::Exact(b"ab".as_slice().into()));
        assert_eq!(Glob::parse("ab*"), Glob::Prefix(b"ab".as_slice().into()));
        assert!(matches!(Glob::parse("a*b"), Glob::General(_)));
        assert!(matches!(Glob::parse("a?"), Glob::General(_)));
    }

    #[test]
    fn matches() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXcYb", false),
            ("*ab", "aab", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("?", "ü", true),
            ("??", "ü", false),
            ("*?", "ü", true),
            ("*ü?", "xüy", true),
            (
                "a*a*a*a*b",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                false,
            ),
        ] {
            assert_eq!(
                Glob::parse(pattern).matches(text, Case::Sensitive),
                expected,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn folds_ascii_only() {
        assert!(Glob::parse("AbC*").matches("aBcd", Case::Folded));
        assert!(Glob::parse("?bC").matches("xBc", Case::Folded));
        assert!(!Glob::parse("ü").matches("Ü", Case::Folded));
    }

    #[test]
    fn covers() {
        for (wide, narrow, expected) in [
            ("*", "a*", true),
            ("a*", "*", false),
            ("a*", "ab*c", true),
            ("a*c", "ab*c", true),
            ("a*c", "ab*d", false),
            ("a?c", "abc", true),
            ("a?c", "a*c", false),
            ("a*", "a?", true),
            ("abc", "abc", true),
            ("*a*", "xay", true),
        ] {
            let covers = Glob::parse(wide).covers(&Glob::parse(narrow), Case::Sensitive);
            assert_eq!(covers, expected, "{wide} {narrow}");
        }
    }
}
