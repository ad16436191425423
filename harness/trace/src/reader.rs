//! Reads recordings back, as far as they can be read.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufRead},
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{
    encoding,
    lines::{LINE_LIMIT, Lines, Span},
    record::{Attempt, End, FORMAT, Header, Line, PolicyRecord},
};

/// What one or several recordings hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// The headers, in the order of the files.
    pub headers: Vec<Header>,
    /// The policies that took part, by hash.
    pub policies: BTreeMap<String, PolicyRecord>,
    /// The attempts, in the order of the files.
    pub attempts: Vec<Attempt>,
    /// What is not there.
    pub losses: Vec<Loss>,
}

/// Something that a recording should hold and does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1, where the loss begins.
    pub line: u64,
    /// How many lines or attempts are known to be lost; 0 where nobody can know.
    pub lost: u64,
    /// Why.
    pub reason: LossReason,
}

/// Why something is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LossReason {
    /// The recording has no end: it was cut off, or is still being written.
    CutOff,
    /// A line cannot be read; what follows was skipped up to the next header.
    Malformed(String),
    /// A line is longer than the limit; what follows was skipped up to the next header.
    TooLong,
    /// The recorder could not keep up, or could not write.
    NotKept,
    /// There are fewer attempts than the end says.
    Missing,
}

impl std::fmt::Display for Loss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            file,
            line,
            lost,
            reason,
        } = self;
        match reason {
            LossReason::CutOff if *lost == 0 => {
                write!(
                    f,
                    "{file}:{line}: the recording has no end; it was cut off or is going on"
                )
            }
            LossReason::CutOff => write!(f, "{file}:{line}: the recording was cut off here"),
            LossReason::Malformed(why) => {
                write!(
                    f,
                    "{file}:{line}: {lost} lines lost, the first cannot be read: {why}"
                )
            }
            LossReason::TooLong => {
                write!(
                    f,
                    "{file}:{line}: {lost} lines lost, the first is too long to be read"
                )
            }
            LossReason::NotKept => {
                write!(
                    f,
                    "{file}:{line}: {lost} attempts were lost when it was recorded"
                )
            }
            LossReason::Missing => write!(f, "{file}:{line}: {lost} attempts are missing"),
        }
    }
}

/// Says why a recording cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// The file cannot be read.
    #[error("`{path}` cannot be read", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is of another format.
    #[error(
        "{file}:{line}: the recording has format {found}, and this version reads format {FORMAT}; \
         read it with the version of rolecall that wrote it, or record again"
    )]
    Format {
        /// The file.
        file: String,
        /// The line of the header, from 1.
        line: u64,
        /// The format that the header names.
        found: u64,
    },
    /// It holds no header.
    #[error("`{file}` is not a recording: it has no line `{{\"header\": ...}}`")]
    NotARecording {
        /// The file.
        file: String,
    },
}

/// Reads recordings, the shards of a test run for one, as one.
pub fn read<P: AsRef<Path>>(paths: &[P]) -> Result<Recording, TraceError> {
    let mut recording = Recording::default();
    for path in paths {
        let path = path.as_ref();
        let failed = |source| TraceError::Io {
            path: path.to_owned(),
            source,
        };
        let source = File::open(path)
            .and_then(encoding::source)
            .map_err(failed)?;
        read_from(source, &path.display().to_string(), &mut recording)?;
    }
    Ok(recording)
}

/// Reads plain lines into a recording; `file` names them in losses and errors.
pub fn read_from(source: impl BufRead, file: &str, into: &mut Recording) -> Result<(), TraceError> {
    read_limited(source, file, into, LINE_LIMIT)
}

fn read_limited(
    source: impl BufRead,
    file: &str,
    into: &mut Recording,
    limit: usize,
) -> Result<(), TraceError> {
    let mut lines = Lines::new(source, limit);
    let mut reader = Reader {
        file,
        line: 0,
        part: Part::Nothing,
        found_header: false,
        losses_before: into.losses.len(),
        into,
    };
    loop {
        let span = lines.next().map_err(|source| TraceError::Io {
            path: PathBuf::from(file),
            source,
        })?;
        match span {
            Some(span) => reader.take(&span)?,
            None => return reader.finish(),
        }
    }
}

/// Where in a file the reader is.
#[derive(Clone, Copy)]
enum Part {
    /// Before the first header, behind an end.
    Nothing,
    /// Behind a header, with the attempts read since.
    Recording { attempts: u64 },
    /// Behind something that could not be read: `losses[loss]` counts the lines.
    Skipping { loss: usize },
}

struct Reader<'a> {
    file: &'a str,
    line: u64,
    part: Part,
    found_header: bool,
    losses_before: usize,
    into: &'a mut Recording,
}

/// Enough of a header to see whether the rest can be understood.
#[derive(Deserialize)]
struct Envelope {
    header: Option<Version>,
}

#[derive(Deserialize)]
struct Version {
    format: u64,
}

