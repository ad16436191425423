//! The values of conditions as sets: inclusion and disjointness, as far as it is certain.

use std::{cmp::Ordering, net::IpAddr};

use rolecall_policy::{
    document::{Comparison, Version},
    pattern::{PatternStep, Wildcards, Within, text_steps},
};

use super::statements::Atom;
use crate::language::{Exploration, Limits, Machine, Symbols, Unit, Visit, explore, widened};

/// What kind of values an operator compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Text,
    TextIgnoringCase,
    Arn,
    Number,
    Date,
    Bool,
    Ip,
    Other,
}

fn family(comparison: Comparison) -> Family {
    use Comparison as C;
    match comparison {
        C::StringEquals | C::StringNotEquals | C::StringLike | C::StringNotLike => Family::Text,
        C::StringEqualsIgnoreCase | C::StringNotEqualsIgnoreCase => Family::TextIgnoringCase,
        C::ArnEquals | C::ArnLike | C::ArnNotEquals | C::ArnNotLike => Family::Arn,
        C::Bool => Family::Bool,
        C::IpAddress | C::NotIpAddress => Family::Ip,
        C::BinaryEquals | C::Null => Family::Other,
        C::DateEquals
        | C::DateNotEquals
        | C::DateLessThan
        | C::DateLessThanEquals
        | C::DateGreaterThan
        | C::DateGreaterThanEquals => Family::Date,
        _ => Family::Number,
    }
}

pub(crate) fn is_arn(atom: &Atom) -> bool {
    family(atom.condition.operator.comparison) == Family::Arn
}

/// The comparison without its negation.
fn plain(comparison: Comparison) -> Comparison {
    use Comparison as C;
    match comparison {
        C::StringNotEquals => C::StringEquals,
        C::StringNotEqualsIgnoreCase => C::StringEqualsIgnoreCase,
        C::StringNotLike => C::StringLike,
        C::NumericNotEquals => C::NumericEquals,
        C::DateNotEquals => C::DateEquals,
        C::NotIpAddress => C::IpAddress,
        C::ArnNotEquals | C::ArnNotLike | C::ArnEquals => C::ArnLike,
        other => other,
    }
}

fn texts(atom: &Atom) -> impl Iterator<Item = &str> + Clone {
    let items = atom.condition.values.items.iter();
    items.map(|text| text.value.as_str())
}

/// Whether it holds for a text that is not empty only, and for no list of empty texts.
pub(crate) fn needs_text(atom: &Atom) -> bool {
    let operator = atom.condition.operator;
    plain(operator.comparison) == Comparison::StringEquals
        && !operator.comparison.is_negated()
        && operator.set.is_none()
        && texts(atom).all(|value| !value.is_empty() && !value.contains("${"))
}

/// Whether every value that the narrow one lists is listed by the wide one, negation left out.
pub(crate) fn includes(wide: &Atom, narrow: &Atom) -> bool {
    let comparison = |atom: &Atom| plain(atom.condition.operator.comparison);
    let (w, n) = (comparison(wide), comparison(narrow));
    let same_language = wide.version == narrow.version || !has_dollar(wide) || !has_dollar(narrow);
    let subset = || texts(narrow).all(|value| texts(wide).any(|other| other == value));
    if w == n && same_language && subset() {
        return true;
    }
    match (family(w), family(n)) {
        (Family::Text | Family::Arn, Family::Text | Family::Arn) if family(w) == family(n) => {
            compared(wide, narrow).is_some_and(|(_, outside)| outside == Some(false))
        }
        (Family::TextIgnoringCase, _) if w == n || n == Comparison::StringEquals => {
            !has_dollar(wide)
                && !has_dollar(narrow)
                && texts(narrow).all(|value| {
                    let value = value.to_lowercase();
                    texts(wide).any(|other| other.to_lowercase() == value)
                })
        }
        (Family::Number, Family::Number) | (Family::Date, Family::Date) => {
            texts(narrow).all(|value| within(w, wide, n, value))
        }
        (Family::Bool, Family::Bool) => {
            texts(narrow).all(|value| texts(wide).any(|other| other.eq_ignore_ascii_case(value)))
        }
        (Family::Ip, Family::Ip) => texts(narrow).all(|value| {
            let Some(inner) = range(value) else {
                return true;
            };
            let mut outer = texts(wide).filter_map(range);
            outer.any(|outer| outer.0 == inner.0 && outer.1 <= inner.1 && inner.2 <= outer.2)
        }),
        _ => false,
    }
}

