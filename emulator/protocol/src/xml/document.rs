//! The text of an XML document.

use std::borrow::Cow;

// Most answers are shorter: none of them grows while it is written.
const USUAL_LENGTH: usize = 1000;

/// A document as it is written.
#[derive(Debug)]
pub(crate) struct Document {
    text: String,
}

impl Document {
    /// A document with nothing but its declaration.
    pub(crate) fn new() -> Self {
        let mut text = String::with_capacity(USUAL_LENGTH);
        text.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        Self { text }
    }

    /// An empty text, without a declaration.
    pub(crate) fn bare() -> Self {
        Self {
            text: String::new(),
        }
    }

    /// The whole text.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    /// Opens an element.
    pub(crate) fn open(&mut self, name: &str) {
        self.open_with(name, &[]);
    }

    /// Opens an element in a namespace, if there is one.
    pub(crate) fn open_in(&mut self, name: &str, namespace: Option<&str>) {
        match namespace {
            Some(namespace) => self.open_with(name, &[("xmlns".into(), namespace)]),
            None => self.open(name),
        }
    }

    /// Opens an element with attributes.
    pub(crate) fn open_with(&mut self, name: &str, attributes: &[(Cow<'_, str>, &str)]) {
        self.text.push('<');
        self.text.push_str(name);
        for (attribute, value) in attributes {
            for part in [" ", attribute, "=\"", &escape(value), "\""] {
                self.text.push_str(part);
            }
        }
        self.text.push('>');
    }

    /// An element with what `inside` writes; with nothing in it, in the short form.
    pub(crate) fn element(
        &mut self,
        name: &str,
        attributes: &[(Cow<'_, str>, &str)],
        inside: impl FnOnce(&mut Self),
    ) {
        self.open_with(name, attributes);
        let start = self.text.len();
        inside(self);
        if self.text.len() == start {
            self.text.truncate(start - 1);
            self.text.push_str(" />");
        } else {
            self.close(name);
        }
    }

    /// Closes an element.
    pub(crate) fn close(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    /// An element with a text.
    pub(crate) fn leaf(&mut self, name: &str, text: &str) {
        self.open(name);
        self.text(text);
        self.close(name);
    }

    /// A text as botocore writes it, with its quotation marks.
    pub(crate) fn request_text(&mut self, text: &str) {
        self.text.push_str(&escape(text).replace("&quot;", "\""));
    }

    /// A text.
    pub(crate) fn text(&mut self, text: &str) {
        self.text.push_str(&escape(text));
    }
}

/// Escapes a text for content and attributes; characters that XML 1.0 has no way to say become
/// U+FFFD, so that the document stays one.
fn escape(text: &str) -> Cow<'_, str> {
    // Without a way out in between, so that several bytes are compared at once.
    let doubts = text
        .bytes()
        .fold(0, |found, byte| found | u8::from(may_need_escape(byte)));
    let is_plain = doubts == 0;
    if is_plain || !text.chars().any(needs_escape) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // A bare carriage return would be read as a line feed.
            '\r' => escaped.push_str("&#xD;"),
            '\n' | '\t' => escaped.push(letter),
            _ if needs_escape(letter) => escaped.push('\u{fffd}'),
            _ => escaped.push(letter),
        }
    }
    escaped.into()
}

/// Whether a byte can begin a character that is escaped: 0xef begins U+F000 to U+FFFF.
fn may_need_escape(byte: u8) -> bool {
    matches!(byte, 0..=0x1f | b'&' | b'<' | b'>' | b'"' | 0xef)
}

fn needs_escape(letter: char) -> bool {
    matches!(
        letter,
        '&' | '<' | '>' | '"' | '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'
    )
}
