//! The shapes of a service, each decoded when it is asked for.
//!
//! A call needs the shapes that its operation reaches, of EC2 one in a hundred; the others stay as they
//! are in the file.

use std::sync::OnceLock;

use crate::{
    model::{Shape, ShapeId, ShapeKind},
    numbering,
    scan::Scan,
};

/// The shapes of a service, in the order of their ids.
#[derive(Debug)]
pub struct Shapes(Held);

#[derive(Debug)]
enum Held {
    /// As the generator makes them.
    Whole(Vec<Shape>),
    Packed(Packed),
}

/// What stands for a shape that is not there.
static NOTHING: Shape = Shape {
    name: String::new(),
    kind: ShapeKind::Document,
};

impl Shapes {
    /// The shapes in these bytes, one after the other; `next` is the first that no operation refers to
    /// as new. None where a shape is no shape, or refers to one that is not there.
    pub(crate) fn packed(bytes: &[u8], next: u32) -> Option<Self> {
        let mut scan = Scan::new(bytes, next);
        let mut places = Vec::new();
        let mut errors = Vec::new();
        while !scan.is_at_end() {
            let id = u32::try_from(places.len()).ok()?;
            places.push(Place {
                start: u32::try_from(scan.position()).ok()?,
                next: scan.next,
            });
            if scan.shape()? {
                errors.push(ShapeId(id));
            }
        }
        if scan.highest.is_some_and(|id| id as usize >= places.len()) {
            return None;
        }
        Some(Self(Held::Packed(Packed {
            bytes: bytes.into(),
            decoded: places.iter().map(|_| OnceLock::new()).collect(),
            places: places.into(),
            errors: errors.into(),
        })))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Held::Whole(shapes) => shapes.len(),
            Held::Packed(packed) => packed.places.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A shape; one that is not there is any document.
    pub(crate) fn shape(&self, id: ShapeId) -> &Shape {
        let found = match &self.0 {
            Held::Whole(shapes) => shapes.get(id.0 as usize),
            Held::Packed(packed) => packed.shape(id),
        };
        found.unwrap_or(&NOTHING)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Shape> {
        let ids = (0..).map(ShapeId).take(self.len());
        ids.map(|id| self.shape(id))
    }

    /// The structures that have a name or a code of their own, as errors have.
    pub(crate) fn errors(&self) -> impl Iterator<Item = &Shape> {
        let (whole, ids) = match &self.0 {
            Held::Whole(shapes) => (shapes.as_slice(), &[][..]),
            Held::Packed(packed) => (&[][..], &*packed.errors),
        };
        let whole = whole.iter().filter(|shape| is_error(shape));
        whole.chain(ids.iter().map(|id| self.shape(*id)))
    }

    /// All of them, to be changed.
    pub fn make_mut(&mut self) -> &mut Vec<Shape> {
        loop {
            match self.0 {
                Held::Whole(ref mut shapes) => return shapes,
                Held::Packed(_) => *self = self.clone(),
            }
        }
    }
}

fn is_error(shape: &Shape) -> bool {
    match &shape.kind {
        ShapeKind::Structure(structure) => !shape.name.is_empty() || structure.error_code.is_some(),
        _ => false,
    }
}

impl From<Vec<Shape>> for Shapes {
    fn from(shapes: Vec<Shape>) -> Self {
        Self(Held::Whole(shapes))
    }
}

impl Default for Shapes {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl Clone for Shapes {
    fn clone(&self) -> Self {
        self.iter().cloned().collect::<Vec<_>>().into()
    }
}

impl PartialEq for Shapes {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Shapes {}

/// Shapes as they are in the file, with those that were asked for.
#[derive(Debug)]
struct Packed {
    bytes: Box<[u8]>,
    places: Box<[Place]>,
    decoded: Box<[OnceLock<Box<Shape>>]>,
    errors: Box<[ShapeId]>,
}

/// Where a shape begins.
#[derive(Clone, Copy, Debug)]
struct Place {
    start: u32,
    /// The id of the first shape that it refers to as new.
    next: u32,
}

impl Packed {
    fn shape(&self, id: ShapeId) -> Option<&Shape> {
        let index = id.0 as usize;
        let shape = self.decoded.get(index)?;
        Some(shape.get_or_init(|| {
            let decoded = self.decode(index);
            Box::new(decoded.unwrap_or_else(|| NOTHING.clone()))
        }))
    }

    fn decode(&self, index: usize) -> Option<Shape> {
        let place = self.places.get(index)?;
        let bytes = self.bytes.get(place.start as usize..)?;
        let (mut shape, _) = postcard::take_from_bytes(bytes).ok()?;
        numbering::unpack_shape(&mut shape, place.next);
        Some(shape)
    }
}
