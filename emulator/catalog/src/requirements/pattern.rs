//! Formats of ARNs, such as `arn:${Partition}:sqs:${Region}:${Account}:${QueueName}`.

/// A piece of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Variable(String),
}

/// Splits a format; a `*` in it is a variable without a name.
pub(crate) fn pieces(format: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("${") {
        texts(before, &mut pieces);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        pieces.push(Piece::Variable(name.to_owned()));
        rest = after;
    }
    texts(rest, &mut pieces);
    pieces
}

fn texts(text: &str, pieces: &mut Vec<Piece>) {
    for (number, part) in text.split('*').enumerate() {
        if number > 0 {
            pieces.push(Piece::Variable("*".to_owned()));
        }
        if !part.is_empty() {
            pieces.push(Piece::Text(part.to_owned()));
        }
    }
}

/// Says whether a resource can be of this format; a variable is any text.
pub(crate) fn matches(pieces: &[Piece], text: &str) -> bool {
    match pieces.split_first() {
        None => text.is_empty(),
        Some((Piece::Text(start), rest)) => text
            .strip_prefix(start.as_str())
            .is_some_and(|tail| matches(rest, tail)),
        Some((Piece::Variable(_), [])) => true,
        Some((Piece::Variable(_), rest)) => {
            // A text matches only where it begins.
            let begins = match rest.first() {
                Some(Piece::Text(next)) => next.bytes().next(),
                _ => None,
            };
            let bytes = text.bytes().map(Some).chain([None]).enumerate();
            let mut places = bytes.filter(|(_, byte)| begins.is_none() || *byte == begins);
            places.any(|(at, _)| text.get(at..).is_some_and(|tail| matches(rest, tail)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_formats() {
        let table = pieces("arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}");
        let index = pieces("arn:${Partition}:dynamodb:${Region}:${Account}:table/${T}/index/${I}");
        let orders = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders";
        let instance = pieces("arn:${Partition}:dms:${Region}:${Account}:rep:*");
        assert!(matches(
            &instance,
            "arn:aws:dms:us-east-1:123456789012:rep:ABC"
        ));
        assert!(matches(&table, orders));
        assert!(!matches(&index, orders));
        assert!(matches(&index, &format!("{orders}/index/ByDate")));
        assert!(!matches(
            &table,
            "arn:aws:sqs:us-east-1:123456789012:table/Orders"
        ));
    }
}
