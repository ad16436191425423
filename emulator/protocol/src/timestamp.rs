//! Points in time: seconds since the epoch inside, three forms on the wire.

use rolecall_catalog::model::TimestampFormat;
use serde_json::{Number, Value};

const DAY: i64 = 86_400;
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
/// The epoch was a Thursday.
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// How ISO 8601 shows milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Milliseconds {
    /// Only where there are some, as IAM and STS answer.
    WhenNeeded,
    /// Always, as S3 and EC2 answer.
    Always,
}

/// Reads any of the forms; clients mix them, and none can be taken for another.
pub(crate) fn parse(text: &str) -> Option<Number> {
    let text = text.trim();
    parse_iso8601(text)
        .or_else(|| parse_seconds(text))
        .or_else(|| parse_rfc822(text))
}

/// Writes a number of seconds; none if the value is no number.
pub(crate) fn format(
    value: &Value,
    format: TimestampFormat,
    milliseconds: Milliseconds,
) -> Option<String> {
    let (seconds, millis) = split(value)?;
    Some(match format {
        TimestampFormat::Iso8601 => iso8601(seconds, millis, milliseconds),
        TimestampFormat::Rfc822 => rfc822(seconds),
        TimestampFormat::Unix if millis == 0 => seconds.to_string(),
        TimestampFormat::Unix => value.to_string(),
    })
}

/// Writes a number of seconds as botocore does in requests: to the microsecond, where there are any.
pub(crate) fn request(value: &Value, format: TimestampFormat) -> Option<String> {
    let (seconds, micros) = split_micros(value)?;
    Some(match format {
        TimestampFormat::Iso8601 if micros == 0 => iso8601(seconds, 0, Milliseconds::WhenNeeded),
        TimestampFormat::Iso8601 => {
            let whole = iso8601(seconds, 0, Milliseconds::WhenNeeded);
            format!("{}.{micros:06}Z", whole.trim_end_matches('Z'))
        }
        TimestampFormat::Rfc822 => rfc822(seconds),
        TimestampFormat::Unix => scalar_number(&unix(value)),
    })
}

/// Seconds since the epoch as botocore sends them: an integer where there is no fraction.
pub(crate) fn unix(value: &Value) -> Value {
    match split_micros(value) {
        Some((seconds, 0)) => seconds.into(),
        _ => value.clone(),
    }
}

fn scalar_number(value: &Value) -> String {
    value
        .as_number()
        .map(crate::number::text)
        .unwrap_or_default()
}

fn split_micros(value: &Value) -> Option<(i64, i64)> {
    if let Some(seconds) = value.as_i64() {
        return Some((seconds, 0));
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast to an integer saturates"
    )]
    let micros = (value.as_f64()? * 1_000_000.0).round() as i64;
    Some((micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000)))
}

/// Whole seconds and the milliseconds after them.
fn split(value: &Value) -> Option<(i64, i64)> {
    if let Some(seconds) = value.as_i64() {
        return Some((seconds, 0));
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast to an integer saturates"
    )]
    let millis = (value.as_f64()? * 1000.0).round() as i64;
    Some((millis.div_euclid(1000), millis.rem_euclid(1000)))
}

fn iso8601(seconds: i64, millis: i64, milliseconds: Milliseconds) -> String {
    let (year, month, day) = civil_from_days(seconds.div_euclid(DAY));
    let (hour, minute, second) = clock(seconds);
    let head = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    if millis == 0 && milliseconds == Milliseconds::WhenNeeded {
        format!("{head}Z")
    } else {
        format!("{head}.{millis:03}Z")
    }
}

fn rfc822(seconds: i64) -> String {
    let days = seconds.div_euclid(DAY);
    let (year, month, day) = civil_from_days(days);
    let (hour, minute, second) = clock(seconds);
    let weekday = pick(&WEEKDAYS, days.rem_euclid(7));
    let month = pick(&MONTHS, month - 1);
    format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
}

fn pick<'a>(names: &[&'a str], index: i64) -> &'a str {
    usize::try_from(index)
        .ok()
        .and_then(|i| names.get(i))
        .copied()
        .unwrap_or_default()
}

fn clock(seconds: i64) -> (i64, i64, i64) {
    let rest = seconds.rem_euclid(DAY);
    (rest / 3600, rest / 60 % 60, rest % 60)
}

fn parse_seconds(text: &str) -> Option<Number> {
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    // `parse` would take `inf` and `nan`, which `from_f64` refuses.
    Number::from_f64(text.parse().ok()?)
}

/// `2026-11-23`, `2026-11-23T08:00:00Z`, with a fraction, with an offset.
fn parse_iso8601(text: &str) -> Option<Number> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let [year, month, day] = numbers(date, '-')?;
    let midnight = days_from_civil(year, month, day)?.checked_mul(DAY)?;
    let Some(time) = time else {
        return Some(midnight.into());
    };
    let (time, offset) = split_offset(time)?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let [hour, minute, second] = numbers(time, ':')?;
    let seconds = midnight.checked_add(seconds_of_day(hour, minute, second)? - offset)?;
    with_fraction(seconds, fraction)
}

