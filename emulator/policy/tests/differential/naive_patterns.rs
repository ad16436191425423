//! Patterns of the naive evaluator (B7, B8).

use crate::naive_conditions::{Keys, Values};

/// What is done about an ARN pattern of fewer than six parts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Padding {
    Always,
    WithStar,
    AfterTrailingStar,
    Never,
}

/// A character of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    Run,
    One,
    Literal(char),
}

/// Action patterns: without regard to case, blanks are characters like others.
pub(crate) fn action(pattern: &str, action: &str) -> bool {
    glob(&wild(&pattern.to_lowercase()), &action.to_lowercase())
}

/// Resource patterns, one part of the ARN after the other.
pub(crate) fn resource(
    pattern: &str,
    resource: &str,
    padding: Padding,
    keys: Option<&Keys>,
) -> bool {
    if pattern == "*" {
        return true;
    }
    // Without a resource type only `*` covers.
    if resource == "*" {
        return false;
    }
    let mut parts: Vec<&str> = pattern.splitn(6, ':').collect();
    if parts.len() < 6 {
        let padded = match padding {
            Padding::Always => true,
            Padding::WithStar => pattern.contains('*'),
            Padding::AfterTrailingStar => pattern.ends_with('*'),
            Padding::Never => false,
        };
        if !padded {
            return false;
        }
        parts.resize(6, "*");
    }
    let of_resource: Vec<&str> = resource.splitn(6, ':').collect();
    if of_resource.len() < 6 {
        return false;
    }
    // Variables stand after the fifth colon only.
    let last = match keys {
        Some(keys) => substitute(parts[5], keys),
        None => Some(wild(parts[5])),
    };
    // Partition, service, region and account mind no case; `arn` itself is what it is.
    let leading = parts.iter().zip(&of_resource).take(5).enumerate();
    let mut leading = leading.map(|(index, (part, text))| match index {
        0 => glob(&wild(part), text),
        _ => glob(&wild(&part.to_lowercase()), &text.to_lowercase()),
    });
    leading.all(|matched| matched) && last.is_some_and(|last| glob(&last, of_resource[5]))
}

/// A text with its wildcards and without variables.
pub(crate) fn wild(text: &str) -> Vec<Symbol> {
    let symbol = |c| match c {
        '*' => Symbol::Run,
        '?' => Symbol::One,
        other => Symbol::Literal(other),
    };
    text.chars().map(symbol).collect()
}

/// Puts values in the place of variables; none if a key is absent and has no default.
pub(crate) fn substitute(text: &str, keys: &Keys) -> Option<Vec<Symbol>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.extend(wild(before));
        let Some((variable, remaining)) = after.split_once('}') else {
            out.extend(wild("${"));
            rest = after;
            continue;
        };
        out.extend(value_of(variable, keys)?.chars().map(Symbol::Literal));
        rest = remaining;
    }
    out.extend(wild(rest));
    Some(out)
}

fn value_of(variable: &str, keys: &Keys) -> Option<String> {
    if ["*", "?", "$"].contains(&variable) {
        return Some(variable.to_owned());
    }
    let (key, default) = match variable.split_once(", '") {
        Some((key, default)) => (key, Some(default.trim_end_matches('\''))),
        None => (variable, None),
    };
    match keys.get(key) {
        Some(Values::One(text)) => Some(text.clone()),
        // Multivalued keys are no variables.
        Some(Values::Many(_)) => None,
        None => default.map(ToOwned::to_owned),
    }
}

/// Whether a pattern covers the whole of a text.
pub(crate) fn glob(pattern: &[Symbol], text: &str) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return text.is_empty();
    };
    let mut chars = text.chars();
    match first {
        Symbol::Run => {
            glob(rest, text) || (chars.next().is_some() && glob(pattern, chars.as_str()))
        }
        Symbol::One => chars.next().is_some() && glob(rest, chars.as_str()),
        Symbol::Literal(c) => chars.next() == Some(*c) && glob(rest, chars.as_str()),
    }
}
