//! The numbers of shapes: few shapes, in the order in which they are used.
//!
//! Models have a shape for each purpose, most of them plain strings under another name. Without the
//! names that nothing asks for, a third of them is the same (127,000 become 84,000), and in the order
//! of their use a reference is often to the next new one: the file is more than a quarter smaller.

use std::collections::BTreeMap;

use crate::model::{Operation, Service, Shape, ShapeId, ShapeKind, Shapes};

impl Service {
    /// Every reference to a shape: of the operations, then of the shapes, in their order.
    fn references_mut(&mut self, found: &mut dyn FnMut(&mut ShapeId)) {
        for operation in &mut self.operations {
            let ends = operation.input.iter_mut().chain(&mut operation.output);
            ends.chain(&mut operation.errors).for_each(&mut *found);
        }
        for shape in self.shapes.make_mut() {
            references_of(shape, found);
        }
    }
}

fn references_of(shape: &mut Shape, found: &mut dyn FnMut(&mut ShapeId)) {
    match &mut shape.kind {
        ShapeKind::Structure(structure) => {
            for member in &mut structure.members {
                found(&mut member.shape);
            }
        }
        ShapeKind::List { member, .. } => found(&mut member.shape),
        ShapeKind::Map { key, value, .. } => {
            found(&mut key.shape);
            found(&mut value.shape);
        }
        ShapeKind::String { .. }
        | ShapeKind::Boolean
        | ShapeKind::Integer
        | ShapeKind::Long
        | ShapeKind::Float
        | ShapeKind::Double
        | ShapeKind::Blob { .. }
        | ShapeKind::Timestamp { .. }
        | ShapeKind::Document => {}
    }
}

/// Makes equal shapes one, and leaves out those that nothing refers to and that have no name.
pub fn compact(service: &mut Service) {
    while unite(service) {}
    order(service);
}

/// Makes equal shapes one; what refers to them may be equal then, so that it is done again.
fn unite(service: &mut Service) -> bool {
    let before = service.shapes.len();
    let mut kept: Vec<Shape> = Vec::new();
    let mut numbers: BTreeMap<Vec<u8>, ShapeId> = BTreeMap::new();
    let mut new = Vec::with_capacity(before);
    for shape in std::mem::take(service.shapes.make_mut()) {
        // Shapes have no order; their encodings do.
        let encoded = postcard::to_stdvec(&shape).unwrap_or_default();
        let id = numbers.entry(encoded).or_insert_with(|| {
            kept.push(shape);
            number(kept.len() - 1)
        });
        new.push(*id);
    }
    service.shapes = kept.into();
    renumber(service, &new);
    service.shapes.len() < before
}

/// Numbers the shapes in the order of their first use.
fn order(service: &mut Service) {
    let mut order: Vec<ShapeId> = Vec::new();
    let mut new = vec![None; service.shapes.len()];
    let mut shapes = service.shapes.make_mut().clone();
    let mut visit = |id: ShapeId, order: &mut Vec<ShapeId>| {
        if let Some(place) = new.get_mut(id.0 as usize)
            && place.is_none()
        {
            *place = Some(number(order.len()));
            order.push(id);
        }
    };
    for operation in &service.operations {
        let ends = operation.input.iter().chain(&operation.output);
        for id in ends.chain(&operation.errors) {
            visit(*id, &mut order);
        }
    }
    // What a name is asked for, such as an error that no operation lists.
    for (at, _) in named(&service.shapes) {
        visit(number(at), &mut order);
    }
    let mut at = 0;
    while let Some(id) = order.get(at).copied() {
        if let Some(shape) = shapes.get_mut(id.0 as usize) {
            references_of(shape, &mut |id| visit(*id, &mut order));
        }
        at += 1;
    }
    let moved = order.iter().filter_map(|id| shapes.get(id.0 as usize));
    service.shapes = moved.cloned().collect::<Vec<_>>().into();
    let new: Vec<ShapeId> = new.into_iter().map(Option::unwrap_or_default).collect();
    renumber(service, &new);
}

