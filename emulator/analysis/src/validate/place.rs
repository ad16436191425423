//! From bytes to lines and columns, once for a document.

use serde_json::{Value, json};

/// A place in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// In characters, from 0.
    pub column: usize,
    /// In characters from the start of the document, from 0.
    pub offset: usize,
}

impl Place {
    pub(super) fn to_json(self) -> Value {
        json!({ "line": self.line, "column": self.column, "offset": self.offset })
    }
}

/// Where the lines of a document begin: a document may have ten thousand findings.
#[derive(Debug)]
pub(super) struct Places {
    /// The number of characters before each byte, and before the end.
    characters: Vec<usize>,
    /// The first byte of each line.
    lines: Vec<usize>,
}

impl Places {
    pub(super) fn new(text: &str) -> Self {
        let mut characters = Vec::with_capacity(text.len() + 1);
        let mut lines = vec![0];
        for (count, (at, c)) in text.char_indices().enumerate() {
            characters.resize(at + c.len_utf8(), count);
            if c == '\n' {
                lines.push(at + 1);
            }
        }
        let total = characters.last().map_or(0, |last| last + 1);
        characters.push(total);
        Self { characters, lines }
    }

    pub(super) fn of(&self, byte: usize) -> Place {
        let offset = self.offset(byte);
        let line = self.lines.partition_point(|start| *start <= byte).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        Place {
            line,
            column: offset.saturating_sub(self.offset(start)),
            offset,
        }
    }

    fn offset(&self, byte: usize) -> usize {
        let last = self.characters.last().copied().unwrap_or(0);
        self.characters.get(byte).copied().unwrap_or(last)
    }
}

#[cfg(test)]
mod tests {
    use super::Places;

    #[test]
    fn counts_lines_and_characters() {
        let text = "a\né\u{1F600}b\n";
        let places = Places::new(text);
        let of = |byte| {
            let place = places.of(byte);
            (place.line, place.column, place.offset)
        };
        assert_eq!(of(0), (1, 0, 0));
        assert_eq!(of(1), (1, 1, 1));
        assert_eq!(of(2), (2, 0, 2));
        assert_eq!(of(4), (2, 1, 3));
        assert_eq!(of(8), (2, 2, 4));
        assert_eq!(of(text.len()), (3, 0, 6));
        assert_eq!(Places::new("").of(0).line, 1);
    }
}
