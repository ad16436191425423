//! PartiQL for DynamoDB, as far as authorization goes: verb, table, index.
//!
//! Source: DynamoDB Developer Guide, "PartiQL select/update/insert/delete statements for DynamoDB".

use std::borrow::Cow;

use super::item::Item;

/// A statement as `verb` (`SELECT`, `INSERT`, `UPDATE`, `DELETE`, `EXISTS`), `table` and, where
/// there is one, `index`; absent where it does not parse.
pub(crate) fn statement<'a>(item: &Item<'a>) -> Item<'a> {
    let Some(text) = item.as_text() else {
        return Item::Absent;
    };
    parse(&text).map_or(Item::Absent, |statement| {
        let mut members = vec![
            (Cow::Borrowed("verb"), Item::text(statement.verb)),
            (Cow::Borrowed("table"), Item::text(statement.table)),
        ];
        if let Some(index) = statement.index {
            members.push((Cow::Borrowed("index"), Item::text(index)));
        }
        Item::Map(members)
    })
}

struct Statement {
    verb: &'static str,
    table: String,
    index: Option<String>,
}

fn parse(text: &str) -> Option<Statement> {
    let mut words = Words { rest: text };
    let verb = words.next()?.to_ascii_uppercase();
    let (verb, before_table) = match verb.as_str() {
        "SELECT" => ("SELECT", Some("FROM")),
        "INSERT" => ("INSERT", Some("INTO")),
        "DELETE" => ("DELETE", Some("FROM")),
        "UPDATE" => ("UPDATE", None),
        "EXISTS" => ("EXISTS", Some("FROM")),
        _ => return None,
    };
    if let Some(keyword) = before_table {
        words
            .by_ref()
            .find(|word| word.eq_ignore_ascii_case(keyword))?;
    }
    let table = unquote(words.next()?);
    let index = match words.next() {
        Some(".") => words.next().map(unquote),
        _ => None,
    };
    Some(Statement { verb, table, index })
}

/// Words, quoted names, literals and single signs.
struct Words<'t> {
    rest: &'t str,
}

impl<'t> Iterator for Words<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let rest = self.rest.trim_start();
        let first = rest.chars().next()?;
        let length = match first {
            '"' | '\'' => 2 + rest.get(1..)?.find(first)?,
            c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (word, rest) = rest.split_at_checked(length)?;
        self.rest = rest;
        Some(word)
    }
}

/// Table names have letters, digits, `_`, `-` and `.`; unquoted, a `.` begins the index.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

fn unquote(word: &str) -> String {
    word.strip_prefix('"')
        .and_then(|w| w.strip_suffix('"'))
        .unwrap_or(word)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(&'static str, String, Option<String>)> {
        parse(text).map(|s| (s.verb, s.table, s.index))
    }

    #[test]
    fn finds_verb_table_and_index() {
        let cases = [
            (
                "SELECT * FROM \"Orders\" WHERE id='1'",
                ("SELECT", "Orders", None),
            ),
            ("select a, b from Orders", ("SELECT", "Orders", None)),
            (
                "SELECT * FROM \"Orders\".\"by-date\"",
                ("SELECT", "Orders", Some("by-date")),
            ),
            (
                "SELECT 'FROM x' FROM Music.Index1",
                ("SELECT", "Music", Some("Index1")),
            ),
            (
                "INSERT INTO \"a.b\" VALUE {'id':'1'}",
                ("INSERT", "a.b", None),
            ),
            (
                "UPDATE Orders SET x=1 WHERE id='1'",
                ("UPDATE", "Orders", None),
            ),
            (
                "DELETE FROM Orders WHERE id='1'",
                ("DELETE", "Orders", None),
            ),
            (
                "EXISTS(SELECT * FROM Orders WHERE id='1')",
                ("EXISTS", "Orders", None),
            ),
        ];
        for (text, (verb, table, index)) in cases {
            let expected = (verb, table.to_owned(), index.map(str::to_owned));
            assert_eq!(parts(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_statement() {
        assert_eq!(parts("DROP TABLE Orders"), None);
        assert_eq!(parts("SELECT *"), None);
        assert_eq!(parts(""), None);
    }
}
