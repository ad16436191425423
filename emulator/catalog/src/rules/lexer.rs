//! The tokens of expressions and predicates.

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A name: letters, digits, `_` and `-`.
    Name(String),
    /// A text in single quotes.
    Literal(String),
    Dot,
    Items,
    Bar,
    Open,
    Close,
    Comma,
}

/// Splits a text into tokens.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '.' => (Token::Dot, 1),
            '|' => (Token::Bar, 1),
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            ',' => (Token::Comma, 1),
            '[' if rest.starts_with("[]") => (Token::Items, 2),
            '\'' => literal(rest)?,
            c if is_name(c) => name(rest),
            c => return Err(format!("`{c}` has no meaning in `{text}`")),
        };
        found.push(token);
        rest = rest.get(length..).unwrap_or("").trim_start();
    }
    Ok(found)
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

fn name(text: &str) -> (Token, usize) {
    let name: String = text.chars().take_while(|c| is_name(*c)).collect();
    let length = name.len();
    (Token::Name(name), length)
}

fn literal(text: &str) -> Result<(Token, usize), String> {
    let inner = text.strip_prefix('\'').unwrap_or(text);
    let (literal, _) = inner
        .split_once('\'')
        .ok_or_else(|| format!("the quote in `{text}` is not closed"))?;
    Ok((Token::Literal(literal.to_owned()), literal.len() + 2))
}
