//! Dates of the `Date...` operators: ISO 8601 as the W3C note has it, or epoch seconds.

/// An instant, in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant(i128);

const NANOS: i128 = 1_000_000_000;

impl Instant {
    /// Parses a date, a date with time, or epoch seconds.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        epoch(text).or_else(|| iso(text))
    }
}

fn epoch(text: &str) -> Option<Instant> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() > 15 {
        return None;
    }
    let value = i128::from(number(whole)?) * NANOS + nanos(fraction)?;
    Some(Instant(if digits == text { value } else { -value }))
}

fn iso(text: &str) -> Option<Instant> {
    let (date, time) = text
        .split_once(['T', 't'])
        .map_or((text, None), |(d, t)| (d, Some(t)));
    let mut parts = date.splitn(3, '-');
    let year = digits(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |month| digits(month, 2))?;
    let day = parts.next().map_or(Some(1), |day| digits(day, 2))?;
    if !(1..=12).contains(&month) || !(1..=days_in_month(year, month)).contains(&day) {
        return None;
    }
    let of_day = time.map_or(Some(0), time_of_day)?;
    let days = i128::from(days_from_epoch(year, month, day));
    Some(Instant(days * 86_400 * NANOS + of_day))
}

/// Nanoseconds from midnight UTC; without a zone it is UTC (assumed).
fn time_of_day(text: &str) -> Option<i128> {
    let (clock, offset) = match text.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, 0),
        None => match text.rfind(['+', '-']) {
            Some(at) => {
                let (clock, zone) = text.split_at_checked(at)?;
                (clock, zone_offset(zone)?)
            }
            None => (text, 0),
        },
    };
    let mut parts = clock.splitn(3, ':');
    let hour = digits(parts.next()?, 2)?;
    let minute = digits(parts.next()?, 2)?;
    let (second, fraction) = match parts.next() {
        Some(second) => second.split_once('.').unwrap_or((second, "")),
        None => ("00", ""),
    };
    let second = digits(second, 2)?;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = hour * 3600 + minute * 60 + second - offset;
    Some(i128::from(seconds) * NANOS + nanos(fraction)?)
}

/// Seconds east of UTC, of `+02:00` or `+0200`.
fn zone_offset(zone: &str) -> Option<i64> {
    let (sign, digits_only) = zone.split_at_checked(1)?;
    let plain: String = digits_only.chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = plain.split_at_checked(2)?;
    let minutes = if minutes.is_empty() {
        0
    } else {
        digits(minutes, 2)?
    };
    let seconds = digits(hours, 2)? * 3600 + minutes * 60;
    Some(if sign == "-" { -seconds } else { seconds })
}

fn nanos(fraction: &str) -> Option<i128> {
    if fraction.is_empty() {
        return Some(0);
    }
    let kept: String = fraction
        .chars()
        .chain("000000000".chars())
        .take(9)
        .collect();
    fraction
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| number(&kept).map(i128::from))?
}

fn digits(text: &str, len: usize) -> Option<i64> {
    if text.len() == len {
        number(text)
    } else {
        None
    }
}

fn number(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the Gregorian calendar.
fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    let leaps = |year: i64| year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let years = (year - 1970) * 365 + leaps(year - 1) - leaps(1969);
    let months: i64 = (1..month).map(|month| days_in_month(year, month)).sum();
    years + months + day - 1
}

#[cfg(test)]
mod tests {
    use super::{Instant, NANOS};

    #[test]
    fn parses_all_forms() {
        for (text, seconds) in [
            ("0", 0),
            ("1700000000", 1_700_000_000),
            ("-1", -1),
            ("1970-01-01", 0),
            ("2000-03-01", 951_868_800),
            ("2023-11-14T22:13:20Z", 1_700_000_000),
            ("2023-11-14T22:13Z", 1_699_999_980),
            ("2023-11-15T00:13:20+02:00", 1_700_000_000),
            ("2023-11-14T17:13:20-0500", 1_700_000_000),
            ("2023-11", 1_698_796_800),
            ("1969-12-31", -86_400),
        ] {
            assert_eq!(
                Instant::parse(text),
                Some(Instant(seconds * NANOS)),
                "{text}"
            );
        }
        assert_eq!(Instant::parse("1.5"), Some(Instant(NANOS * 3 / 2)));
        assert_eq!(
            Instant::parse("1970-01-01T00:00:01.5Z"),
            Some(Instant(NANOS * 3 / 2))
        );
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "",
            "x",
            "2023-13-01",
            "2023-02-29",
            "2023-1-1",
            "2023-01-01T25:00Z",
            "T",
            "--",
        ] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
    }
}
