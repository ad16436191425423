//! The lines of `aws-chunked` framing, gathered from pieces of any size.

use crate::error::ChunkFault;

/// The longest line: a chunk's has some 170 bytes, a trailer's is a checksum.
const LONGEST: usize = 4_096;

/// Gathers one line, up to its CRLF.
#[derive(Debug, Default)]
pub(crate) struct LineBuffer(Vec<u8>);

impl LineBuffer {
    /// Takes from the input what belongs to the line; returns the line, without CRLF, once it ends.
    pub(crate) fn take(&mut self, input: &mut &[u8]) -> Result<Option<Vec<u8>>, ChunkFault> {
        while let Some((byte, rest)) = input.split_first() {
            *input = rest;
            self.0.push(*byte);
            if let Some(line) = self.0.strip_suffix(b"\r\n") {
                let line = line.to_vec();
                self.0.clear();
                return Ok(Some(line));
            }
            if self.0.len() > LONGEST {
                return Err(ChunkFault::LineTooLong);
            }
        }
        Ok(None)
    }

    /// Tells whether a line has begun.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Is the line before the data of a chunk: `400;chunk-signature=...`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ChunkLine {
    pub(crate) length: u64,
    pub(crate) signature: Option<String>,
}

impl ChunkLine {
    /// Parses a line; extensions other than `chunk-signature` are passed over.
    pub(crate) fn parse(line: &[u8]) -> Result<Self, ChunkFault> {
        let text = std::str::from_utf8(line).map_err(|_| ChunkFault::Length)?;
        let mut parts = text.split(';');
        let digits = parts.next().unwrap_or_default().trim();
        // `from_str_radix` takes a sign as well.
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let length = u64::from_str_radix(digits, 16).ok().filter(|_| is_hex);
        let signature = parts
            .find_map(|part| part.trim().strip_prefix("chunk-signature="))
            .map(str::to_owned);
        Ok(Self {
            length: length.ok_or(ChunkFault::Length)?,
            signature,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gathers_lines_byte_by_byte() {
        let mut buffer = LineBuffer::default();
        let mut lines = Vec::new();
        for byte in b"a\r\n\r\nb\nc\rd\r\n" {
            lines.extend(buffer.take(&mut &[*byte][..]).unwrap());
        }
        assert_eq!(lines, [&b"a"[..], b"", b"b\nc\rd"]);
        assert!(buffer.is_empty());
    }

    #[test]
    fn refuses_a_line_without_end() {
        let mut buffer = LineBuffer::default();
        let endless = [b'a'; LONGEST + 1];
        assert_eq!(buffer.take(&mut &endless[..]), Err(ChunkFault::LineTooLong));
    }

    #[test]
    fn parses_the_first_line_of_a_chunk() {
        let line = ChunkLine::parse(b"10000;chunk-signature=ad80").unwrap();
        assert_eq!(
            line,
            ChunkLine {
                length: 65_536,
                signature: Some("ad80".to_owned())
            }
        );
        let line = ChunkLine::parse(b"0").unwrap();
        assert_eq!(
            line,
            ChunkLine {
                length: 0,
                signature: None
            }
        );
        for wrong in [
            &b""[..],
            b";chunk-signature=ad80",
            b"-1",
            b"+1",
            b"xyz",
            b"\xff",
            b"11111111111111111",
        ] {
            assert_eq!(
                ChunkLine::parse(wrong),
                Err(ChunkFault::Length),
                "{wrong:?}"
            );
        }
    }
}
