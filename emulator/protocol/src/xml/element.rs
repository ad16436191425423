//! An XML document as a tree.

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesRef, BytesStart, Event},
};

use crate::fault::{MAX_DEPTH, MAX_ELEMENTS};

/// One element.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// Its name without the prefix.
    pub(crate) name: String,
    /// Its attributes by their names without the prefix, namespaces left out.
    pub(crate) attributes: Vec<(String, String)>,
    /// The elements in it.
    pub(crate) children: Vec<Element>,
    /// The text in it.
    pub(crate) text: String,
}

impl Element {
    /// The children with this name.
    pub(crate) fn named<'e>(&'e self, name: &str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// Reads a document; the error says what is wrong, and where.
pub(crate) fn parse(body: &[u8]) -> Result<Element, String> {
    let text = std::str::from_utf8(body)
        .map_err(|error| format!("invalid UTF-8 at byte {}", error.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::from_str(text);
    let mut tree = Tree::default();
    loop {
        let event = reader
            .read_event()
            .map_err(|error| format!("{error} at byte {}", reader.error_position()))?;
        if matches!(event, Event::Eof) {
            break;
        }
        tree.take(event)
            .map_err(|what| format!("{what} at byte {}", reader.buffer_position()))?;
    }
    tree.finish()
}

/// The tree as far as it was read; open elements on a stack, so that nothing recurses.
#[derive(Default)]
struct Tree {
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
}

impl Tree {
    fn take(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Start(start) => self.open(&start),
            Event::Empty(start) => {
                self.open(&start)?;
                self.close()
            }
            Event::End(_) => self.close(),
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let text = resolve(&reference)?;
                self.text(&text)
            }
            // Entities could expand without end; AWS takes no document type either.
            Event::DocType(_) => Err("document type declaration".into()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(format!("more than {MAX_ELEMENTS} elements"));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(format!("more than {MAX_DEPTH} nested elements"));
        }
        if self.root.is_some() {
            return Err("second root element".into());
        }
        let name = local(start.name().as_ref()).to_owned();
        let attributes = attributes(start)?;
        self.open.push(Element {
            name,
            attributes,
            ..Element::default()
        });
        Ok(())
    }

    fn close(&mut self) -> Result<(), String> {
        let element = self
            .open
            .pop()
            .ok_or("end of an element that is not open")?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err("text outside of the root element".into()),
        }
        Ok(())
    }

    fn finish(self) -> Result<Element, String> {
        if let Some(element) = self.open.last() {
            return Err(format!("element `{}` is not closed", element.name));
        }
        self.root.ok_or_else(|| "no root element".into())
    }
}

fn attributes(start: &BytesStart<'_>) -> Result<Vec<(String, String)>, String> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let name: &str = attribute.key.as_ref();
        if name == "xmlns" || name.starts_with("xmlns:") {
            continue;
        }
        let value = attribute
            .normalized_value(XmlVersion::Explicit1_0)
            .map_err(|error| error.to_string())?;
        attributes.push((local(name).to_owned(), value.into_owned()));
    }
    Ok(attributes)
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

fn resolve(reference: &BytesRef<'_>) -> Result<String, String> {
    if let Some(letter) = reference
        .resolve_char_ref()
        .map_err(|error| error.to_string())?
    {
        return Ok(letter.into());
    }
    let name = reference.xml10_content();
    resolve_predefined_entity(&name)
        .map(str::to_owned)
        .ok_or_else(|| format!("unknown entity `{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_entities_and_attributes_are_read() {
        let xml = "<?xml version=\"1.0\"?>\n<a:r xmlns:a=\"u\" xsi:type=\"C&amp;D\"><b>x&lt;&#x41;\
                   <![CDATA[<y>]]></b><c/></a:r>";
        let root = parse(xml.as_bytes()).unwrap();
        assert_eq!(root.name, "r");
        assert_eq!(root.attributes, [("type".to_owned(), "C&D".to_owned())]);
        assert_eq!(root.named("b").next().unwrap().text, "x<A<y>");
        assert_eq!(root.children.len(), 2);
    }

    #[test]
    fn what_is_no_document_is_refused_with_its_place() {
        for (xml, what) in [
            (&b"<a>\xff</a>"[..], "invalid UTF-8 at byte 3"),
            (b"<a><b></a>", "at byte"),
            (b"<a>", "not closed"),
            (b"", "no root element"),
            (b"x<a/>", "text outside"),
            (b"<a/><b/>", "second root"),
            (
                b"<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
                "document type",
            ),
            (b"<a>&x;</a>", "unknown entity `x`"),
        ] {
            let error = parse(xml).unwrap_err();
            assert!(error.contains(what), "{error}");
        }
    }

    #[test]
    fn nesting_and_number_are_bounded() {
        let deep = "<a>".repeat(1_000_000);
        assert!(parse(deep.as_bytes()).unwrap_err().contains("nested"));
        let wide = format!("<r>{}</r>", "<a/>".repeat(MAX_ELEMENTS));
        assert!(parse(wide.as_bytes()).unwrap_err().contains("elements"));
    }
}
