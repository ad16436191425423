//! A JSON reader that keeps the place of everything, refuses duplicate keys, and is bounded in
//! depth: `serde_json` keeps no places and lets the last duplicate win.

use super::{error::PolicyError, span::Span};

// Policies nest seven deep at most; the bound only keeps the reader's own recursion small.
const MAX_DEPTH: usize = 32;

/// A value with its place.
#[derive(Debug)]
pub struct Node {
    /// From the first byte of the value to one past its last.
    pub span: Span,
    /// The value.
    pub value: Value,
}

/// A JSON value.
#[derive(Debug)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A string, its escapes resolved.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// An object; no key is there twice.
    Object(Vec<Member>),
}

/// One member of an object.
#[derive(Debug)]
pub struct Member {
    /// The key, its escapes resolved.
    pub key: String,
    /// The key's place, quotes included.
    pub key_span: Span,
    /// What stands under the key.
    pub node: Node,
}

impl Value {
    /// What it is, for a message.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

/// Reads one document.
///
/// # Errors
///
/// Fails on what is not JSON, on an object with a key twice, and on more than 32 levels of nesting.
pub fn read(text: &str) -> Result<Node, PolicyError> {
    let mut reader = Reader {
        text,
        at: 0,
        depth: 0,
    };
    reader.skip_blanks();
    let node = reader.value()?;
    reader.skip_blanks();
    match reader.peek() {
        None => Ok(node),
        Some(_) => Err(reader.expected("the end of the document")),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Result<Node, PolicyError> {
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::list)?,
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            _ => return Err(self.expected("a value")),
        };
        Ok(Node {
            span: Span::new(start, self.at),
            value,
        })
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Value, PolicyError>,
    ) -> Result<Value, PolicyError> {
        if self.depth == MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} levels of nesting");
            return Err(self.fail(self.at, self.at + 1, "policy::too_deep", message));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Result<Value, PolicyError> {
        let mut members: Vec<Member> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        self.skip_blanks();
        if self.eat(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.skip_blanks();
            let member = self.member()?;
            if !seen.insert(member.key.clone()) {
                return Err(self.duplicate(&members, &member));
            }
            members.push(member);
            self.skip_blanks();
            if self.eat(b'}') {
                return Ok(Value::Object(members));
            }
            if !self.eat(b',') {
                return Err(self.expected("`,` or `}`"));
            }
        }
    }

    fn member(&mut self) -> Result<Member, PolicyError> {
        if self.peek() != Some(b'"') {
            return Err(self.expected("a key in double quotes"));
        }
        let start = self.at;
        let key = self.string()?;
        let key_span = Span::new(start, self.at);
        self.skip_blanks();
        if !self.eat(b':') {
            return Err(self.expected("`:` after the key"));
        }
        self.skip_blanks();
        Ok(Member {
            key,
            key_span,
            node: self.value()?,
        })
    }

    fn duplicate(&self, members: &[Member], second: &Member) -> PolicyError {
        let message = format!("the key `{}` is there twice", second.key);
        let first = members
            .iter()
            .find(|m| m.key == second.key)
            .map_or(0, |m| m.key_span.start);
        let (line, column) = super::span::line_and_column(self.text, first);
        PolicyError::at(self.text, second.key_span, "policy::duplicate_key", message).with_help(
            format!("it is first at line {line}, column {column}; join the two"),
        )
    }

    fn list(&mut self) -> Result<Value, PolicyError> {
        let mut nodes = Vec::new();
        self.skip_blanks();
        if self.eat(b']') {
            return Ok(Value::List(nodes));
        }
        loop {
            self.skip_blanks();
            nodes.push(self.value()?);
            self.skip_blanks();
            if self.eat(b']') {
                return Ok(Value::List(nodes));
            }
            if !self.eat(b',') {
                return Err(self.expected("`,` or `]`"));
            }
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, PolicyError> {
        let rest = self.text.get(self.at..).unwrap_or("");
        if !rest.starts_with(word) {
            return Err(self.expected("a value"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn digits(&mut self) -> Result<(), PolicyError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start {
            Err(self.expected("a digit"))
        } else {
            Ok(())
        }
    }

    fn number(&mut self) -> Result<String, PolicyError> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Ok(self.text.get(start..self.at).unwrap_or("").to_owned())
    }

    fn string(&mut self) -> Result<String, PolicyError> {
        let opening = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or("");
            let Some(run) = rest.find(['"', '\\']) else {
                let message = "this string has no closing quote".to_owned();
                return Err(self.fail(opening, opening + 1, "policy::syntax", message));
            };
            let plain = rest.get(..run).unwrap_or("");
            if let Some(control) = plain.find(|c: char| c < ' ') {
                let at = self.at + control;
                let message = "a control character inside a string".to_owned();
                let error = self.fail(at, at + 1, "policy::syntax", message);
                return Err(
                    error.with_help("write it as an escape, such as `\\n`, or close the string")
                );
            }
            out.push_str(plain);
            self.at += run;
            if self.eat(b'"') {
                return Ok(out);
            }
            out.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Result<char, PolicyError> {
        let start = self.at;
        self.at += 1;
        let escaped = self.peek();
        self.at += usize::from(escaped.is_some_and(|b| b.is_ascii()));
        let char = match escaped {
            Some(b @ (b'"' | b'\\' | b'/')) => char::from(b),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            _ => return Err(self.bad_escape(start)),
        };
        Ok(char)
    }

    fn unicode(&mut self, start: usize) -> Result<char, PolicyError> {
        let unit = self.hex(start)?;
        if !(0xD800..0xE000).contains(&unit) {
            return char::from_u32(unit).ok_or_else(|| self.bad_escape(start));
        }
        // The second half of a surrogate pair has to follow.
        if unit >= 0xDC00 || !(self.eat(b'\\') && self.eat(b'u')) {
            return Err(self.bad_escape(start));
        }
        let low = self.hex(start)?;
        if !(0xDC00..0xE000).contains(&low) {
            return Err(self.bad_escape(start));
        }
        let code = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        char::from_u32(code).ok_or_else(|| self.bad_escape(start))
    }

    fn hex(&mut self, start: usize) -> Result<u32, PolicyError> {
        let digits = self.text.get(self.at..self.at + 4).unwrap_or("");
        if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(self.bad_escape(start));
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| self.bad_escape(start))
    }

    fn bad_escape(&self, start: usize) -> PolicyError {
        let message = "this is not an escape that JSON has".to_owned();
        let end = self.at.max(start + 1);
        self.fail(start, end, "policy::syntax", message)
            .with_help("a backslash itself is written `\\\\`")
    }

    fn fail(&self, start: usize, end: usize, code: &'static str, message: String) -> PolicyError {
        PolicyError::at(self.text, Span::new(start, end), code, message)
    }

    fn expected(&self, what: &str) -> PolicyError {
        let found = self
            .text
            .get(self.at..)
            .and_then(|rest| rest.chars().next());
        let (message, len) = match found {
            Some(c) => (
                format!("expected {what}, found `{}`", c.escape_debug()),
                c.len_utf8(),
            ),
            None => (format!("expected {what}, found the end of the document"), 0),
        };
        self.fail(self.at, self.at + len, "policy::syntax", message)
    }
}
