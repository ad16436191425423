//! Patterns for messages of fields between spaces: `[ip, ..., status = 4* || status = 500, bytes > 9]`.
//!
//! Source: CloudWatch Logs user guide, "Filter pattern syntax", "Filter patterns for space-delimited log
//! events". Assumed: that a condition on a field names that field, and which fields a message has
//! where quotes or brackets stand within a word.

use super::filter::{Operator, like};

/// The fields of a message, in order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fields {
    before: Vec<Field>,
    /// Behind `...`, if there is one.
    after: Option<Vec<Field>>,
}

/// One of each of these has to hold: terms joined by `&&` within, by `||` around.
#[derive(Clone, Debug, Default, PartialEq)]
struct Field {
    either: Vec<Vec<Term>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Term {
    operator: Operator,
    operand: String,
}

impl Fields {
    /// Reads what stands between the brackets.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut fields = Self {
            before: Vec::new(),
            after: None,
        };
        for part in split(text, ",")? {
            let part = part.trim();
            if part == "..." {
                if fields.after.is_some() {
                    return None;
                }
                fields.after = Some(Vec::new());
                continue;
            }
            let field = Field::parse(part)?;
            fields
                .after
                .as_mut()
                .unwrap_or(&mut fields.before)
                .push(field);
        }
        Some(fields)
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        let found = fields_of(message);
        let after = self.after.as_deref().unwrap_or_default();
        let named = self.before.len() + after.len();
        let fits = match self.after {
            None => found.len() == named,
            Some(_) => found.len() >= named,
        };
        let last = found.iter().skip(found.len().saturating_sub(after.len()));
        let first = self.before.iter().zip(&found);
        fits && first
            .chain(after.iter().zip(last))
            .all(|(field, text)| field.holds(text))
    }
}

impl Field {
    fn parse(text: &str) -> Option<Self> {
        let is_name = |text: &str| {
            let letters = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
            !text.is_empty() && text.chars().all(letters)
        };
        if is_name(text) {
            return Some(Self::default());
        }
        let mut name = None;
        let mut either = Vec::new();
        for all in split(text, "||")? {
            let mut terms = Vec::new();
            for one in split(all, "&&")? {
                let (of, term) =
                    Term::parse(one.trim_matches(|c: char| c.is_whitespace() || "()".contains(c)))?;
                if !is_name(of) || *name.get_or_insert(of) != of {
                    return None;
                }
                terms.push(term);
            }
            either.push(terms);
        }
        Some(Self { either })
    }

    fn holds(&self, text: &str) -> bool {
        let all = |terms: &Vec<Term>| terms.iter().all(|term| term.holds(text));
        self.either.is_empty() || self.either.iter().any(all)
    }
}

impl Term {
    fn parse(text: &str) -> Option<(&str, Self)> {
        let at = text.find(['=', '!', '<', '>'])?;
        let (name, rest) = text.split_at_checked(at)?;
        let signs = [
            ("!=", Operator::Unequal),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("=", Operator::Equal),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        let found = signs.iter().find_map(|(sign, operator)| {
            let operand = rest.strip_prefix(sign)?;
            Some((*operator, operand))
        });
        let (operator, operand) = found?;
        let operand = operand.trim().trim_matches('"').to_owned();
        (!operand.is_empty()).then(|| (name.trim(), Self { operator, operand }))
    }

    fn holds(&self, text: &str) -> bool {
        let number = |text: &str| text.parse::<f64>().ok();
        let order = number(text)
            .zip(number(&self.operand))
            .and_then(|(one, other)| one.partial_cmp(&other));
        let equal = order.map_or_else(|| like(&self.operand, text), std::cmp::Ordering::is_eq);
        match self.operator {
            Operator::Equal => equal,
            Operator::Unequal => !equal,
            Operator::Less => order.is_some_and(std::cmp::Ordering::is_lt),
            Operator::LessOrEqual => order.is_some_and(std::cmp::Ordering::is_le),
            Operator::Greater => order.is_some_and(std::cmp::Ordering::is_gt),
            Operator::GreaterOrEqual => order.is_some_and(std::cmp::Ordering::is_ge),
        }
    }
}

/// Cut where a separator stands outside of quotes; none if a quote is open at the end.
fn split<'t>(text: &'t str, separator: &str) -> Option<Vec<&'t str>> {
    let (mut parts, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, letter) in text.char_indices() {
        if letter == '"' {
            quoted = !quoted;
        }
        if at >= start && !quoted && text.get(at..)?.starts_with(separator) {
            parts.push(text.get(start..at)?);
            start = at + separator.len();
        }
    }
    parts.push(text.get(start..)?);
    (!quoted).then_some(parts)
}

/// The fields of a message: words, and what stands between quotes or brackets.
fn fields_of(message: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut rest = message.trim_start();
    while !rest.is_empty() {
        let enclosed = [("\"", '"'), ("[", ']')]
            .into_iter()
            .find_map(|(open, close)| rest.strip_prefix(open)?.split_once(close));
        let (field, behind) = enclosed.unwrap_or_else(|| {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            rest.split_at_checked(end).unwrap_or((rest, ""))
        });
        fields.push(field);
        rest = behind.trim_start();
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    // The message of the guide's examples.
    const LINE: &str = "127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] \
                        \"GET /index.html HTTP/1.0\" 404 1534";

    #[test]
    fn fields_are_told_by_their_place() {
        let matches = |pattern: &str| Fields::parse(pattern).map(|one| one.matches(LINE));
        for (pattern, expected) in [
            (
                "ip, user_id, username, timestamp, request, status_code, bytes",
                true,
            ),
            (
                "ip, user_id, username, timestamp, request, status_code",
                false,
            ),
            ("ip, ..., status_code, bytes", true),
            ("ip = 127.0.*, ...", true),
            ("ip = 128.*, ...", false),
            ("..., request = *.html*, status_code = 4*, bytes", true),
            ("..., status_code = 5* || status_code = 404, bytes", true),
            ("..., status_code >= 400 && status_code < 404, bytes", false),
            ("..., bytes > 1000", true),
            ("..., bytes <= 1000", false),
            ("ip, user_id != Dev, ...", true),
            ("ip, user_id, username = \"frank\", ...", true),
            ("...", true),
        ] {
            assert_eq!(matches(pattern), Some(expected), "{pattern}");
        }
        for broken in ["a b", "a, ..., ...", "a = ", "a = 1 || b = 2", "a = \"x"] {
            assert_eq!(matches(broken), None, "{broken}");
        }
    }
}