/// Whether no value is listed by both, negation left out.
pub(crate) fn disjoint(a: &Atom, b: &Atom) -> bool {
    let comparison = |atom: &Atom| plain(atom.condition.operator.comparison);
    let (one, other) = (comparison(a), comparison(b));
    match (family(one), family(other)) {
        (Family::Text, Family::Text) | (Family::Arn, Family::Arn) => {
            compared(a, b).is_some_and(|(both, _)| both == Some(false))
        }
        (Family::Text | Family::TextIgnoringCase, Family::Text | Family::TextIgnoringCase) => {
            // Wildcards of `StringLike` would have to be folded.
            let literal = |c| c != Comparison::StringLike;
            literal(one)
                && literal(other)
                && !has_dollar(a)
                && !has_dollar(b)
                && texts(a).all(|value| {
                    let value = value.to_lowercase();
                    texts(b).all(|listed| listed.to_lowercase() != value)
                })
        }
        (Family::Number, Family::Number) | (Family::Date, Family::Date) => {
            texts(a).all(|x| texts(b).all(|y| apart(one, x, other, y)))
        }
        (Family::Bool, Family::Bool) => {
            texts(a).all(|x| texts(b).all(|y| !x.eq_ignore_ascii_case(y)))
        }
        (Family::Ip, Family::Ip) => {
            let pairs = texts(a).filter_map(range);
            pairs.into_iter().all(|x| {
                let mut others = texts(b).filter_map(range);
                others.all(|y| x.0 != y.0 || x.2 < y.1 || y.2 < x.1)
            })
        }
        _ => false,
    }
}

fn has_dollar(atom: &Atom) -> bool {
    texts(atom).any(|value| value.contains("${"))
}

/// Whether one value of an ordered operator, such as `NumericLessThan`, takes in nothing that the
/// wide one does not; values that cannot be read match nothing.
fn within(wide: Comparison, atom: &Atom, narrow: Comparison, value: &str) -> bool {
    if narrow.order(value, value).is_none() {
        return true;
    }
    texts(atom).any(|bound| {
        let Some(order) = wide.order(value, bound) else {
            return false;
        };
        match (direction(wide), direction(narrow)) {
            (Some((Ordering::Less, strict)), Some((Ordering::Less, inner)))
            | (Some((Ordering::Greater, strict)), Some((Ordering::Greater, inner))) => {
                let beyond = direction(wide).map(|(side, _)| side);
                Some(order) == beyond || (order.is_eq() && (!strict || inner))
            }
            (Some((side, strict)), None) => order == side || (order.is_eq() && !strict),
            (None, None) => order.is_eq(),
            _ => false,
        }
    })
}

/// Which side of its bound an operator takes, and whether without the bound; none for equality.
fn direction(comparison: Comparison) -> Option<(Ordering, bool)> {
    use Comparison as C;
    match comparison {
        C::NumericLessThan | C::DateLessThan => Some((Ordering::Less, true)),
        C::NumericLessThanEquals | C::DateLessThanEquals => Some((Ordering::Less, false)),
        C::NumericGreaterThan | C::DateGreaterThan => Some((Ordering::Greater, true)),
        C::NumericGreaterThanEquals | C::DateGreaterThanEquals => Some((Ordering::Greater, false)),
        _ => None,
    }
}

