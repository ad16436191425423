//! The values of a condition, compiled for their operator, and how one value of the request is
//! compared with them.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators"; iam-semantics.md B6.

use std::cmp::Ordering;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{date::Instant, decimal::Decimal, ip::Cidr};
use crate::{
    context::ConditionKey,
    document::{Comparison, Text, Version},
    evaluate::Truth,
    pattern::{
        glob::Case,
        variable::{Pattern, Resolved, Variables, Wildcards},
    },
};

/// The policy's side of a comparison; a value that its operator cannot read never matches.
#[derive(Clone, Debug)]
pub(crate) enum CompiledValues {
    Text(Vec<Pattern>),
    TextIgnoringCase(Vec<Pattern>),
    Arn(Vec<ArnPattern>),
    Number(Order, Vec<Option<Decimal>>),
    Date(Order, Vec<Option<Instant>>),
    Bool(Vec<Option<bool>>),
    Binary(Vec<Option<Vec<u8>>>),
    Ip(Vec<Option<Cidr>>),
    Null(Vec<Option<bool>>),
}

/// How the request's value stands to the policy's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

impl CompiledValues {
    pub(crate) fn new(comparison: Comparison, version: Version, values: &[Text]) -> Self {
        use Comparison as C;
        let texts = || values.iter().map(|text| text.value.as_str());
        let patterns = |wildcards| {
            texts()
                .map(|text| Pattern::parse(text, version, wildcards))
                .collect::<Vec<_>>()
        };
        match comparison {
            C::StringEquals | C::StringNotEquals => Self::Text(patterns(Wildcards::Literal)),
            C::StringLike | C::StringNotLike => Self::Text(patterns(Wildcards::Active)),
            C::StringEqualsIgnoreCase | C::StringNotEqualsIgnoreCase => {
                // Names of variables do not mind.
                let lower = texts().map(str::to_lowercase);
                Self::TextIgnoringCase(
                    lower
                        .map(|text| Pattern::parse(&text, version, Wildcards::Literal))
                        .collect(),
                )
            }
            C::ArnEquals | C::ArnLike | C::ArnNotEquals | C::ArnNotLike => Self::Arn(
                texts()
                    .map(|text| ArnPattern::parse(text, version))
                    .collect(),
            ),
            C::Bool => Self::Bool(texts().map(parse_bool).collect()),
            C::Null => Self::Null(texts().map(parse_bool).collect()),
            C::BinaryEquals => {
                Self::Binary(texts().map(|text| STANDARD.decode(text).ok()).collect())
            }
            C::IpAddress | C::NotIpAddress => Self::Ip(texts().map(Cidr::parse).collect()),
            C::NumericEquals
            | C::NumericNotEquals
            | C::NumericLessThan
            | C::NumericLessThanEquals
            | C::NumericGreaterThan
            | C::NumericGreaterThanEquals => {
                Self::Number(order(comparison), texts().map(Decimal::parse).collect())
            }
            C::DateEquals
            | C::DateNotEquals
            | C::DateLessThan
            | C::DateLessThanEquals
            | C::DateGreaterThan
            | C::DateGreaterThanEquals => {
                Self::Date(order(comparison), texts().map(Instant::parse).collect())
            }
        }
    }

    /// Says whether a value of the request matches at least one of the policy's.
    pub(crate) fn any_matches(&self, value: &str, variables: &impl Variables) -> Truth {
        match self {
            Self::Text(patterns) => any(patterns, value, variables),
            // Simple lowercasing, no Unicode folding or normalisation (B6 [O]).
            Self::TextIgnoringCase(patterns) => {
                any(patterns, &value.to_lowercase(), &Lowered(variables))
            }
            Self::Arn(patterns) => Truth::any(
                patterns
                    .iter()
                    .map(|pattern| pattern.matches(value, variables)),
            ),
            Self::Number(order, values) => compare(Decimal::parse(value), values, *order),
            Self::Date(order, values) => compare(Instant::parse(value), values, *order),
            Self::Bool(values) => compare(parse_bool(value), values, Order::Equal),
            Self::Binary(values) => binary(value, values),
            Self::Ip(ranges) => {
                let Ok(address) = value.parse() else {
                    return Truth::False;
                };
                ranges
                    .iter()
                    .flatten()
                    .any(|range| range.contains(address))
                    .into()
            }
            // Here: is this value null? An empty string is (B6 [O], the policy simulator).
            Self::Null(values) => compare(Some(value.is_empty()), values, Order::Equal),
        }
    }

    /// The texts that are compared as they stand, if all are.
    pub(crate) fn literals(&self) -> Option<Vec<&[u8]>> {
        match self {
            Self::Text(patterns) => patterns.iter().map(Pattern::literal).collect(),
            _ => None,
        }
    }

    /// Says whether a value of the request can be compared at all: one that is not an ARN fails
    /// `ArnNotEquals` and `ArnNotLike` too (B6 [O]).
    pub(crate) fn can_compare(&self, value: &str) -> bool {
        match self {
            Self::Arn(_) => is_arn(value),
            _ => true,
        }
    }

    /// The patterns of each value, for operators that have variables.
    fn patterns(&self) -> Vec<&[Pattern]> {
        match self {
            Self::Text(patterns) | Self::TextIgnoringCase(patterns) => {
                patterns.iter().map(std::slice::from_ref).collect()
            }
            Self::Arn(patterns) => patterns.iter().map(ArnPattern::parts).collect(),
            _ => Vec::new(),
        }
    }

    /// How many values an operator with variables has.
    pub(crate) fn count(&self) -> usize {
        self.patterns().len()
    }

