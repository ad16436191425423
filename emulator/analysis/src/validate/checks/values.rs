//! Condition values, of the type that their operator compares.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators"; W3C, "Date and Time
//! Formats".

use base64::{Engine, engine::general_purpose::STANDARD};
use rolecall_policy::document::Comparison;

use super::{
    super::{
        check::Check,
        report::{Input, Report, quoted},
        view::{Condition, Item},
    },
    addresses,
    operators::{Family, family},
};

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    for condition in input.statements.iter().flat_map(|s| &s.conditions) {
        let Some(operator) = condition.operator else {
            continue;
        };
        mixed(report, condition);
        let family = family(operator.comparison);
        if family == Family::Bool && condition.values.len() > 1 {
            report.add(
                Check::InvalidConditionMultipleBoolean,
                condition.entry.node.span,
                format!(
                    "{} is compared with more than one boolean",
                    quoted(condition.key())
                ),
                "write one: `true` or `false`",
            );
        }
        for value in &condition.values {
            // Variables have a check of their own.
            if !value.text.contains("${") {
                one(report, operator.comparison, family, *value);
            }
            wildcard(report, operator.comparison, *value);
        }
    }
}

fn mixed(report: &mut Report<'_>, condition: &Condition<'_>) {
    let mut literals: Vec<_> = condition.values.iter().map(|v| v.literal).collect();
    literals.sort();
    literals.dedup();
    if condition.is_list() && literals.len() > 1 {
        report.add(
            Check::InvalidConditionDataType,
            condition.entry.node.span,
            format!(
                "the values of {} are of different JSON types",
                quoted(condition.key())
            ),
            "write all of them as strings",
        );
    }
}

fn one(report: &mut Report<'_>, comparison: Comparison, family: Family, value: Item<'_>) {
    let text = value.text;
    let (check, what, remedy) = match family {
        Family::Bool | Family::Null if !is_bool(text) => (
            Check::TypeMismatchBoolean,
            "a boolean",
            "write `true` or `false`",
        ),
        Family::Numeric if !is_number(text) => (
            Check::TypeMismatchNumber,
            "a number",
            "write an integer or a decimal",
        ),
        Family::Date if is_epoch(text) => {
            report.add(
                Check::InvalidDateValue,
                value.span,
                format!(
                    "{} counts seconds since 1970, which few readers see",
                    quoted(text)
                ),
                "write the date: `2030-01-01T00:00:00Z`",
            );
            return;
        }
        Family::Date if !is_date(text) => (
            Check::TypeMismatchDate,
            "a date",
            "write `2030-01-01` or `2030-01-01T00:00:00Z`",
        ),
        Family::IpAddress if addresses::Range::parse(text).is_none() => (
            Check::TypeMismatchIpRange,
            "an address or a range",
            "write `203.0.113.0/24` or `2001:DB8:1234:5678::/64`",
        ),
        Family::Binary if STANDARD.decode(text).is_err() => (
            Check::TypeMismatchString,
            "base64",
            "encode the bytes in base64",
        ),
        _ => return,
    };
    let message = format!(
        "`{}` compares with {what}, and {} is not one",
        comparison.name(),
        quoted(text)
    );
    report.add(check, value.span, message, remedy);
}

fn is_bool(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    all(whole) && all(fraction)
}

/// Digits alone are seconds, but four are a year.
fn is_epoch(text: &str) -> bool {
    text.len() > 4 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Year, month, day, or all with time and zone.
fn is_date(text: &str) -> bool {
    let (date, time) = match text.split_once(['T', 't']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let parts: Vec<&str> = date.split('-').collect();
    let within = |part: &&str, width: usize, least: u32, most: u32| {
        let number = part.parse::<u32>().ok();
        part.len() == width
            && part.bytes().all(|b| b.is_ascii_digit())
            && number.is_some_and(|number| (least..=most).contains(&number))
    };
    let date = match parts.as_slice() {
        [year] => within(year, 4, 0, 9999),
        [year, month] => within(year, 4, 0, 9999) && within(month, 2, 1, 12),
        [year, month, day] => {
            within(year, 4, 0, 9999) && within(month, 2, 1, 12) && within(day, 2, 1, 31)
        }
        _ => false,
    };
    date && time.is_none_or(|time| {
        let zone = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
        let (clock, zone) = time.split_at_checked(zone).unwrap_or((time, ""));
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let parts: Vec<&str> = clock.split(':').collect();
        let clock = match parts.as_slice() {
            [hour, minute] => within(hour, 2, 0, 23) && within(minute, 2, 0, 59),
            [hour, minute, second] => {
                within(hour, 2, 0, 23) && within(minute, 2, 0, 59) && within(second, 2, 0, 60)
            }
            _ => false,
        };
        let offset = zone.get(1..).unwrap_or("").replace(':', "");
        let zone = matches!(zone, "" | "Z" | "z") || within(&offset.as_str(), 4, 0, 1400);
        clock && zone && !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit())
    })
}

/// `*` and `?` are wildcards for the operators with `Like` in their name only.
fn wildcard(report: &mut Report<'_>, comparison: Comparison, value: Item<'_>) {
    let exact = matches!(
        comparison,
        Comparison::StringEquals
            | Comparison::StringNotEquals
            | Comparison::StringEqualsIgnoreCase
            | Comparison::StringNotEqualsIgnoreCase
    );
    let bare = value.text.replace("${*}", "").replace("${?}", "");
    if exact && bare.contains(['*', '?']) {
        report.add(
            Check::WildcardWithoutLikeOperator,
            value.span,
            format!("`{}` takes {} as it is written", comparison.name(), quoted(value.text)),
            "use `StringLike` or `StringNotLike` if a wildcard is meant, or write `${*}` and `${?}`",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::{is_date, is_epoch, is_number};

    #[test]
    fn dates_are_w3c() {
        for good in [
            "2030",
            "2030-01",
            "2030-12-31",
            "2030-12-31T23:59Z",
            "2030-12-31T23:59:59.5+01:00",
            "2030-12-31T23:59:59",
        ] {
            assert!(is_date(good), "{good}");
        }
        for bad in [
            "",
            "2030-13",
            "30-01-01",
            "2030-1-1",
            "2030-01-01T",
            "2030-01-01T25:00Z",
            "today",
            "2030-01-01T00:00Q",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
        assert!(is_epoch("1893456000"));
        assert!(!is_epoch("2030"));
    }

    #[test]
    fn numbers_are_decimals() {
        for (text, expected) in [
            ("1", true),
            ("-1.5", true),
            ("1e3", false),
            ("", false),
            (".5", false),
        ] {
            assert_eq!(is_number(text), expected, "{text}");
        }
    }
}
