//! Questions to the model that every protocol asks.

use rolecall_catalog::{
    Operation, Service, Shape, ShapeId,
    model::{Location, Member, ShapeKind, Structure},
};

/// What a member is.
pub(crate) fn kind<'a>(service: &'a Service, member: &Member) -> &'a ShapeKind {
    &service.shape(member.shape).kind
}

/// The name of a member on the wire.
pub(crate) fn wire_name(member: &Member) -> &str {
    member.location_name.as_deref().unwrap_or(&member.name)
}

/// Whether the list or map behind a member has no element around its items.
pub(crate) fn is_flattened(service: &Service, member: &Member) -> bool {
    let by_shape = matches!(
        kind(service, member),
        ShapeKind::List {
            flattened: true,
            ..
        } | ShapeKind::Map {
            flattened: true,
            ..
        }
    );
    by_shape || member.flattened
}

/// The input structure of an operation.
pub(crate) fn input<'a>(service: &'a Service, operation: &Operation) -> Option<&'a Structure> {
    operation.input.and_then(|id| service.structure(id))
}

/// The output structure of an operation.
pub(crate) fn output<'a>(service: &'a Service, operation: &Operation) -> Option<&'a Structure> {
    operation.output.and_then(|id| service.structure(id))
}

/// The member that is the whole body.
pub(crate) fn payload(structure: &Structure) -> Option<&Member> {
    structure.members.get(structure.payload? as usize)
}

/// The members in the body.
pub(crate) fn body_members(structure: &Structure) -> impl Iterator<Item = &Member> {
    structure
        .members
        .iter()
        .filter(|m| m.location == Location::Body)
}

/// Whether one of the members is an event stream, so that the body is not a document.
pub(crate) fn streams_events(service: &Service, structure: &Structure) -> bool {
    structure.members.iter().any(|m| {
        service
            .structure(m.shape)
            .is_some_and(|target| target.event_stream)
    })
}

/// The shape of an error: among those of the operation, then of the whole service.
///
/// `code` may be the shape's name or the code on the wire.
pub(crate) fn error_shape<'a>(
    service: &'a Service,
    operation: Option<&Operation>,
    code: &str,
) -> Option<(&'a str, &'a Structure)> {
    let of_operation = operation
        .into_iter()
        .flat_map(|o| &o.errors)
        .map(|id: &ShapeId| service.shape(*id));
    of_operation
        .chain(service.errors())
        .find_map(|shape| matching_error(shape, code))
}

fn matching_error<'a>(shape: &'a Shape, code: &str) -> Option<(&'a str, &'a Structure)> {
    let ShapeKind::Structure(structure) = &shape.kind else {
        return None;
    };
    let matches = shape.name == code || structure.error_code.as_deref() == Some(code);
    matches.then_some((shape.name.as_str(), structure))
}
