//! Lists in one header.

/// The items of a list of texts: separated by commas, quoted where they contain one.
pub(crate) fn split_list(text: &str) -> Vec<String> {
    let mut items = Vec::new();
    let mut item = String::new();
    let mut quoted = false;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => quoted = !quoted,
            '\\' if quoted => item.extend(letters.next()),
            ',' if !quoted => items.push(take_trimmed(&mut item)),
            _ => item.push(letter),
        }
    }
    items.push(take_trimmed(&mut item));
    items.retain(|item| !item.is_empty());
    items
}

fn take_trimmed(item: &mut String) -> String {
    std::mem::take(item).trim().to_owned()
}

/// RFC 822 dates have a comma of their own: every second one separates.
pub(crate) fn split_dates(text: &str) -> Vec<String> {
    if text.bytes().any(|b| b.is_ascii_alphabetic()) && text.contains(", ") {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        return parts.chunks(2).map(|pair| pair.join(", ")).collect();
    }
    split_list(text)
}

/// One item, quoted if it must be.
pub(crate) fn quote(item: &str) -> String {
    if item.contains(['"', ',']) {
        format!("\"{}\"", item.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        item.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_split_outside_of_quotes() {
        assert_eq!(split_list("a, b,\"c,\\\"d\",,"), ["a", "b", "c,\"d"]);
        assert_eq!(quote("c,\"d"), "\"c,\\\"d\"");
        assert_eq!(quote("plain"), "plain");
    }

    #[test]
    fn dates_keep_their_comma() {
        let dates = "Mon, 16 Dec 2019 23:48:18 GMT, Tue, 17 Dec 2019 23:48:18 GMT";
        assert_eq!(split_dates(dates).len(), 2);
        assert_eq!(
            split_dates("2019-12-16T23:48:18Z,2019-12-17T23:48:18Z").len(),
            2
        );
    }
}
