//! Whether two patterns have a text in common.

/// One step of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// This byte.
    Byte(u8),
    /// `?`: one character; taken for one byte or more.
    One,
    /// `*`: any run.
    Run,
}

/// The units of a policy's pattern; a variable is any run, `${*}` and its kin are themselves.
pub(super) fn of_policy(pattern: &str) -> Vec<Unit> {
    units(pattern, |name| match name {
        "*" => Unit::Byte(b'*'),
        "?" => Unit::Byte(b'?'),
        "$" => Unit::Byte(b'$'),
        _ => Unit::Run,
    })
}

/// The units of a format such as `table/${TableName}`; a variable is any run.
pub(super) fn of_format(format: &str) -> Vec<Unit> {
    units(format, |_| Unit::Run)
}

fn units(text: &str, variable: impl Fn(&str) -> Unit) -> Vec<Unit> {
    let mut out = Vec::with_capacity(text.len());
    let mut push = |unit: Unit| {
        // Runs of runs are one.
        if unit != Unit::Run || out.last() != Some(&Unit::Run) {
            out.push(unit);
        }
    };
    let mut rest = text;
    while let Some(byte) = rest.bytes().next() {
        let inside = rest.strip_prefix("${").and_then(|r| r.split_once('}'));
        if let Some((name, after)) = inside {
            push(variable(name));
            rest = after;
            continue;
        }
        // A `?` is a character of up to four bytes: a run is wider, and a no stays certain.
        let width = rest.chars().next().map_or(1, char::len_utf8);
        match byte {
            b'*' => push(Unit::Run),
            b'?' => push(Unit::One),
            _ => rest
                .bytes()
                .take(width)
                .for_each(|byte| push(Unit::Byte(byte))),
        }
        rest = rest.get(width..).unwrap_or("");
    }
    out
}

/// Says whether some text matches both; a no is certain for texts of ASCII.
///
/// Time is bounded by the product of the lengths, divided by 128.
pub(super) fn intersects(a: &[Unit], b: &[Unit]) -> bool {
    // Most pairs differ in their first bytes.
    for (x, y) in a.iter().zip(b) {
        match (x, y) {
            (Unit::Byte(x), Unit::Byte(y)) if x == y => {}
            (Unit::Byte(_), Unit::Byte(_)) => return false,
            _ => break,
        }
    }
    let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
    if short.len() < Row::BITS as usize {
        Columns::new(short).meet(long)
    } else {
        meet_long(long, short)
    }
}

/// Bit `j`: whether what was read of the other pattern, and the first `j` units of this one, have a
/// text in common.
type Row = u128;

/// A pattern of fewer than 128 units, as masks over [`Row`].
struct Columns {
    len: usize,
    /// The units that are runs, at the bit behind them.
    runs: Row,
    /// The units that a byte matches, by byte, at the bit before them.
    bytes: Vec<(u8, Row)>,
    /// The units that any one byte may match.
    ones: Row,
    /// All units that are not runs.
    singles: Row,
}

impl Columns {
    fn new(pattern: &[Unit]) -> Self {
        let mut columns = Self {
            len: pattern.len(),
            runs: 0,
            bytes: Vec::new(),
            ones: 0,
            singles: 0,
        };
        for (index, unit) in pattern.iter().enumerate() {
            let before: Row = 1 << index;
            match unit {
                Unit::Run => columns.runs |= before << 1,
                Unit::One => columns.ones |= before,
                Unit::Byte(byte) => match columns.bytes.iter_mut().find(|(b, _)| b == byte) {
                    Some((_, mask)) => *mask |= before,
                    None => columns.bytes.push((*byte, before)),
                },
            }
            if *unit != Unit::Run {
                columns.singles |= before;
            }
        }
        columns
    }

    fn meet(&self, other: &[Unit]) -> bool {
        let mut row = self.through_runs(1);
        for unit in other {
            row = match unit {
                // Everything from the first bit on, since a run takes any text.
                Unit::Run => row | row.wrapping_neg(),
                Unit::Byte(byte) => {
                    let of_byte = self.bytes.iter().find(|(b, _)| b == byte);
                    let mask = of_byte.map_or(0, |(_, mask)| *mask) | self.ones;
                    self.through_runs(((row & mask) << 1) | (row & self.runs))
                }
                Unit::One => self.through_runs(((row & self.singles) << 1) | (row & self.runs)),
            };
            if row == 0 {
                return false;
            }
        }
        row >> self.len & 1 == 1
    }

    /// A run may be empty; two runs never stand side by side.
    fn through_runs(&self, row: Row) -> Row {
        row | (row << 1 & self.runs)
    }
}

/// The same for two long patterns, cell by cell.
fn meet_long(a: &[Unit], b: &[Unit]) -> bool {
    let mut row = vec![false; b.len() + 1];
    let runs = b.iter().take_while(|unit| **unit == Unit::Run).count();
    row.iter_mut().take(runs + 1).for_each(|cell| *cell = true);
    for unit in a {
        row = next(&row, *unit, b);
    }
    row.last().copied().unwrap_or(false)
}

fn next(above: &[bool], unit: Unit, b: &[Unit]) -> Vec<bool> {
    let mut row = Vec::with_capacity(above.len());
    let first = unit == Unit::Run && above.first() == Some(&true);
    row.push(first);
    let mut left = first;
    for (other, pair) in b.iter().zip(above.windows(2)) {
        let (diagonal, up) = match pair {
            [diagonal, up] => (*diagonal, *up),
            _ => (false, false),
        };
        left = match (unit, *other) {
            (Unit::Run, _) | (_, Unit::Run) => up || left,
            (Unit::Byte(x), Unit::Byte(y)) => diagonal && x == y,
            _ => diagonal,
        };
        row.push(left);
    }
    row
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{intersects, meet_long, of_format, of_policy};

    #[test]
    fn patterns_have_texts_in_common() {
        for (a, b, expected) in [
            ("", "", true),
            ("", "*", true),
            ("", "a", false),
            ("abc", "abc", true),
            ("abc", "abd", false),
            ("a*", "*c", true),
            ("a*b", "ab", true),
            ("a*b", "a", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*a", "*b", false),
            ("role/*", "user/*", false),
            ("bucket*", "*/*", true),
            ("bucket", "*/*", false),
            ("*x*y*", "*y*x*", true),
            ("${aws:username}/x", "*/*", true),
            ("${*}", "a", false),
        ] {
            assert_eq!(
                intersects(&of_policy(a), &of_policy(b)),
                expected,
                "{a} {b}"
            );
            assert_eq!(
                intersects(&of_policy(b), &of_policy(a)),
                expected,
                "{b} {a}"
            );
        }
        assert!(intersects(
            &of_policy("table/Orders"),
            &of_format("table/${Name}")
        ));
    }
    proptest! {
        #[test]
        fn rows_of_bits_and_of_cells_agree(a in "[ab*?]{0,12}", b in "[ab*?]{0,12}") {
            let (a, b) = (of_policy(&a), of_policy(&b));
            prop_assert_eq!(intersects(&a, &b), meet_long(&a, &b));
            prop_assert_eq!(intersects(&b, &a), meet_long(&a, &b));
        }
    }
}
