//! A finding: what is wrong, where, and what to do.

use std::ops::Range;

use serde_json::{Map, Value, json};

use super::{
    check::{Check, FindingKind},
    place::Place,
};

/// One thing that a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check, with its code, kind and link.
    pub check: Check,
    /// What is wrong: a sentence without a full stop, input in backticks.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
    /// The byte range in the document.
    pub span: Range<usize>,
    /// Where it begins.
    pub start: Place,
    /// One past where it ends.
    pub end: Place,
    /// The way to it from the document's root.
    pub path: Vec<Step>,
    /// The change that removes it, where that is certain.
    pub fix: Option<Fix>,
}

/// One step of a path, as the API of IAM Access Analyzer has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the value under this key.
    Value(String),
    /// To the key itself.
    Key(String),
    /// To this element of a list, from 0.
    Index(usize),
}

/// A change that removes a finding and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The replacements; they do not overlap.
    pub edits: Vec<Edit>,
}

/// One replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that are replaced.
    pub span: Range<usize>,
    /// What stands there after.
    pub text: String,
}

impl Finding {
    /// What it means.
    pub fn kind(&self) -> FindingKind {
        self.check.kind()
    }

    /// The finding in the form that the API operation ValidatePolicy answers, with `remedy` and
    /// `fixable` besides: lines from 1, columns and offsets from 0, in characters.
    pub fn to_json(&self) -> Value {
        let path: Vec<Value> = self.path.iter().map(Step::to_json).collect();
        json!({
            "findingType": self.kind().as_str(),
            "issueCode": self.check.code(),
            "findingDetails": self.message,
            "remedy": self.remedy,
            "fixable": self.fix.is_some(),
            "learnMoreLink": self.check.link(),
            "locations": [{
                "path": path,
                "span": { "start": self.start.to_json(), "end": self.end.to_json() },
            }],
        })
    }

    /// The finding for people: the place, the line with carets under it, the remedy, the link.
    pub fn render(&self, file: &str, source: &str) -> String {
        let line = source.lines().nth(self.start.line.saturating_sub(1));
        let (shown, blanks) = excerpt(line.unwrap_or(""), self.start.column);
        let gutter = self.start.line.to_string().len();
        let pad = " ".repeat(gutter);
        let carets = "^".repeat(self.width().min(160_usize.saturating_sub(blanks)).max(1));
        let fixable = if self.fix.is_some() {
            format!("{pad} = fix: `--fix` makes this change\n")
        } else {
            String::new()
        };
        format!(
            "{kind}[{code}]: {message}\n\
             {pad}--> {file}:{row}:{column}\n\
             {pad} |\n\
             {row} | {shown}\n\
             {pad} | {indent}{carets}\n\
             {pad} = help: {remedy}\n\
             {fixable}\
             {pad} = see: {link}\n",
            kind = self.kind().noun(),
            code = self.check.code(),
            message = self.message,
            row = self.start.line,
            column = self.start.column + 1,
            indent = " ".repeat(blanks),
            remedy = self.remedy,
            link = self.check.link(),
        )
    }

    /// How many characters of the first line are meant.
    fn width(&self) -> usize {
        let one_line = self.start.line == self.end.line;
        let width = self.end.column.saturating_sub(self.start.column);
        if one_line { width.clamp(1, 60) } else { 1 }
    }
}

impl Step {
    fn to_json(&self) -> Value {
        let (key, value) = match self {
            Self::Value(key) => ("value", Value::from(key.as_str())),
            Self::Key(key) => ("key", Value::from(key.as_str())),
            Self::Index(index) => ("index", Value::from(*index)),
        };
        Value::Object(Map::from_iter([(key.to_owned(), value)]))
    }
}

/// The part of a line around a column, since a document may be one long line, and the number of
/// blanks before the caret.
fn excerpt(line: &str, column: usize) -> (String, usize) {
    let from = if column > 100 { column - 60 } else { 0 };
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let shown = line.chars().skip(from).take(160).map(plain).collect();
    (shown, column - from)
}
