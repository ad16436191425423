//! The check that makes indexing by [`ShapeId`] safe.

use crate::{
    generated::{CatalogError, ServiceFrame},
    model::{Operation, Service, ShapeId, ShapeKind},
};

/// Checks that every id of a frame points somewhere and that every operation has its mapping.
pub(crate) fn check(frame: &ServiceFrame) -> Result<(), CatalogError> {
    let service = &frame.service;
    let sound = frame.mappings.len() == service.operations.len()
        && service
            .operations
            .iter()
            .all(|operation| operation_is_sound(service, operation))
        && service
            .shapes
            .iter()
            .all(|shape| kind_is_sound(service, &shape.kind))
        && service.operations.is_sorted_by(|a, b| a.name < b.name);
    if sound {
        Ok(())
    } else {
        Err(CatalogError::DanglingShape(service.name.clone()))
    }
}

fn exists(service: &Service, id: ShapeId) -> bool {
    (id.0 as usize) < service.shapes.len()
}

fn operation_is_sound(service: &Service, operation: &Operation) -> bool {
    let ids = operation
        .input
        .iter()
        .chain(&operation.output)
        .chain(&operation.errors);
    ids.copied().all(|id| exists(service, id))
}

fn kind_is_sound(service: &Service, kind: &ShapeKind) -> bool {
    match kind {
        ShapeKind::Structure(structure) => {
            let payload = structure
                .payload
                .is_none_or(|n| (n as usize) < structure.members.len());
            payload && structure.members.iter().all(|m| exists(service, m.shape))
        }
        ShapeKind::List { member, .. } => exists(service, member.shape),
        ShapeKind::Map { key, value, .. } => {
            exists(service, key.shape) && exists(service, value.shape)
        }
        ShapeKind::String { .. }
        | ShapeKind::Boolean
        | ShapeKind::Integer
        | ShapeKind::Long
        | ShapeKind::Float
        | ShapeKind::Double
        | ShapeKind::Blob { .. }
        | ShapeKind::Timestamp { .. }
        | ShapeKind::Document => true,
    }
}
