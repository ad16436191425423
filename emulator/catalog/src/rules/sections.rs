//! Where the sections of a rule file are, so that an operation is read when it is called.
//!
//! A section begins at a line that is its header, and ends where the next one begins: what stands under
//! `[operation.context]` is the operation's. Of each only its names are looked at here; that they are
//! what TOML says is checked when the section is read, and for every file by a test.

use super::{
    error::RuleError,
    read::{File, LineEnds},
};

/// A part of a file.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Section {
    start: usize,
    end: usize,
    /// The lines before it.
    lines: usize,
}

/// What a section is about, in the order in which they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// What stands before the first header.
    Head,
    Forms,
    Keys,
    Group,
    Operation,
    Variant,
}

impl Kind {
    fn of(line: &str) -> Option<Self> {
        match line.split('#').next().unwrap_or(line).trim_end() {
            "[forms]" => Some(Self::Forms),
            "[keys]" => Some(Self::Keys),
            "[[group]]" => Some(Self::Group),
            "[[operation]]" => Some(Self::Operation),
            "[[variant]]" => Some(Self::Variant),
            _ => None,
        }
    }
}

/// The sections of a file, in order.
pub(crate) fn sections(text: &str) -> Vec<(Kind, Section)> {
    let mut found = vec![(Kind::Head, Section::default())];
    let mut start = 0;
    for (lines, line) in text.split_inclusive('\n').enumerate() {
        let begins = line.starts_with('[').then(|| Kind::of(line)).flatten();
        if let Some(kind) = begins {
            let section = Section {
                start,
                end: start,
                lines,
            };
            found.push((kind, section));
        }
        start += line.len();
        if let Some((_, section)) = found.last_mut() {
            section.end = start;
        }
    }
    found
}

impl Section {
    /// Its text in the file's.
    pub(crate) fn text(self, file: &str) -> &str {
        file.get(self.start..self.end).unwrap_or_default()
    }

    /// Where its lines end.
    pub(crate) fn line_ends(self, file: &str) -> LineEnds {
        LineEnds::of(self.text(file), self.lines)
    }

    /// A mistake at a place in the section.
    pub(crate) fn error(self, file: (&str, &str), at: usize, message: &str) -> RuleError {
        let ends = self.line_ends(file.1);
        File::new(file.0, self.text(file.1), &ends).error(at, message)
    }

    /// The texts that a member has, which is one text or an array of them, each with its place.
    pub(crate) fn texts<'t>(self, file: &'t str, member: &str) -> Vec<(usize, &'t str)> {
        let text = self.text(file);
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let value = line.strip_prefix(member).map(str::trim_start);
            if value.is_some_and(|value| value.starts_with('=')) {
                return quoted(text, start + member.len());
            }
            start += line.len();
        }
        Vec::new()
    }
}

/// The quoted texts from a place on, up to the end of their array or line.
fn quoted(text: &str, from: usize) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = from;
    let mut is_array = false;
    while let Some(rest) = text.get(at..) {
        let signs = |c: char| matches!(c, '[' | ']' | '"' | '\'' | '#' | '\n');
        let Some(next) = rest.find(signs) else { break };
        let sign = rest.get(next..=next).unwrap_or_default();
        at += next + 1;
        let after = text.get(at..).unwrap_or_default();
        match sign {
            "[" => is_array = true,
            "]" => break,
            "\n" if !is_array => break,
            "\n" => {}
            "#" => at += after.find('\n').unwrap_or(after.len()),
            quote => {
                let length = after.find(quote).unwrap_or(after.len());
                found.push((at - 1, after.get(..length).unwrap_or_default()));
                at += length + 1;
            }
        }
    }
    found
}
