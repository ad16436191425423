//! Conditions of the naive evaluator (B6, B7).

use std::{collections::BTreeMap, net::IpAddr};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;

use crate::naive_patterns::{Symbol, glob, substitute, wild};

/// The value of a key.
#[derive(Clone, Debug)]
pub(crate) enum Values {
    One(String),
    Many(Vec<String>),
}

/// The request's keys, by their names in lower case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys(BTreeMap<String, Values>);

impl Keys {
    pub(crate) fn read(case: &Value) -> Self {
        let entries = case["context"].as_object().into_iter().flatten();
        let value = |value: &Value| match value {
            Value::Array(several) => Values::Many(
                several
                    .iter()
                    .filter_map(|v| v.as_str().map(ToOwned::to_owned))
                    .collect(),
            ),
            one => Values::One(one.as_str().unwrap_or("").to_owned()),
        };
        Self(
            entries
                .map(|(key, v)| (key.to_lowercase(), value(v)))
                .collect(),
        )
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Values> {
        self.0.get(&key.to_lowercase())
    }
}

/// Whether one operator on one key holds.
pub(crate) fn holds(
    operator: &str,
    key: &str,
    wanted: &[String],
    keys: &Keys,
    variables: bool,
) -> bool {
    let present = keys.get(key);
    if operator == "Null" {
        let is_null = match present {
            None => true,
            // An empty text counts as null [O].
            Some(Values::One(text)) => text.is_empty(),
            Some(Values::Many(several)) => several.is_empty(),
        };
        return wanted
            .iter()
            .any(|one| one.eq_ignore_ascii_case(&is_null.to_string()));
    }
    let (set, rest) = match operator.split_once(':') {
        Some((set, rest)) => (Some(set), rest),
        None => (None, operator),
    };
    let (name, if_exists) = match rest.strip_suffix("IfExists") {
        Some(name) => (name, true),
        None => (rest, false),
    };
    let negated = name.contains("Not");
    let wanted: Vec<Wanted> = wanted
        .iter()
        .map(|one| Wanted::read(name, one, keys, variables))
        .collect();
    let satisfied = |value: &str| one_value(name, negated, value, &wanted);
    let Some(present) = present else {
        return if_exists || set.map_or(negated, |set| set == "ForAllValues");
    };
    match (set, present) {
        // A multivalued key without a set operator never matches.
        (None, Values::Many(_)) => false,
        (Some("ForAllValues"), Values::One(value)) => value.is_empty() || satisfied(value),
        (Some("ForAllValues"), Values::Many(several)) => several.iter().all(|v| satisfied(v)),
        (_, Values::One(value)) => satisfied(value),
        (Some(_), Values::Many(several)) => several.iter().any(|v| satisfied(v)),
    }
}

/// A value of the policy: as it stands, and with its variables and wildcards; none where a
/// variable has no value.
struct Wanted {
    text: String,
    symbols: Option<Vec<Symbol>>,
}

impl Wanted {
    fn read(operator: &str, text: &str, keys: &Keys, variables: bool) -> Self {
        let takes = operator.starts_with("String") || operator.starts_with("Arn");
        let symbols = if variables && takes {
            substitute(text, keys)
        } else {
            Some(wild(text))
        };
        Self {
            text: text.to_owned(),
            symbols,
        }
    }

