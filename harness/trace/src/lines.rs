//! Lines of bounded length.

use std::io::{self, BufRead};

/// The longest line that is read, in bytes: an attempt with tens of thousands of requirements.
pub(crate) const LINE_LIMIT: usize = 16 << 20;

/// What stands between two line feeds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Span<'a> {
    /// A line that ends in a line feed, which is not part of it.
    Line(&'a [u8]),
    /// What follows the last line feed.
    Unterminated(&'a [u8]),
    /// A line above the limit; it was skipped.
    TooLong,
}

/// Hands out one line after the other.
pub(crate) struct Lines<R> {
    from: R,
    buffer: Vec<u8>,
    limit: usize,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(from: R, limit: usize) -> Self {
        Self {
            from,
            buffer: Vec::new(),
            limit,
        }
    }

    /// The next line; none at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Span<'_>>> {
        self.buffer.clear();
        let (mut length, mut ended) = (0, false);
        while !ended {
            let chunk = self.from.fill_buf()?;
            if chunk.is_empty() {
                break;
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let line = end.and_then(|end| chunk.get(..end)).unwrap_or(chunk);
            length += line.len();
            if length <= self.limit {
                self.buffer.extend_from_slice(line);
            }
            ended = end.is_some();
            let used = line.len() + usize::from(ended);
            self.from.consume(used);
        }
        Ok(match (length, ended) {
            (length, _) if length > self.limit => Some(Span::TooLong),
            (_, true) => Some(Span::Line(&self.buffer)),
            (0, false) => None,
            (_, false) => Some(Span::Unterminated(&self.buffer)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_the_rest_and_what_is_too_long() {
        let mut lines = Lines::new(
            io::BufReader::with_capacity(2, &b"ab\n\nabcdef\nxyz"[..]),
            4,
        );
        assert_eq!(lines.next().unwrap(), Some(Span::Line(b"ab")));
        assert_eq!(lines.next().unwrap(), Some(Span::Line(b"")));
        assert_eq!(lines.next().unwrap(), Some(Span::TooLong));
        assert_eq!(lines.next().unwrap(), Some(Span::Unterminated(b"xyz")));
        assert_eq!(lines.next().unwrap(), None);
    }
}
