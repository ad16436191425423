//! The time of a request: ISO 8601 basic format, or an HTTP date.

use std::fmt;

/// Is a moment in whole seconds since the epoch; its `Display` is ISO 8601 basic format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(i64);

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The last second of the year 9999: beyond it the format has no room.
const LAST: i64 = 253_402_300_799;
/// The first second of the year 0.
const FIRST: i64 = -62_167_219_200;

impl Timestamp {
    /// Takes seconds since the epoch; what a four-digit year cannot say is brought to the nearest.
    pub fn from_epoch_seconds(seconds: i64) -> Self {
        Self(seconds.clamp(FIRST, LAST))
    }

    /// Returns seconds since the epoch.
    pub fn epoch_seconds(self) -> i64 {
        self.0
    }

    /// Reads ISO 8601 basic format, `20150830T123600Z`.
    pub fn parse_iso_basic(text: &str) -> Option<Self> {
        let bytes: &[u8; 16] = text.as_bytes().try_into().ok()?;
        let [
            y0,
            y1,
            y2,
            y3,
            m0,
            m1,
            d0,
            d1,
            b'T',
            h0,
            h1,
            n0,
            n1,
            s0,
            s1,
            b'Z',
        ] = *bytes
        else {
            return None;
        };
        let year = number(&[y0, y1, y2, y3])?;
        let day = (number(&[m0, m1])?, number(&[d0, d1])?);
        let time = (number(&[h0, h1])?, number(&[n0, n1])?, number(&[s0, s1])?);
        Self::from_civil(year, day, time)
    }

    /// Reads the date of an HTTP `Date` header, `Sun, 30 Aug 2015 12:36:00 GMT`.
    pub fn parse_http_date(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once(", ")?;
        let mut parts = rest.split(' ');
        let day = number(parts.next()?.as_bytes())?;
        let name = parts.next()?;
        let month = MONTHS.iter().zip(1..).find(|(month, _)| **month == name)?.1;
        let year = number(parts.next()?.as_bytes())?;
        let mut clock = parts.next()?.split(':').map(|part| number(part.as_bytes()));
        let time = (clock.next()??, clock.next()??, clock.next()??);
        let zone = parts.next()?;
        let whole = clock.next().is_none() && parts.next().is_none();
        (whole && matches!(zone, "GMT" | "UTC" | "+0000"))
            .then(|| Self::from_civil(year, (month, day), time))?
    }

    /// Builds from a civil date and time, when there is such a one.
    fn from_civil(year: i64, (month, day): (i64, i64), time: (i64, i64, i64)) -> Option<Self> {
        let (hour, minute, second) = time;
        let real = (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..60).contains(&second);
        let days = days_from_civil(year, month, day);
        real.then_some(Self(days * 86_400 + hour * 3_600 + minute * 60 + second))
    }

    /// Returns the text of ISO 8601 basic format, without allocating.
    pub(crate) fn iso_basic(self) -> [u8; 16] {
        let (year, month, day) = civil_from_days(self.0.div_euclid(86_400));
        let second = self.0.rem_euclid(86_400);
        let mut out = *b"00000000T000000Z";
        let (date, rest) = out.split_at_mut(8);
        write_digits(date, year * 10_000 + month * 100 + day);
        let clock = second / 3_600 * 10_000 + second / 60 % 60 * 100 + second % 60;
        if let Some(digits) = rest.get_mut(1..7) {
            write_digits(digits, clock);
        }
        out
    }

    /// Returns `YYYYMMDD`.
    pub(crate) fn date(self) -> String {
        self.to_string().chars().take(8).collect()
    }

    /// Returns `2015-08-30T12:36:00Z`, as the error bodies of S3 show a time.
    pub fn iso_extended(self) -> String {
        let (year, month, day) = civil_from_days(self.0.div_euclid(86_400));
        let second = self.0.rem_euclid(86_400);
        let (hour, minute) = (second / 3_600, second / 60 % 60);
        format!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}Z",
            second % 60
        )
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.iso_basic();
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

/// Fills a slice with the decimal digits of a number, right-aligned.
fn write_digits(out: &mut [u8], mut value: i64) {
    for digit in out.iter_mut().rev() {
        *digit = b'0' + u8::try_from(value % 10).unwrap_or_default();
        value /= 10;
    }
}

fn number(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() || digits.len() > 4 {
        return None;
    }
    digits.iter().try_fold(0, |sum, byte| {
        byte.is_ascii_digit()
            .then(|| sum * 10 + i64::from(byte - b'0'))
    })
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Counts the days since the epoch, with a year that begins in March so that the leap day is last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Is the inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + shifted.div_euclid(146_097) * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_iso_basic() {
        for (text, seconds) in [
            ("20150830T123600Z", 1_440_938_160),
            ("19700101T000000Z", 0),
            ("20000229T235959Z", 951_868_799),
            ("19691231T235959Z", -1),
            ("99991231T235959Z", LAST),
            ("00000101T000000Z", FIRST),
        ] {
            let time = Timestamp::parse_iso_basic(text).unwrap();
            assert_eq!(time.epoch_seconds(), seconds, "{text}");
            assert_eq!(time.to_string(), text);
        }
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in [
            "",
            "20150830",
            "20150830T123600",
            "2015-08-30T12:36:00Z",
            "20150230T123600Z",
            "21000229T000000Z",
            "20151301T123600Z",
            "20150830T243600Z",
            "20150830t123600z",
            "２015083T123600Z",
        ] {
            assert_eq!(Timestamp::parse_iso_basic(text), None, "{text}");
        }
    }

    #[test]
    fn reads_http_dates() {
        let time = Timestamp::parse_http_date("Sun, 30 Aug 2015 12:36:00 GMT").unwrap();
        assert_eq!(time.to_string(), "20150830T123600Z");
        assert_eq!(time.iso_extended(), "2015-08-30T12:36:00Z");
        assert_eq!(
            Timestamp::parse_http_date("Sun, 30 Aug 2015 12:36 GMT"),
            None
        );
        for wrong in [
            "Sun, 30 Aug 2015 12:36:00 EST",
            "Sun, 30 Aug 2015 12:36:00:00 GMT",
        ] {
            assert_eq!(Timestamp::parse_http_date(wrong), None, "{wrong}");
        }
        assert_eq!(
            Timestamp::parse_http_date("Sun, 31 Feb 2015 12:36:00 GMT"),
            None
        );
        assert_eq!(Timestamp::parse_http_date("30 Aug 2015 12:36:00 GMT"), None);
    }
}