impl Reader<'_> {
    fn take(&mut self, span: &Span<'_>) -> Result<(), TraceError> {
        self.line += 1;
        match span {
            Span::TooLong => self.skip(LossReason::TooLong),
            Span::Line(text) | Span::Unterminated(text) if text.trim_ascii().is_empty() => {}
            Span::Line(text) if *text == encoding::INTERRUPTED => self.cut_off(0),
            Span::Line(text) => self.parse(text, false)?,
            Span::Unterminated(text) => self.parse(text, true)?,
        }
        Ok(())
    }

    fn parse(&mut self, text: &[u8], unterminated: bool) -> Result<(), TraceError> {
        if is_header(text) {
            let envelope = serde_json::from_slice::<Envelope>(text).ok();
            let version = envelope.and_then(|envelope| envelope.header);
            if let Some(Version { format }) = version.filter(|v| v.format != u64::from(FORMAT)) {
                return Err(TraceError::Format {
                    file: self.file.to_owned(),
                    line: self.line,
                    found: format,
                });
            }
        } else if let Part::Skipping { loss } = self.part {
            self.count_lost(loss);
            return Ok(());
        }
        match serde_json::from_slice::<Line>(text) {
            Ok(line) => self.keep(line),
            Err(_) if unterminated && self.may_be_cut(text) => self.cut_off(1),
            Err(error) => self.skip(LossReason::Malformed(error.to_string())),
        }
        Ok(())
    }

    fn keep(&mut self, line: Line) {
        match (line, self.part) {
            (Line::Header(header), part) => {
                if matches!(part, Part::Recording { .. }) {
                    self.lose(0, LossReason::CutOff);
                }
                self.found_header = true;
                self.into.headers.push(header);
                self.part = Part::Recording { attempts: 0 };
            }
            (Line::Policy(policy), Part::Recording { .. }) => {
                self.into
                    .policies
                    .entry(policy.hash.clone())
                    .or_insert(policy);
            }
            (Line::Attempt(attempt), Part::Recording { attempts }) => {
                self.into.attempts.push(*attempt);
                self.part = Part::Recording {
                    attempts: attempts + 1,
                };
            }
            (Line::End(end), Part::Recording { attempts }) => self.end(&end, attempts),
            (Line::Policy(_) | Line::Attempt(_) | Line::End(_), _) => {
                self.skip(LossReason::Malformed(
                    "there is no header before it".to_owned(),
                ));
            }
        }
    }

    fn end(&mut self, end: &End, attempts: u64) {
        if end.lost > 0 {
            self.lose(end.lost, LossReason::NotKept);
        }
        if end.attempts > attempts {
            self.lose(end.attempts - attempts, LossReason::Missing);
        }
        self.part = Part::Nothing;
    }

    fn lose(&mut self, lost: u64, reason: LossReason) {
        let file = self.file.to_owned();
        self.into.losses.push(Loss {
            file,
            line: self.line,
            lost,
            reason,
        });
    }

    fn skip(&mut self, reason: LossReason) {
        match self.part {
            Part::Skipping { loss } => self.count_lost(loss),
            Part::Nothing | Part::Recording { .. } => {
                self.lose(1, reason);
                self.part = Part::Skipping {
                    loss: self.into.losses.len() - 1,
                };
            }
        }
    }

    fn count_lost(&mut self, loss: usize) {
        if let Some(loss) = self.into.losses.get_mut(loss) {
            loss.lost += 1;
        }
    }

    fn cut_off(&mut self, lost: u64) {
        // Behind a line that was lost the cut is no news.
        if !matches!(self.part, Part::Skipping { .. }) {
            self.lose(lost, LossReason::CutOff);
        }
        self.part = Part::Nothing;
    }

    /// Whether an incomplete last line can be part of a recording: anything can behind a header,
    /// only the beginning of a header where there was none.
    fn may_be_cut(&self, text: &[u8]) -> bool {
        self.found_header || is_header(text) || b"{\"header\":".starts_with(text)
    }

    fn finish(&mut self) -> Result<(), TraceError> {
        let own = self
            .into
            .losses
            .get(self.losses_before..)
            .unwrap_or_default();
        if !self.found_header && own.iter().any(|loss| loss.reason != LossReason::CutOff) {
            return Err(TraceError::NotARecording {
                file: self.file.to_owned(),
            });
        }
        // A file of no bytes was cut off before its header.
        let nothing = !self.found_header && own.is_empty();
        if nothing || matches!(self.part, Part::Recording { .. }) {
            self.lose(0, LossReason::CutOff);
        }
        Ok(())
    }
}

/// Whether a line is a header, without reading it whole.
fn is_header(text: &[u8]) -> bool {
    let mut rest = text.trim_ascii_start();
    for part in [&b"{"[..], b"\"header\"", b":"] {
        match rest.strip_prefix(part) {
            Some(after) => rest = after.trim_ascii_start(),
            None => return false,
        }
    }
    true
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
