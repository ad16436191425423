//! What two resource patterns have in common, by example.

/// The longest pattern that is looked into; an ARN has at most 2,048 characters.
const LONGEST: usize = 4096;
/// What stands for a wildcard in an example: nothing, a letter, something unlikely, a path. A
/// statement that speaks of a few names only does not meet all of them.
const FILLERS: [&str; 4] = ["", "a", "rolecall-example", "x/y.z"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Any,
    One,
    Char(char),
}

/// Resources that both patterns match; none if they have nothing in common.
pub(super) fn examples(one: &str, other: &str) -> Vec<String> {
    let mut found: Vec<_> = FILLERS
        .iter()
        .filter_map(|filler| example(one, other, filler))
        .collect();
    found.dedup();
    found
}

fn example(one: &str, other: &str, filler: &str) -> Option<String> {
    match (one, other) {
        ("*", "*") => Some("*".to_owned()),
        ("*", pattern) | (pattern, "*") => example(pattern, pattern, filler),
        _ => {
            // A wildcard in the first five parts does not reach over a colon.
            let (one, other) = (parts(one), parts(other));
            let parts = one
                .iter()
                .zip(&other)
                .map(|(one, other)| common(one, other, filler));
            parts
                .collect::<Option<Vec<_>>>()
                .map(|parts| parts.join(":"))
        }
    }
}

fn parts(pattern: &str) -> Vec<Vec<Token>> {
    let mut parts: Vec<_> = pattern.splitn(6, ':').map(tokens).collect();
    // A short ARN is filled up (iam-semantics.md B8 [S]).
    parts.resize(6, vec![Token::Any]);
    parts
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let (token, length) = match rest.strip_prefix("${").and_then(|v| v.split_once('}')) {
            Some((variable, _)) => (of_variable(variable), variable.len() + 3),
            None => (of_char(first), first.len_utf8()),
        };
        out.push(token);
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}

fn of_variable(name: &str) -> Token {
    match name {
        "*" => Token::Char('*'),
        "?" => Token::Char('?'),
        "$" => Token::Char('$'),
        _ => Token::Any,
    }
}

fn of_char(char: char) -> Token {
    match char {
        '*' => Token::Any,
        '?' => Token::One,
        char => Token::Char(char),
    }
}

/// The pattern with `*` for each variable: everything that it can stand for.
pub(crate) fn widen_variables(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        match after.split_once('}') {
            Some((name @ ("*" | "?" | "$"), behind)) => {
                out.extend(["${", name, "}"]);
                rest = behind;
            }
            Some((_, behind)) => {
                out.push('*');
                rest = behind;
            }
            None => {
                out.push_str("${");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// A text that both match: walks through both at once, along what can still be finished.
fn common(one: &[Token], other: &[Token], filler: &str) -> Option<String> {
    if one.len().saturating_mul(other.len()) > LONGEST * LONGEST {
        return None;
    }
    let reachable = Reachable::new(one, other);
    let mut text = String::new();
    let (mut i, mut j) = (0, 0);
    while (i, j) != (one.len(), other.len()) {
        let step = steps(one.get(i), other.get(j))
            .into_iter()
            .flatten()
            .find(|step| reachable.has(i + step.one, j + step.other))?;
        match step.emit {
            Emit::Nothing => {}
            Emit::Filler => text.push_str(filler),
            Emit::Char(char) => text.push(char),
        }
        (i, j) = (i + step.one, j + step.other);
    }
    Some(text)
}

#[derive(Clone, Copy)]
struct Step {
    one: usize,
    other: usize,
    emit: Emit,
}

#[derive(Clone, Copy)]
enum Emit {
    Nothing,
    Filler,
    Char(char),
}

/// Where one can go from a pair of tokens, the more telling ways first.
fn steps(one: Option<&Token>, other: Option<&Token>) -> [Option<Step>; 2] {
    let step = |one, other, emit| Some(Step { one, other, emit });
    match (one, other) {
        (Some(Token::Any), Some(Token::Any)) => {
            [step(1, 0, Emit::Filler), step(0, 1, Emit::Filler)]
        }
        (Some(Token::Any), Some(token)) => [
            step(0, 1, Emit::Char(shown(*token))),
            step(1, 0, Emit::Nothing),
        ],
        (Some(token), Some(Token::Any)) => [
            step(1, 0, Emit::Char(shown(*token))),
            step(0, 1, Emit::Nothing),
        ],
        (Some(Token::Any), None) => [step(1, 0, Emit::Nothing), None],
        (None, Some(Token::Any)) => [step(0, 1, Emit::Nothing), None],
        (Some(Token::One), Some(token)) | (Some(token), Some(Token::One)) => {
            [step(1, 1, Emit::Char(shown(*token))), None]
        }
        (Some(Token::Char(a)), Some(Token::Char(b))) if a == b => {
            [step(1, 1, Emit::Char(*a)), None]
        }
        _ => [None, None],
    }
}

fn shown(token: Token) -> char {
    match token {
        Token::Char(char) => char,
        Token::One | Token::Any => 'a',
    }
}

/// The positions from which the ends of both can be reached.
struct Reachable {
    width: usize,
    cells: Vec<bool>,
}

impl Reachable {
    fn new(one: &[Token], other: &[Token]) -> Self {
        let width = other.len() + 1;
        let mut reachable = Self {
            width,
            cells: vec![false; (one.len() + 1) * width],
        };
        for i in (0..=one.len()).rev() {
            for j in (0..=other.len()).rev() {
                let end = (i, j) == (one.len(), other.len());
                let mut steps = steps(one.get(i), other.get(j)).into_iter().flatten();
                let onward = end || steps.any(|s| reachable.has(i + s.one, j + s.other));
                if let Some(cell) = reachable.cells.get_mut(i * width + j) {
                    *cell = onward;
                }
            }
        }
        reachable
    }

    fn has(&self, i: usize, j: usize) -> bool {
        self.cells.get(i * self.width + j).copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use rolecall_policy::ResourcePattern;

    use super::*;

    #[test]
    fn examples_match_both() {
        for (one, other) in [
            ("arn:aws:s3:::b/*", "arn:aws:s3:::*"),
            ("arn:aws:s3:::b/*/x", "arn:aws:s3:::?/a*"),
            ("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/*"),
            ("arn:aws:sqs:*:1:q", "arn:aws:sqs:us-east-1:*:q*"),
            ("*", "arn:aws:s3:::b/*"),
            ("arn:aws:s3:::*a*b", "arn:aws:s3:::c*b*"),
        ] {
            let examples = examples(one, other);
            assert!(!examples.is_empty(), "{one} {other}");
            for example in examples {
                assert!(
                    ResourcePattern::new(one).matches(&example),
                    "{one} {example}"
                );
                assert!(
                    ResourcePattern::new(other).matches(&example),
                    "{other} {example}"
                );
            }
        }
    }

    #[test]
    fn what_has_nothing_in_common_has_no_example() {
        for (one, other) in [
            ("arn:aws:s3:::b/*", "arn:aws:s3:::c/*"),
            ("arn:aws:s3:::b", "arn:aws:s3:::b?"),
            ("arn:aws:sqs:*:1:q", "arn:aws:sqs:us-east-1:2:q"),
            ("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/a*"),
        ] {
            assert_eq!(examples(one, other), [""; 0], "{one} {other}");
        }
    }

    #[test]
    fn variables_widen_and_literals_stay() {
        assert_eq!(widen_variables("a/${aws:username}/${*}/${"), "a/*/${*}/${");
    }
}
