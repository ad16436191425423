//! What is wrong with a document, and where.

use std::{fmt, ops::Range, str::Utf8Error};

use miette::{Diagnostic, LabeledSpan};

use super::span::{Span, line_and_column};

/// Every code with what it means, for the reference.
pub const POLICY_ERROR_CODES: [(&str, &str); 20] = [
    ("policy::encoding", "The document is not UTF-8."),
    (
        "policy::too_long",
        "The document has more than 131,072 characters, which IAM's API takes.",
    ),
    (
        "policy::character",
        "IAM's policies take tab, line ends and U+0020 to U+00FF only.",
    ),
    ("policy::syntax", "The document is not JSON."),
    (
        "policy::too_deep",
        "The document nests deeper than any policy does.",
    ),
    ("policy::duplicate_key", "An object has a key twice."),
    (
        "policy::wrong_type",
        "An element is an object, a list or a string where it must not be.",
    ),
    (
        "policy::unknown_element",
        "The policy language has no such element.",
    ),
    (
        "policy::missing_element",
        "An element that has to be there is not.",
    ),
    (
        "policy::forbidden_element",
        "This kind of policy may not have this element.",
    ),
    (
        "policy::conflicting_elements",
        "An element stands beside its negation.",
    ),
    (
        "policy::version",
        "The version is neither 2012-10-17 nor 2008-10-17, or has to be 2012-10-17.",
    ),
    (
        "policy::effect",
        "The effect is neither `Allow` nor `Deny`, or may not be `Allow`.",
    ),
    ("policy::sid", "The `Sid` has more than letters and digits."),
    (
        "policy::duplicate_sid",
        "Two statements have the same `Sid`.",
    ),
    (
        "policy::principal",
        "A principal is not one that can be named, or not in this kind.",
    ),
    ("policy::action", "An action has no service before it."),
    ("policy::resource", "A resource is neither an ARN nor `*`."),
    (
        "policy::unknown_operator",
        "AWS has no such condition operator.",
    ),
    (
        "policy::condition_value",
        "A condition value is not a string, a number or a boolean.",
    ),
];

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

    /// Bytes that are not UTF-8; the place is that of the first of them.
    pub(super) fn encoding(bytes: &[u8], error: Utf8Error) -> Self {
        let good = error.valid_up_to();
        let before = bytes
            .get(..good)
            .and_then(|good| std::str::from_utf8(good).ok());
        let byte = bytes.get(good).copied().unwrap_or_default();
        let message = format!("the byte 0x{byte:02X} is not UTF-8");
        Self::at(
            before.unwrap_or(""),
            Span::new(good, good),
            "policy::encoding",
            message,
        )
        .with_help("save the document as UTF-8")
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