fn named(shapes: &Shapes) -> impl Iterator<Item = (usize, &Shape)> {
    let all = shapes.iter().enumerate();
    all.filter(|(_, shape)| !shape.name.is_empty())
}

fn renumber(service: &mut Service, new: &[ShapeId]) {
    service.references_mut(&mut |id| {
        *id = new.get(id.0 as usize).copied().unwrap_or(*id);
    });
}

fn number(at: usize) -> ShapeId {
    ShapeId(u32::try_from(at).unwrap_or(u32::MAX))
}

/// Writes references as the file holds them: 0 for the next new shape, else the number and one.
pub(crate) fn pack(service: &mut Service) {
    let mut next = 0;
    service.references_mut(&mut |id| {
        if id.0 == next {
            next += 1;
            id.0 = 0;
        } else {
            id.0 += 1;
        }
    });
}

/// The reverse of [`pack`] for the operations; then for each shape [`unpack_shape`], with the next
/// new number.
pub(crate) fn unpack_operations(operations: &mut [Operation]) -> u32 {
    let mut next = 0;
    for operation in operations {
        let ends = operation.input.iter_mut().chain(&mut operation.output);
        let all = ends.chain(&mut operation.errors);
        all.for_each(|id| unpack(id, &mut next));
    }
    next
}

/// See [`unpack_operations`]; the answer is the number of the next new shape.
pub(crate) fn unpack_shape(shape: &mut Shape, mut next: u32) -> u32 {
    references_of(shape, &mut |id| unpack(id, &mut next));
    next
}

fn unpack(id: &mut ShapeId, next: &mut u32) {
    if id.0 == 0 {
        id.0 = *next;
        *next += 1;
    } else {
        id.0 -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Catalog, model::Member};

    #[test]
    fn what_is_packed_is_unpacked() {
        for name in ["s3", "dynamodb", "ec2", "route53"] {
            let service = Catalog::embedded().service(name).unwrap();
            let mut packed = (*service).clone();
            pack(&mut packed);
            assert_ne!(packed, *service);
            let mut next = unpack_operations(&mut packed.operations);
            for shape in packed.shapes.make_mut() {
                next = unpack_shape(shape, next);
            }
            assert_eq!(packed, *service, "{name}");
        }
    }

    #[test]
    fn equal_shapes_become_one_in_the_order_of_their_use() {
        let mut service = (*Catalog::embedded().service("sts").unwrap()).clone();
        let operation = service.operations.first().unwrap().clone();
        let text = |name: &str| Shape {
            name: name.to_owned(),
            kind: ShapeKind::String {
                values: Vec::new(),
                json_value: false,
            },
        };
        let list = |of: u32| Shape {
            name: String::new(),
            kind: ShapeKind::List {
                member: item(of),
                flattened: false,
            },
        };
        *service.shapes.make_mut() = vec![
            text(""),
            text("Named"),
            text(""),
            list(0),
            list(2),
            text(""),
        ];
        let mut first = operation;
        (first.input, first.output) = (Some(ShapeId(4)), Some(ShapeId(3)));
        first.errors = vec![ShapeId(5)];
        service.operations = vec![first];
        compact(&mut service);
        let expected = vec![list(1), text(""), text("Named")];
        assert_eq!(service.shapes, Shapes::from(expected));
        let first = service.operations.first().unwrap();
        assert_eq!(first.input, Some(ShapeId(0)));
        assert_eq!(first.output, Some(ShapeId(0)));
        assert_eq!(first.errors, [ShapeId(1)]);
    }

    fn item(of: u32) -> Member {
        let service = Catalog::embedded().service("dynamodb").unwrap();
        let list = service.shapes.iter().find_map(|shape| match &shape.kind {
            ShapeKind::List { member, .. } => Some(member.clone()),
            _ => None,
        });
        Member {
            shape: ShapeId(of),
            ..list.unwrap()
        }
    }
}
