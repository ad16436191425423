//! `wildcard`: `*` stands for any characters, `\*` for itself, `\\` for a backslash.
//!
//! Source: EventBridge user guide, "Comparison operators", "Wildcard matching".

/// A piece of a pattern.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Any,
    One(char),
}

/// Whether a text matches; a bad pattern matches nothing.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let Some(pieces) = pieces(pattern) else {
        return false;
    };
    let text: Vec<char> = text.chars().collect();
    // Which positions of the text can be reached after each piece.
    let mut reached = vec![false; text.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    for piece in pieces {
        reached = match piece {
            Piece::Any => {
                let mut seen = false;
                reached
                    .into_iter()
                    .map(|here| {
                        seen |= here;
                        seen
                    })
                    .collect()
            }
            Piece::One(wanted) => {
                let stepped = reached
                    .iter()
                    .zip(&text)
                    .map(|(here, found)| *here && *found == wanted);
                std::iter::once(false).chain(stepped).collect()
            }
        };
    }
    reached.last().copied().unwrap_or(false)
}

/// Whether a pattern is one: no two wildcards side by side, nothing else behind a backslash.
pub(super) fn is_valid(pattern: &str) -> bool {
    pieces(pattern).is_some()
}

fn pieces(pattern: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        let piece = match character {
            '*' if pieces.last() == Some(&Piece::Any) => return None,
            '*' => Piece::Any,
            '\\' => Piece::One(characters.next().filter(|c| matches!(c, '*' | '\\'))?),
            other => Piece::One(other),
        };
        pieces.push(piece);
    }
    Some(pieces)
}
