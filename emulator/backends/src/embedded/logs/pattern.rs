//! Filter patterns: words, conditions on JSON, and fields between spaces.
//!
//! Source: CloudWatch Logs user guide, "Filter pattern syntax". Regular expressions (`%...%`) are refused:
//! they are not here.

use rolecall_protocol::ServiceError;
use serde_json::Value;

use super::{errors, fields::Fields, filter::Condition};

/// A filter pattern.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Pattern {
    /// All of these, none of those, and of the last, if there are any, one.
    Words {
        all: Vec<String>,
        none: Vec<String>,
        any: Vec<String>,
    },
    /// A condition on a message that is JSON.
    Json(Condition),
    /// Fields between spaces.
    Fields(Fields),
}

impl Pattern {
    pub(super) fn parse(text: &str) -> Result<Self, ServiceError> {
        let text = text.trim();
        // Source: API reference, FilterLogEvents, `filterPattern`.
        if text.len() > 1024 {
            return Err(errors::invalid(
                "Filter pattern is longer than 1024 characters.",
            ));
        }
        if text.contains('%') {
            return Err(errors::invalid(
                "Rolecall has no filter patterns with regular expressions.",
            ));
        }
        if let Some(inside) = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            let fields = Fields::parse(inside);
            return fields
                .map(Self::Fields)
                .ok_or_else(|| errors::invalid("Invalid filter pattern"));
        }
        if let Some(inside) = text
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
        {
            let condition = Condition::parse(inside);
            return condition
                .map(Self::Json)
                .ok_or_else(|| errors::invalid("Invalid filter pattern"));
        }
        words(text).ok_or_else(|| errors::invalid("Invalid filter pattern"))
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        match self {
            Self::Words { all, none, any } => {
                let has = |word: &String| message.contains(word.as_str());
                all.iter().all(has)
                    && !none.iter().any(has)
                    && (any.is_empty() || any.iter().any(has))
            }
            Self::Fields(fields) => fields.matches(message),
            Self::Json(condition) => match serde_json::from_str::<Value>(message) {
                Ok(message) => condition.holds(&message),
                Err(_) => false,
            },
        }
    }
}

/// Words, and phrases between quotes; `-` in front for none of it, `?` for any of it.
fn words(text: &str) -> Option<Pattern> {
    let (mut all, mut none, mut any) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = text;
    while !rest.is_empty() {
        let (kind, behind) = match rest.chars().next()? {
            '-' => (&mut none, rest.get(1..)?),
            '?' => (&mut any, rest.get(1..)?),
            _ => (&mut all, rest),
        };
        let (word, behind) = match behind.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => behind.split_at_checked(behind.find(' ').unwrap_or(behind.len()))?,
        };
        // Other than letters, digits and underscores need quotes, says the guide; AWS lets some
        // pass, and so do we.
        if !word.is_empty() {
            kind.push(word.to_owned());
        }
        rest = behind.trim_start();
    }
    Some(Pattern::Words { all, none, any })
}
