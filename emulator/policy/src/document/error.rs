//! What is wrong with a document, and where.

use std::{fmt, ops::Range};

use miette::{Diagnostic, LabeledSpan};

use super::span::{Span, line_and_column};

/// Says what is wrong with a policy document, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (line {line}, column {column})")]
pub struct PolicyError {
    /// A stable code, such as `policy::unknown_operator`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What was meant, or what to do.
    pub help: Option<String>,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// The byte range in the document.
    pub span: Range<usize>,
}

impl PolicyError {
    pub(crate) fn at(text: &str, span: Span, code: &'static str, message: String) -> Self {
        let (line, column) = line_and_column(text, span.start);
        Self {
            code,
            message,
            help: None,
            line,
            column,
            span: span.range(),
        }
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Renders the error for people: the place, the line with carets under it, and the help.
    pub fn render(&self, file: &str, source: &str) -> String {
        let line = source
            .lines()
            .nth(self.line.saturating_sub(1))
            .unwrap_or("");
        let gutter = self.line.to_string().len();
        let mut out = format!(
            "error[{}]: {}\n{:gutter$}--> {file}:{}:{}\n{:gutter$} |\n{} | {}\n{:gutter$} | {}{}\n",
            self.code,
            self.message,
            "",
            self.line,
            self.column,
            "",
            self.line,
            excerpt(line, self.column).0,
            "",
            " ".repeat(excerpt(line, self.column).1),
            "^".repeat(self.width(source)),
        );
        if let Some(help) = &self.help {
            out.extend([
                " ".repeat(gutter).as_str(),
                " = help: ",
                help.as_str(),
                "\n",
            ]);
        }
        out
    }

    fn width(&self, source: &str) -> usize {
        let marked = source.get(self.span.clone()).unwrap_or("");
        marked
            .lines()
            .next()
            .unwrap_or("")
            .chars()
            .count()
            .clamp(1, 60)
    }
}

/// The part of a line around a column, since a document may be one long line, and the number of
/// blanks before the caret.
fn excerpt(line: &str, column: usize) -> (String, usize) {
    let from = if column > 100 { column - 61 } else { 0 };
    let shown = line
        .chars()
        .skip(from)
        .take(160)
        .map(|c| if c == '\t' { ' ' } else { c });
    (shown.collect(), column.saturating_sub(1 + from))
}

impl Diagnostic for PolicyError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::underline(self.span.clone());
        Some(Box::new(std::iter::once(label)))
    }
}
