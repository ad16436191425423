//! The name that was probably meant.

/// Adds the nearest of the known names to a complaint.
pub fn with_nearest<'a>(
    complaint: String,
    wrong: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> String {
    let best = known
        .into_iter()
        .map(|name| {
            (
                distance(&wrong.to_ascii_lowercase(), &name.to_ascii_lowercase()),
                name,
            )
        })
        .min();
    match best {
        // At least half of the name was meant so.
        Some((distance, name))
            if distance <= 2 + wrong.len() / 4 && distance * 2 <= wrong.len() =>
        {
            format!("{complaint}; `{name}` is the nearest")
        }
        _ => complaint,
    }
}

/// Levenshtein's distance, in bytes.
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.bytes().enumerate() {
        let mut previous = i + 1;
        let mut next = vec![previous];
        for (r, pair) in right.bytes().zip(row.windows(2)) {
            if let [diagonal, above] = pair {
                previous = (diagonal + usize::from(l != r))
                    .min(above + 1)
                    .min(previous + 1);
                next.push(previous);
            }
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn names_the_nearest_or_none() {
        let near = with_nearest("no `Keyy`".to_owned(), "Keyy", ["Bucket", "Key"]);
        assert_eq!(near, "no `Keyy`; `Key` is the nearest");
        assert_eq!(
            with_nearest("no `x`".to_owned(), "x", ["RequestPayer"]),
            "no `x`"
        );
        assert_eq!(
            with_nearest("no `zork`".to_owned(), "zork", ["aoss", "s3", "work"]),
            "no `zork`; `work` is the nearest"
        );
        assert_eq!(
            with_nearest("no `zork`".to_owned(), "zork", ["aoss", "s3"]),
            "no `zork`"
        );
    }
}
