//! Looks through encoded shapes without making them: where each ends, and what it refers to.
//!
//! What was scanned can be decoded. The bytes are postcard's (<https://postcard.jamesmunns.com/wire-format>:
//! integers as varints, texts and sequences behind their length, an option behind a byte, an enum's
//! variant by its number), of [`Shape`](crate::model::Shape) with its members
//! [packed](crate::packed); a test holds this against what `serde` makes of them.

/// Bytes that are looked through.
#[derive(Debug)]
pub(crate) struct Scan<'b> {
    bytes: &'b [u8],
    rest: &'b [u8],
    /// The id of the next shape that is referred to as new.
    pub(crate) next: u32,
    /// The highest id that is referred to.
    pub(crate) highest: Option<u32>,
}

impl<'b> Scan<'b> {
    /// Begins, with the id of the first shape that will be referred to as new.
    pub(crate) fn new(bytes: &'b [u8], next: u32) -> Self {
        Self {
            bytes,
            rest: bytes,
            next,
            highest: None,
        }
    }

    /// How many bytes were looked at.
    pub(crate) fn position(&self) -> usize {
        self.bytes.len() - self.rest.len()
    }

    /// Whether all were.
    pub(crate) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Looks through a shape, and says whether it is a structure with a name or a code of its own.
    pub(crate) fn shape(&mut self) -> Option<bool> {
        let named = self.text()? > 0;
        match self.number(u8::MAX.into())? {
            0 => return Some(self.structure()? || named),
            1 => {
                self.member()?;
                self.bool()?;
            }
            2 => {
                self.member()?;
                self.member()?;
                self.bool()?;
            }
            3 => {
                self.texts()?;
                self.bool()?;
            }
            // Boolean, Integer, Long, Float, Double, Document.
            4..=8 | 11 => {}
            9 => self.bool()?,
            10 => {
                let formats = 3;
                self.option(|scan| (scan.number(u8::MAX.into())? < formats).then_some(()))?;
            }
            _ => return None,
        }
        Some(false)
    }

    /// Looks through a structure, and says whether it has a code.
    fn structure(&mut self) -> Option<bool> {
        let members = self.number(u32::MAX)?;
        for _ in 0..members {
            self.member()?;
        }
        self.bool()?; // union
        self.option(|scan| (scan.number(u32::MAX)? < members).then_some(()))?; // payload
        self.bool()?; // event stream
        let has_code = self.option(|scan| scan.text().map(drop))?;
        self.option(|scan| scan.number(u16::MAX.into()).map(drop))?; // status
        self.option(Self::bool)?; // whether the sender is at fault
        Some(has_code)
    }

    fn member(&mut self) -> Option<()> {
        self.text()?;
        let reference = self.number(u32::MAX)?;
        self.refers_to(reference)?;
        self.number(u32::MAX)?; // flags
        self.texts()
    }

    fn refers_to(&mut self, reference: u32) -> Option<()> {
        let id = if reference == 0 {
            self.next = self.next.checked_add(1)?;
            self.next - 1
        } else {
            reference - 1
        };
        self.highest = self.highest.max(Some(id));
        Some(())
    }

    fn option(&mut self, read: impl FnOnce(&mut Self) -> Option<()>) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => read(self).map(|()| true),
            _ => None,
        }
    }

    fn bool(&mut self) -> Option<()> {
        (self.byte()? <= 1).then_some(())
    }

    fn texts(&mut self) -> Option<()> {
        for _ in 0..self.number(u32::MAX)? {
            self.text()?;
        }
        Some(())
    }

    /// The length of a text.
    fn text(&mut self) -> Option<usize> {
        let length = self.number(u32::MAX)? as usize;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        (text.is_ascii() || std::str::from_utf8(text).is_ok()).then_some(length)
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// A varint, which is no larger than this.
    fn number(&mut self, most: u32) -> Option<u32> {
        let mut number = 0_u64;
        for shift in (0..5).map(|n| n * 7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return u32::try_from(number).ok().filter(|number| *number <= most);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Catalog,
        model::{Shape, ShapeKind, Structure, TimestampFormat},
        numbering,
        shapes::Shapes,
    };

    /// The shapes of a service as the file has them, and the first id that is new in them.
    fn packed(name: &str) -> (Vec<Shape>, u32) {
        let mut service = (*Catalog::embedded().service(name).unwrap()).clone();
        numbering::pack(&mut service);
        let next = numbering::unpack_operations(&mut service.operations);
        (service.shapes.make_mut().clone(), next)
    }

    fn encoded(shapes: &[Shape]) -> Vec<u8> {
        let one = |shape: &Shape| postcard::to_stdvec(shape).unwrap();
        shapes.iter().flat_map(one).collect()
    }

    #[test]
    fn scanning_ends_where_decoding_does() {
        for name in ["s3", "dynamodb", "lexv2-runtime", "kinesis", "route53"] {
            let (shapes, next) = packed(name);
            let bytes = encoded(&shapes);
            let mut scan = Scan::new(&bytes, next);
            for shape in shapes {
                let start = scan.position();
                let has_code = match &shape.kind {
                    ShapeKind::Structure(s) => !shape.name.is_empty() || s.error_code.is_some(),
                    _ => false,
                };
                assert_eq!(scan.shape(), Some(has_code), "{name}: {shape:?}");
                assert_eq!(scan.position() - start, encoded(&[shape]).len());
            }
            assert!(scan.is_at_end());
        }
    }

    #[test]
    fn every_kind_is_scanned() {
        let structure = Structure {
            error_code: Some("é".to_owned()),
            error_status: Some(404),
            sender_fault: Some(true),
            ..Structure::default()
        };
        let string = ShapeKind::String {
            values: vec!["a".to_owned(), "b".to_owned()],
            json_value: true,
        };
        let timestamp = ShapeKind::Timestamp {
            format: Some(TimestampFormat::Unix),
        };
        let kinds = [
            ShapeKind::Structure(structure),
            string,
            ShapeKind::Boolean,
            ShapeKind::Integer,
            ShapeKind::Long,
            ShapeKind::Float,
            ShapeKind::Double,
            ShapeKind::Blob { streaming: true },
            timestamp,
            ShapeKind::Document,
        ];
        let shapes: Vec<Shape> = kinds
            .into_iter()
            .map(|kind| Shape {
                name: "N".repeat(200),
                kind,
            })
            .collect();
        let read = Shapes::packed(&encoded(&shapes), 0).unwrap();
        assert_eq!(read, Shapes::from(shapes));
    }

    #[test]
    fn what_is_cut_off_or_refers_to_nothing_is_refused() {
        let (shapes, next) = packed("sts");
        let bytes = encoded(&shapes);
        assert!(Shapes::packed(&bytes, next).is_some());
        let cut = bytes.len() - 1;
        assert!(Shapes::packed(&bytes[..cut], next).is_none());
        assert!(Shapes::packed(&bytes, next + 1).is_none());
    }
}
