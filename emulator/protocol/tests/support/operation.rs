//! Operations by name.

use rolecall_catalog::{Operation, Service};

/// An operation by its name.
pub(crate) fn named<'s>(service: &'s Service, name: &str) -> &'s Operation {
    let found = service
        .operations
        .iter()
        .find(|operation| operation.name == name);
    found.unwrap_or_else(|| panic!("{} has no operation {name}", service.name))
}