    /// Its characters, wildcards being characters like others.
    fn literal(&self) -> Option<String> {
        let character = |symbol: &Symbol| match symbol {
            Symbol::Run => '*',
            Symbol::One => '?',
            Symbol::Literal(c) => *c,
        };
        Some(self.symbols.as_ref()?.iter().map(character).collect())
    }
}

/// Whether one value of the request satisfies: one of the list for a positive operator, none of
/// it for a negated one.
fn one_value(operator: &str, negated: bool, value: &str, wanted: &[Wanted]) -> bool {
    if operator.starts_with("Arn") && value.splitn(6, ':').count() < 6 {
        return false;
    }
    wanted.iter().any(|one| equal(operator, value, one)) != negated
}

fn equal(operator: &str, value: &str, wanted: &Wanted) -> bool {
    let lower = |text: String| text.to_lowercase();
    match operator {
        "StringEquals" | "StringNotEquals" => wanted.literal().is_some_and(|one| one == value),
        "StringEqualsIgnoreCase" | "StringNotEqualsIgnoreCase" => {
            wanted.literal().map(lower) == Some(value.to_lowercase())
        }
        "StringLike" | "StringNotLike" => {
            wanted.symbols.as_ref().is_some_and(|one| glob(one, value))
        }
        "ArnEquals" | "ArnLike" | "ArnNotEquals" | "ArnNotLike" => {
            wanted.symbols.as_ref().is_some_and(|one| arn(one, value))
        }
        "Bool" => {
            let known = ["true", "false"]
                .iter()
                .any(|one| value.eq_ignore_ascii_case(one));
            known && value.eq_ignore_ascii_case(&wanted.text)
        }
        "BinaryEquals" => BASE64_STANDARD.decode(&wanted.text).is_ok_and(|bytes| {
            let encoded = BASE64_STANDARD.decode(value);
            bytes == value.as_bytes() || encoded.is_ok_and(|value| value == bytes)
        }),
        "IpAddress" | "NotIpAddress" => in_range(value, &wanted.text),
        _ if operator.starts_with("Numeric") => {
            let number = |text: &str| text.parse::<f64>().ok();
            compared(operator, number(value), number(&wanted.text))
        }
        _ => compared(operator, instant(value), instant(&wanted.text)),
    }
}

fn arn(pattern: &[Symbol], value: &str) -> bool {
    let parts: Vec<&[Symbol]> = pattern
        .splitn(6, |symbol| *symbol == Symbol::Literal(':'))
        .collect();
    let of_value: Vec<&str> = value.splitn(6, ':').collect();
    parts.len() == 6
        && parts
            .iter()
            .zip(of_value)
            .all(|(part, text)| glob(part, text))
}

fn in_range(address: &str, range: &str) -> bool {
    let (network, length) = match range.split_once('/') {
        Some((network, length)) => (network, length.parse::<u32>().ok()),
        None => (range, None),
    };
    let bits = |address: &IpAddr| match address {
        IpAddr::V4(v4) => (32, u128::from(v4.to_bits())),
        IpAddr::V6(v6) => (128, v6.to_bits()),
    };
    let (Ok(address), Ok(network)) = (address.parse(), network.parse()) else {
        return false;
    };
    let ((width, address), (of_network, network)) = (bits(&address), bits(&network));
    let dropped = width - length.unwrap_or(width);
    let kept = |value: u128| value.checked_shr(dropped).unwrap_or(0);
    width == of_network && kept(address) == kept(network)
}

fn compared<T: PartialOrd>(operator: &str, value: Option<T>, wanted: Option<T>) -> bool {
    let (Some(value), Some(wanted)) = (value, wanted) else {
        return false;
    };
    let relation = operator
        .trim_start_matches("Numeric")
        .trim_start_matches("Date");
    match relation {
        "Equals" | "NotEquals" => value == wanted,
        "LessThan" => value < wanted,
        "LessThanEquals" => value <= wanted,
        "GreaterThan" => value > wanted,
        _ => value >= wanted,
    }
}

/// Seconds since 1970: of a date, of a date with a time in UTC, or the number as it is.
fn instant(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let (date, time) = text.split_once('T').unwrap_or((text, "00:00:00Z"));
    let mut date = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let mut time = time
        .strip_suffix('Z')?
        .split(':')
        .map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let of_years: i64 = (1970..year).map(|y| if leap(y) { 366 } else { 365 }).sum();
    let lengths = [
        31,
        if leap(year) { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let of_months: i64 = lengths.iter().take(usize::try_from(month - 1).ok()?).sum();
    Some((((of_years + of_months + day - 1) * 24 + hour) * 60 + minute) * 60 + second)
}
