//! Time and chance, as arguments: nothing else in the emulator reads either.

use std::{
    cell::RefCell,
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

/// Tells the time.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Milliseconds since the epoch.
    fn now_millis(&self) -> u64;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn now_millis(&self) -> u64 {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct SettableClock(AtomicU64);

impl SettableClock {
    /// A clock that shows this time, in milliseconds since the epoch.
    pub fn at_millis(millis: u64) -> Self {
        Self(AtomicU64::new(millis))
    }

    /// Moves it forward.
    pub fn advance_millis(&self, millis: u64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for SettableClock {
    fn now_millis(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Makes what must be unpredictable: ids, secrets.
pub trait Random: fmt::Debug + Send + Sync {
    /// 128 random bits.
    fn bits(&self) -> u128;
}

/// The operating system's source, asked for many values at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

// How many values are fetched with one system call.
const POOL: usize = 32;

thread_local! {
    static VALUES: RefCell<Vec<u128>> = const { RefCell::new(Vec::new()) };
}

impl Random for SystemRandom {
    fn bits(&self) -> u128 {
        VALUES.with_borrow_mut(|values| {
            if values.is_empty() {
                let mut bytes = [[0_u8; 16]; POOL];
                // The system's source does not fail after start-up; zeros would only make ids
                // collide.
                let _ = getrandom::fill(bytes.as_flattened_mut());
                values.extend(bytes.map(u128::from_le_bytes));
            }
            // Each value is handed out once.
            values.pop().unwrap_or_default()
        })
    }
}

/// A text of `length` characters of `alphabet`, unpredictable.
pub(crate) fn random_text(random: &dyn Random, alphabet: &[u8], length: usize) -> String {
    let mut bits = 0_u128;
    let mut left = 0_u32;
    let size = u128::try_from(alphabet.len().max(1)).unwrap_or(1);
    (0..length)
        .map(|_| {
            if left == 0 {
                bits = random.bits();
                left = 16;
            }
            left -= 1;
            let index = usize::try_from(bits % size).unwrap_or(0);
            bits /= size;
            char::from(alphabet.get(index).copied().unwrap_or(b'A'))
        })
        .collect()
}

/// The alphabet of access key ids and unique ids (assumed from observed ids: base 32).
pub(crate) const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// The alphabet of secrets and tokens.
pub(crate) const BASE64: &[u8] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// RFC 3339 in UTC with milliseconds.
pub fn rfc3339_millis(millis: u64) -> String {
    let mut text = date_and_time(millis / 1000);
    text.push('.');
    push_digits(&mut text, millis % 1000, 3);
    text.push('Z');
    text
}

/// RFC 3339 in UTC, whole seconds.
pub fn rfc3339(seconds: u64) -> String {
    let mut text = date_and_time(seconds);
    text.push('Z');
    text
}

thread_local! {
    // Every call has several of them, and thousands of calls share a second.
    static LAST: RefCell<(u64, String)> = const { RefCell::new((u64::MAX, String::new())) };
}

/// The text without its zone, with room for milliseconds.
fn date_and_time(seconds: u64) -> String {
    LAST.with_borrow_mut(|(of, last)| {
        if *of != seconds {
            *last = new_date_and_time(seconds);
            *of = seconds;
        }
        let mut text = String::with_capacity("1970-01-01T00:00:00.000Z".len());
        text.push_str(last);
        text
    })
}

// Written by hand: a formatter costs a microsecond.
fn new_date_and_time(seconds: u64) -> String {
    let (year, month, day, rest) = civil(seconds);
    let mut text = String::with_capacity("1970-01-01T00:00:00".len());
    push_digits(&mut text, year, 4);
    let parts = [
        ('-', month),
        ('-', day),
        ('T', rest / 3600),
        (':', rest / 60 % 60),
        (':', rest % 60),
    ];
    for (separator, number) in parts {
        text.push(separator);
        push_digits(&mut text, number, 2);
    }
    text
}

fn push_digits(text: &mut String, number: u64, width: u32) {
    for place in (0..width).rev() {
        let digit = u8::try_from(number / 10_u64.pow(place) % 10).unwrap_or(0);
        text.push(char::from(b'0' + digit));
    }
}

/// The form of HTTP's `Date` (RFC 9110, 5.6.7).
pub(crate) fn http_date(seconds: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let named = |names: &[&'static str], index: u64| {
        let index = usize::try_from(index).unwrap_or_default();
        names.get(index).copied().unwrap_or_default()
    };
    let (year, month, day, rest) = civil(seconds);
    format!(
        "{}, {day:02} {} {year:04} {:02}:{:02}:{:02} GMT",
        // The epoch was a Thursday.
        named(&DAYS, seconds / 86_400 % 7),
        named(&MONTHS, month.saturating_sub(1)),
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

// Days to civil date, proleptic Gregorian, by the usual era arithmetic (400-year cycles).
fn civil(seconds: u64) -> (u64, u64, u64, u64) {
    let days = seconds / 86_400 + 719_468;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day, seconds % 86_400)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(
            rfc3339_millis(1_795_424_461_007),
            "2026-11-23T09:01:01.007Z"
        );
        // The example of RFC 9110.
        assert_eq!(http_date(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
