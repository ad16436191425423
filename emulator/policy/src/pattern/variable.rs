//! Policy variables: `${key}`, `${key, 'default'}`, `${*}`, `${?}`, `${$}`.
//!
//! Source: IAM User Guide, "IAM policy elements: Variables and tags"; iam-semantics.md B7.

use std::borrow::Cow;

use super::{
    glob::{Case, Glob, Unit, leading_bytes, match_units, units},
    signature::Signature,
};
use crate::{context::ConditionKey, document::Version, evaluate::Truth};

/// Whether `*` and `?` are wildcards in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wildcards {
    /// They are.
    Active,
    /// They are themselves.
    Literal,
}

/// What a variable comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Resolved<'a> {
    /// This text.
    Text(Cow<'a, str>),
    /// The request has no such key: the default counts, if there is one.
    Absent,
    /// The key has several values, and so is no variable.
    Unusable,
    /// The value was not computed.
    Unknown,
}

/// Where variables get their values.
pub(crate) trait Variables {
    /// The value of a key.
    fn resolve(&self, key: &ConditionKey) -> Resolved<'_>;
}

/// A text that may have wildcards and variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// Without variables.
    Fixed(Glob),
    /// With some.
    Template(Box<[Piece]>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Units(Box<[Unit]>),
    Variable {
        key: ConditionKey,
        default: Option<Box<str>>,
    },
}

impl Pattern {
    pub(crate) fn parse(text: &str, version: Version, wildcards: Wildcards) -> Self {
        let pieces = match version {
            // Documents of the old language take `${` as it stands.
            Version::V2008 => vec![Piece::Units(plain(text, wildcards).into())],
            Version::V2012 => pieces(text, wildcards),
        };
        if pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Variable { .. }))
        {
            return Self::Template(pieces.into());
        }
        let units = pieces.into_iter().flat_map(|piece| match piece {
            Piece::Units(units) => units.into_vec(),
            Piece::Variable { .. } => Vec::new(),
        });
        Self::Fixed(Glob::from_units(units.collect()))
    }

    /// Matches a text; a variable without a value makes it false, an unknown one unknown unless
    /// no value could make it match.
    pub(crate) fn matches(&self, text: &str, case: Case, variables: &impl Variables) -> Truth {
        let pieces = match self {
            Self::Fixed(glob) => return glob.matches(text, case).into(),
            Self::Template(pieces) => pieces,
        };
        match substitute(pieces, variables) {
            None => Truth::False,
            Some((units, surely)) => {
                Truth::from(match_units(&units, text.as_bytes(), case)).and(surely)
            }
        }
    }

    /// The text that the pattern stands for in this request, for people.
    pub(crate) fn resolved(&self, variables: &impl Variables) -> Option<String> {
        let units = match self {
            Self::Fixed(glob) => glob.to_units(),
            Self::Template(pieces) => match substitute(pieces, variables)? {
                (units, Truth::True) => units,
                _ => return None,
            },
        };
        let bytes = units.iter().map(|unit| match unit {
            Unit::Byte(byte) => *byte,
            Unit::One => b'?',
            Unit::Run => b'*',
        });
        String::from_utf8(bytes.collect()).ok()
    }

    /// The keys of its variables.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &ConditionKey> {
        let pieces = match self {
            Self::Fixed(_) => &[],
            Self::Template(pieces) => &**pieces,
        };
        pieces.iter().filter_map(|piece| match piece {
            Piece::Variable { key, .. } => Some(key),
            Piece::Units(_) => None,
        })
    }

    /// The text that is the only one to match.
    pub(crate) fn literal(&self) -> Option<&[u8]> {
        match self {
            Self::Fixed(Glob::Exact(bytes)) => Some(bytes),
            Self::Fixed(_) | Self::Template(_) => None,
        }
    }

    /// What stands before the first wildcard or variable.
    pub(crate) fn literal_prefix(&self) -> Vec<u8> {
        match self {
            Self::Fixed(glob) => glob.literal_prefix(),
            Self::Template(pieces) => match pieces.first() {
                Some(Piece::Units(units)) => leading_bytes(units),
                Some(Piece::Variable { .. }) | None => Vec::new(),
            },
        }
    }

    /// The pairs of bytes that every text has that it matches; none of a pattern that an index by
    /// prefix tells apart.
    pub(crate) fn signature(&self) -> Signature {
        let mut out = Signature::default();
        match self {
            Self::Fixed(Glob::General(units)) => out.add_units(units),
            Self::Fixed(_) => {}
            Self::Template(pieces) => pieces.iter().for_each(|piece| match piece {
                Piece::Units(units) => out.add_units(units),
                Piece::Variable { .. } => {}
            }),
        }
        out
    }

    /// The pattern without variables; none if it has some.
    pub(crate) fn fixed(&self) -> Option<&Glob> {
        match self {
            Self::Fixed(glob) => Some(glob),
            Self::Template(_) => None,
        }
    }
}