    /// What each value with variables comes to; none for one without a value.
    pub(crate) fn resolved(&self, index: usize, variables: &impl Variables) -> Option<String> {
        let patterns = self.patterns();
        let parts = patterns
            .get(index)?
            .iter()
            .map(|part| part.resolved(variables));
        parts
            .collect::<Option<Vec<_>>>()
            .map(|parts| parts.join(":"))
    }

    /// The keys of the variables in the values.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &ConditionKey> {
        self.patterns()
            .into_iter()
            .flatten()
            .flat_map(Pattern::keys)
    }
}

fn order(comparison: Comparison) -> Order {
    use Comparison as C;
    match comparison {
        C::NumericLessThan | C::DateLessThan => Order::Less,
        C::NumericLessThanEquals | C::DateLessThanEquals => Order::LessOrEqual,
        C::NumericGreaterThan | C::DateGreaterThan => Order::Greater,
        C::NumericGreaterThanEquals | C::DateGreaterThanEquals => Order::GreaterOrEqual,
        _ => Order::Equal,
    }
}

fn any(patterns: &[Pattern], value: &str, variables: &impl Variables) -> Truth {
    Truth::any(
        patterns
            .iter()
            .map(|pattern| pattern.matches(value, Case::Sensitive, variables)),
    )
}

/// A context is text: bytes are in it as base64, as in the policy; what is written as it is counts by
/// its own bytes.
///
/// Source: IAM User Guide, "Condition operators" (the policy's value is base64 and is compared byte by
/// byte). For the context's: assumed; `ContextEntry` of IAM's simulator has the type `binary` and does
/// not say how it is written.
fn binary(value: &str, values: &[Option<Vec<u8>>]) -> Truth {
    let as_written = compare(Some(value.as_bytes().to_vec()), values, Order::Equal);
    match STANDARD.decode(value) {
        Ok(decoded) if as_written != Truth::True => compare(Some(decoded), values, Order::Equal),
        _ => as_written,
    }
}

fn compare<T: Ord>(value: Option<T>, values: &[Option<T>], order: Order) -> Truth {
    let Some(value) = value else {
        return Truth::False;
    };
    values
        .iter()
        .flatten()
        .any(|listed| order.holds(value.cmp(listed)))
        .into()
}

/// How two values stand to each other, for operators that order them.
pub(crate) fn compare_values(comparison: Comparison, one: &str, other: &str) -> Option<Ordering> {
    match CompiledValues::new(comparison, Version::V2012, &[]) {
        CompiledValues::Number(..) => Some(Decimal::parse(one)?.cmp(&Decimal::parse(other)?)),
        CompiledValues::Date(..) => Some(Instant::parse(one)?.cmp(&Instant::parse(other)?)),
        _ => None,
    }
}

pub(crate) fn parse_bool(text: &str) -> Option<bool> {
    [("true", true), ("false", false)]
        .into_iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(text))
        .map(|(_, value)| value)
}

fn is_arn(text: &str) -> bool {
    text.starts_with("arn:") && text.splitn(6, ':').count() == 6
}

/// Variables whose values are compared in lower case, as everything around them.
struct Lowered<'a, V>(&'a V);

impl<V: Variables> Variables for Lowered<'_, V> {
    fn resolve(&self, key: &ConditionKey) -> Resolved<'_> {
        match self.0.resolve(key) {
            Resolved::Text(text) => Resolved::Text(text.to_lowercase().into()),
            other => other,
        }
    }
}

/// An ARN to compare with: six parts, each with wildcards and variables.
#[derive(Clone, Debug)]
pub(crate) enum ArnPattern {
    /// `*` alone: every ARN.
    Any,
    Parts(Box<[Pattern; 6]>),
    /// Not an ARN.
    Never,
}

impl ArnPattern {
    fn parse(text: &str, version: Version) -> Self {
        if text == "*" {
            return Self::Any;
        }
        let parts: Vec<_> = split_arn(text)
            .map(|part| Pattern::parse(part, version, Wildcards::Active))
            .collect();
        match <[Pattern; 6]>::try_from(parts) {
            Ok(parts) => Self::Parts(Box::new(parts)),
            Err(_) => Self::Never,
        }
    }

    fn parts(&self) -> &[Pattern] {
        match self {
            Self::Parts(parts) => &**parts,
            Self::Any | Self::Never => &[],
        }
    }

    fn matches(&self, value: &str, variables: &impl Variables) -> Truth {
        if !is_arn(value) {
            return Truth::False;
        }
        match self {
            Self::Any => Truth::True,
            Self::Never => Truth::False,
            Self::Parts(parts) => {
                let pairs = parts.iter().zip(value.splitn(6, ':'));
                Truth::all(pairs.map(|(part, text)| part.matches(text, Case::Sensitive, variables)))
            }
        }
    }
}

/// The six parts of an ARN pattern; the colon inside `${aws:username}` does not separate.
fn split_arn(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    let mut taken = 0;
    std::iter::from_fn(move || {
        let current = rest?;
        taken += 1;
        let colon = if taken == 6 {
            None
        } else {
            colon_outside_variables(current)
        };
        match colon.and_then(|at| Some((current.get(..at)?, current.get(at + 1..)?))) {
            Some((part, after)) => {
                rest = Some(after);
                Some(part)
            }
            None => rest.take(),
        }
    })
}

fn colon_outside_variables(text: &str) -> Option<usize> {
    let mut inside = false;
    let mut before = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' if before == b'$' => inside = true,
            b'}' => inside = false,
            b':' if !inside => return Some(at),
            _ => {}
        }
        before = byte;
    }
    None
}
