//! Condition operators.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators".

use std::fmt;

/// What an operator compares, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are AWS's own")]
pub enum Comparison {
    StringEquals,
    StringNotEquals,
    StringEqualsIgnoreCase,
    StringNotEqualsIgnoreCase,
    StringLike,
    StringNotLike,
    NumericEquals,
    NumericNotEquals,
    NumericLessThan,
    NumericLessThanEquals,
    NumericGreaterThan,
    NumericGreaterThanEquals,
    DateEquals,
    DateNotEquals,
    DateLessThan,
    DateLessThanEquals,
    DateGreaterThan,
    DateGreaterThanEquals,
    Bool,
    BinaryEquals,
    IpAddress,
    NotIpAddress,
    ArnEquals,
    ArnLike,
    ArnNotEquals,
    ArnNotLike,
    Null,
}

impl Comparison {
    /// All of them, with their names.
    pub const ALL: [(Self, &'static str); 27] = [
        (Self::StringEquals, "StringEquals"),
        (Self::StringNotEquals, "StringNotEquals"),
        (Self::StringEqualsIgnoreCase, "StringEqualsIgnoreCase"),
        (Self::StringNotEqualsIgnoreCase, "StringNotEqualsIgnoreCase"),
        (Self::StringLike, "StringLike"),
        (Self::StringNotLike, "StringNotLike"),
        (Self::NumericEquals, "NumericEquals"),
        (Self::NumericNotEquals, "NumericNotEquals"),
        (Self::NumericLessThan, "NumericLessThan"),
        (Self::NumericLessThanEquals, "NumericLessThanEquals"),
        (Self::NumericGreaterThan, "NumericGreaterThan"),
        (Self::NumericGreaterThanEquals, "NumericGreaterThanEquals"),
        (Self::DateEquals, "DateEquals"),
        (Self::DateNotEquals, "DateNotEquals"),
        (Self::DateLessThan, "DateLessThan"),
        (Self::DateLessThanEquals, "DateLessThanEquals"),
        (Self::DateGreaterThan, "DateGreaterThan"),
        (Self::DateGreaterThanEquals, "DateGreaterThanEquals"),
        (Self::Bool, "Bool"),
        (Self::BinaryEquals, "BinaryEquals"),
        (Self::IpAddress, "IpAddress"),
        (Self::NotIpAddress, "NotIpAddress"),
        (Self::ArnEquals, "ArnEquals"),
        (Self::ArnLike, "ArnLike"),
        (Self::ArnNotEquals, "ArnNotEquals"),
        (Self::ArnNotLike, "ArnNotLike"),
        (Self::Null, "Null"),
    ];

    /// Its name, as AWS spells it.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(one, _)| *one == self)
            .map_or("", |(_, name)| name)
    }

    /// Says whether it holds when no value matches, which makes it hold for an absent key too.
    pub fn is_negated(self) -> bool {
        matches!(
            self,
            Self::StringNotEquals
                | Self::StringNotEqualsIgnoreCase
                | Self::StringNotLike
                | Self::NumericNotEquals
                | Self::DateNotEquals
                | Self::NotIpAddress
                | Self::ArnNotEquals
                | Self::ArnNotLike
        )
    }

    // Another evaluator compares operator names without regard to case; AWS's behaviour is not
    // confirmed (iam-semantics.md B6 [S/U]).
    fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, name)| name.eq_ignore_ascii_case(text))
            .map(|(one, _)| *one)
    }
}

/// How an operator treats an absent key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Existence {
    /// As the comparison says.
    Plain,
    /// `...IfExists`: an absent key satisfies it.
    IfExists,
}

/// How an operator treats a multivalued key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetOperator {
    /// Every value of the request has to satisfy it.
    ForAllValues,
    /// At least one value of the request has to satisfy it.
    ForAnyValue,
}

impl SetOperator {
    /// Its name, without the colon.
    pub fn name(self) -> &'static str {
        match self {
            Self::ForAllValues => "ForAllValues",
            Self::ForAnyValue => "ForAnyValue",
        }
    }
}

/// An operator with its prefix and suffix, such as `ForAllValues:StringEqualsIfExists`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConditionOperator {
    /// What is compared.
    pub comparison: Comparison,
    /// With `IfExists` or without.
    pub existence: Existence,
    /// With a set operator or without.
    pub set: Option<SetOperator>,
}

impl ConditionOperator {
    /// Parses the name of an operator, without regard to case; none if AWS has no such operator.
    pub fn parse(text: &str) -> Option<Self> {
        let (set, rest) = match text.split_once(':') {
            None => (None, text),
            Some((set, rest)) => (Some(parse_set(set)?), rest),
        };
        if let Some(comparison) = Comparison::parse(rest) {
            return Some(Self {
                comparison,
                existence: Existence::Plain,
                set,
            });
        }
        let stem_len = rest.len().checked_sub("IfExists".len())?;
        let (stem, suffix) = rest.split_at_checked(stem_len)?;
        let comparison = Comparison::parse(stem)?;
        let allowed = suffix.eq_ignore_ascii_case("IfExists") && comparison != Comparison::Null;
        allowed.then_some(Self {
            comparison,
            existence: Existence::IfExists,
            set,
        })
    }
}

fn parse_set(text: &str) -> Option<SetOperator> {
    [SetOperator::ForAllValues, SetOperator::ForAnyValue]
        .into_iter()
        .find(|set| set.name().eq_ignore_ascii_case(text))
}

impl fmt::Display for ConditionOperator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(set) = self.set {
            write!(f, "{}:", set.name())?;
        }
        f.write_str(self.comparison.name())?;
        match self.existence {
            Existence::Plain => Ok(()),
            Existence::IfExists => f.write_str("IfExists"),
        }
    }
}