/// The units after substitution; unknown values stand as `*`, and the result says so. None if a
/// variable has no value at all.
fn substitute(pieces: &[Piece], variables: &impl Variables) -> Option<(Vec<Unit>, Truth)> {
    let mut out = Vec::new();
    let mut surely = Truth::True;
    for piece in pieces {
        match piece {
            Piece::Units(units) => out.extend_from_slice(units),
            Piece::Variable { key, default } => match variables.resolve(key) {
                // Literally: a `*` inside a tag's value is not a wildcard (B7 [S]).
                Resolved::Text(text) => out.extend(text.bytes().map(Unit::Byte)),
                Resolved::Absent => out.extend(default.as_deref()?.bytes().map(Unit::Byte)),
                Resolved::Unusable => return None,
                Resolved::Unknown => {
                    surely = Truth::Unknown;
                    out.push(Unit::Run);
                }
            },
        }
    }
    Some((out, surely))
}

fn plain(text: &str, wildcards: Wildcards) -> Vec<Unit> {
    match wildcards {
        Wildcards::Active => units(text).collect(),
        Wildcards::Literal => text.bytes().map(Unit::Byte).collect(),
    }
}

fn pieces(text: &str, wildcards: Wildcards) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut pending = Vec::new();
    let mut rest = text;
    while let Some((before, inner, after)) = next_variable(rest) {
        pending.extend(plain(before, wildcards));
        rest = after;
        match inner {
            "*" | "?" | "$" => pending.extend(inner.bytes().map(Unit::Byte)),
            _ => {
                out.push(Piece::Units(std::mem::take(&mut pending).into()));
                out.push(variable(inner));
            }
        }
    }
    pending.extend(plain(rest, wildcards));
    out.push(Piece::Units(pending.into()));
    out
}

/// What is before, inside and after the next `${...}`; one that is not closed is plain text.
fn next_variable(text: &str) -> Option<(&str, &str, &str)> {
    let (before, from) = text.split_once("${")?;
    let (name, _) = from.split_once('}')?;
    // A default may have a brace in it.
    let quoted = name.split_once(", '").and_then(|_| from.split_once("'}"));
    match quoted {
        Some((inner, after)) => Some((before, from.get(..=inner.len())?, after)),
        None => Some((before, name, from.get(name.len() + 1..)?)),
    }
}

fn variable(inner: &str) -> Piece {
    let (name, default) = match inner.split_once(',') {
        None => (inner, None),
        Some((name, rest)) => (name, rest.trim().strip_prefix('\'')),
    };
    let default = default
        .and_then(|text| text.strip_suffix('\''))
        .map(Box::from);
    Piece::Variable {
        key: ConditionKey::new(name.trim()),
        default,
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, Resolved, Variables, Wildcards};
    use crate::{context::ConditionKey, document::Version, evaluate::Truth, pattern::glob::Case};

    struct Fixture;

    impl Variables for Fixture {
        fn resolve(&self, key: &ConditionKey) -> Resolved<'_> {
            match key.as_str().to_ascii_lowercase().as_str() {
                "aws:username" => Resolved::Text("jo".into()),
                "aws:principaltag/star" => Resolved::Text("*".into()),
                "aws:tagkeys" => Resolved::Unusable,
                "aws:sourceip" => Resolved::Unknown,
                _ => Resolved::Absent,
            }
        }
    }

    fn check(version: Version, cases: &[(&str, &str, Truth)]) {
        for (pattern, text, expected) in cases {
            let compiled = Pattern::parse(pattern, version, Wildcards::Active);
            let found = compiled.matches(text, Case::Sensitive, &Fixture);
            assert_eq!(found, *expected, "{pattern} {text}");
        }
    }

    #[test]
    fn substitutes_literally() {
        check(
            Version::V2012,
            &[
                ("home/${aws:username}/*", "home/jo/x", Truth::True),
                ("home/${AWS:UserName}/*", "home/jo/x", Truth::True),
                ("home/${aws:username}/*", "home/al/x", Truth::False),
                ("${aws:PrincipalTag/star}", "anything", Truth::False),
                ("${aws:PrincipalTag/star}", "*", Truth::True),
                ("${aws:PrincipalTag/none}", "", Truth::False),
                ("${aws:PrincipalTag/none, 'de}f'}!", "de}f!", Truth::True),
                ("${aws:username, 'other'}", "jo", Truth::True),
                ("${aws:TagKeys, 'x'}", "x", Truth::False),
                ("a${aws:SourceIp}", "abc", Truth::Unknown),
                ("a${aws:SourceIp}", "bc", Truth::False),
                ("${*}${?}${$}", "*?$", Truth::True),
                ("${*}", "a", Truth::False),
                ("${unclosed", "${unclosed", Truth::True),
            ],
        );
    }

    #[test]
    fn old_language_has_no_variables() {
        check(
            Version::V2008,
            &[
                ("${aws:username}", "jo", Truth::False),
                ("${aws:username}*", "${aws:username}/x", Truth::True),
            ],
        );
    }
}
