//! The check that makes indexing by [`ShapeId`] safe.

use crate::{
    generated::{CatalogError, ServiceFrame},
    model::{Operation, Service, ShapeId},
};

/// Checks that every id of an operation points somewhere and that every operation has its mapping; the
/// shapes' own ids are checked as they are [scanned](crate::scan).
pub(crate) fn check(frame: &ServiceFrame) -> Result<(), CatalogError> {
    let service = &frame.service;
    let sound = frame.mappings.len() == service.operations.len()
        && service
            .operations
            .iter()
            .all(|operation| operation_is_sound(service, operation))
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