/// `Mon, 23 Nov 2026 08:00:00 GMT`, with or without the day of the week.
fn parse_rfc822(text: &str) -> Option<Number> {
    let text = text.split_once(',').map_or(text, |(_, rest)| rest).trim();
    let mut words = text.split_ascii_whitespace();
    let (day, month, year, time) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let month = MONTHS
        .iter()
        .position(|name| name.eq_ignore_ascii_case(month))?;
    let days = days_from_civil(
        year.parse().ok()?,
        i64::try_from(month).ok()? + 1,
        day.parse().ok()?,
    )?;
    let [hour, minute, second] = numbers(time, ':')?;
    Some((days.checked_mul(DAY)? + seconds_of_day(hour, minute, second)?).into())
}

fn numbers<const N: usize>(text: &str, separator: char) -> Option<[i64; N]> {
    let parts: Vec<i64> = text
        .split(separator)
        .map(|part| {
            let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| part.parse().ok()).flatten()
        })
        .collect::<Option<_>>()?;
    parts.try_into().ok()
}

/// The time without its zone, and the zone in seconds east of Greenwich.
fn split_offset(time: &str) -> Option<(&str, i64)> {
    if let Some(time) = time.strip_suffix(['Z', 'z']) {
        return Some((time, 0));
    }
    let Some(at) = time.rfind(['+', '-']) else {
        return Some((time, 0));
    };
    let (time, zone) = time.split_at_checked(at)?;
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let number: i64 = digits.parse().ok()?;
    let (hours, minutes) = if digits.len() > 2 {
        (number / 100, number % 100)
    } else {
        (number, 0)
    };
    (hours < 24 && minutes < 60).then_some((time, sign * (hours * 3600 + minutes * 60)))
}

fn seconds_of_day(hour: i64, minute: i64, second: i64) -> Option<i64> {
    // 60 is a leap second.
    let valid = hour < 24 && minute < 60 && second <= 60;
    valid.then_some(hour * 3600 + minute * 60 + second)
}

fn with_fraction(seconds: i64, fraction: &str) -> Option<Number> {
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction: f64 = format!("0.{fraction}0").parse().ok()?;
    if fraction == 0.0 {
        return Some(seconds.into());
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact for any year before 285 million"
    )]
    Number::from_f64(seconds as f64 + fraction)
}

/// Howard Hinnant's `days_from_civil`, <https://howardhinnant.github.io/date_algorithms.html>.
fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i64> {
    let valid = (0..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !valid {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(text: &str) -> Value {
        parse(text).map_or(Value::Null, Value::Number)
    }

    #[test]
    fn every_form_is_read() {
        assert_eq!(parsed("2015-08-30T12:36:00Z"), json!(1_440_938_160));
        assert_eq!(parsed("2015-08-30T14:36:00+02:00"), json!(1_440_938_160));
        assert_eq!(parsed("2015-08-30T12:36:00.250Z"), json!(1_440_938_160.25));
        assert_eq!(parsed("2015-08-30"), json!(1_440_892_800));
        assert_eq!(
            parsed("Sun, 30 Aug 2015 12:36:00 GMT"),
            json!(1_440_938_160)
        );
        assert_eq!(parsed("1440938160"), json!(1_440_938_160));
        assert_eq!(parsed("1440938160.5"), json!(1_440_938_160.5));
        for bad in [
            "",
            "yesterday",
            "2015-13-01",
            "2015-08-30T25:00:00Z",
            "nan",
            "2015-08",
        ] {
            assert_eq!(parsed(bad), Value::Null, "{bad}");
        }
    }

    #[test]
    fn every_form_is_written() {
        let at = json!(1_440_938_160);
        let write = |value: &Value, form| format(value, form, Milliseconds::WhenNeeded).unwrap();
        assert_eq!(write(&at, TimestampFormat::Iso8601), "2015-08-30T12:36:00Z");
        assert_eq!(
            write(&at, TimestampFormat::Rfc822),
            "Sun, 30 Aug 2015 12:36:00 GMT"
        );
        assert_eq!(write(&at, TimestampFormat::Unix), "1440938160");
        assert_eq!(
            write(&json!(0.5), TimestampFormat::Iso8601),
            "1970-01-01T00:00:00.500Z"
        );
        assert_eq!(
            write(&json!(-1), TimestampFormat::Iso8601),
            "1969-12-31T23:59:59Z"
        );
        assert_eq!(
            format(&at, TimestampFormat::Iso8601, Milliseconds::Always).unwrap(),
            "2015-08-30T12:36:00.000Z"
        );
    }

    #[test]
    fn dates_survive_the_round_trip() {
        for days in (-200_000..2_900_000).step_by(97) {
            let (year, month, day) = civil_from_days(days);
            if (0..=9999).contains(&year) {
                assert_eq!(days_from_civil(year, month, day), Some(days));
            }
        }
    }
}