fn apart(one: Comparison, x: &str, other: Comparison, y: &str) -> bool {
    // What cannot be read matches nothing.
    let Some(order) = one.order(x, y) else {
        return true;
    };
    match (direction(one), direction(other)) {
        (None, None) => order.is_ne(),
        (Some((side, strict)), None) => order == side || (order.is_eq() && strict),
        (None, Some((side, strict))) => order == side.reverse() || (order.is_eq() && strict),
        (Some((a, strict)), Some((b, open))) => {
            a != b && (order == a || (order.is_eq() && (strict || open)))
        }
    }
}

/// The first and last address of a range, with the family's width.
fn range(text: &str) -> Option<(u32, u128, u128)> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits)),
        None => (text, None),
    };
    let (width, number) = match address.parse().ok()? {
        IpAddr::V4(v4) => (32, u128::from(v4.to_bits())),
        IpAddr::V6(v6) => (128, v6.to_bits()),
    };
    let bits = bits.map_or(Some(width), |bits| bits.parse().ok())?;
    let host = u128::MAX.checked_shr(128 - width + bits).unwrap_or(0);
    let host = if bits >= width { 0 } else { host };
    Some((width, number & !host, number | host))
}

/// Whether two lists of texts have one in common, and whether the second has one that the first
/// has not; none within a pair that is not known. Nothing for values with variables.
fn compared(wide: &Atom, narrow: &Atom) -> Option<(Option<bool>, Option<bool>)> {
    let (mine, theirs) = (patterns(wide)?, patterns(narrow)?);
    let border = mine.len();
    let all: Vec<_> = mine.into_iter().chain(theirs).collect();
    let machine = Machine::new(&all, Symbols::All);
    let limits = Limits {
        states: 2_000,
        work: 5_000_000,
    };
    let (mut both, mut outside) = (false, false);
    let end = explore(&machine, limits, |found| {
        let accepts = |mut patterns: std::ops::Range<usize>| {
            patterns.any(|pattern| machine.accepts(found.state, pattern))
        };
        if accepts(border..machine.patterns()) {
            if accepts(0..border) {
                both = true;
            } else {
                outside = true;
            }
        }
        let mut theirs = border..machine.patterns();
        match theirs.any(|pattern| machine.is_alive(found.state, pattern)) {
            _ if both && outside => Visit::Stop,
            true => Visit::On,
            false => Visit::Leave,
        }
    });
    let known = |seen: bool| match (seen, end) {
        (true, _) => Some(true),
        (false, Exploration::Limited) => None,
        (false, _) => Some(false),
    };
    Some((known(both), known(outside)))
}

fn patterns(atom: &Atom) -> Option<Vec<Vec<Unit>>> {
    let comparison = plain(atom.condition.operator.comparison);
    texts(atom)
        .map(|text| match comparison {
            Comparison::ArnLike => arn_units(text, atom.version),
            Comparison::StringEquals => units(text, atom.version, Wildcards::Literal),
            _ => units(text, atom.version, Wildcards::Active),
        })
        .collect()
}

fn units(text: &str, version: Version, wildcards: Wildcards) -> Option<Vec<Unit>> {
    let steps = text_steps(text, version, wildcards);
    let variable = |step: &PatternStep| matches!(step, PatternStep::Variable { .. });
    (!steps.iter().any(variable)).then(|| widened(&steps))
}

/// An ARN to compare with: part by part, the last one whole. Not an ARN: nothing matches.
fn arn_units(text: &str, version: Version) -> Option<Vec<Unit>> {
    if text == "*" {
        return arn_units("arn:*:*:*:*:*", version);
    }
    if text.contains("${") {
        return None;
    }
    let parts: Vec<_> = text.splitn(6, ':').collect();
    let mut out = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let within = if index == 5 {
            Within::Whole
        } else {
            Within::Part
        };
        for unit in units(part, version, Wildcards::Active)? {
            out.push(match unit {
                Unit::Run(_) => Unit::Run(within),
                Unit::One(_) => Unit::One(within),
                other => other,
            });
        }
        if index < 5 {
            out.push(Unit::Letter(':'));
        }
    }
    // No text has this character: a pattern that is not an ARN matches nothing.
    if parts.len() < 6 {
        out.push(Unit::Letter('\u{F0000}'));
    }
    Some(out)
}
