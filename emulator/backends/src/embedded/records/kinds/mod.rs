//! The tables.

mod api_gateway;
mod api_gateway_v2;
mod cloudformation;
mod cognito;
mod ecr;
mod events;
mod pipes;
mod scheduler;
mod ses;
mod step_functions;

use super::kind::Kind;

/// The tables of all services.
const ALL: [&[Kind]; 10] = [
    api_gateway::KINDS,
    api_gateway_v2::KINDS,
    cloudformation::KINDS,
    cognito::KINDS,
    ecr::KINDS,
    events::KINDS,
    pipes::KINDS,
    scheduler::KINDS,
    ses::KINDS,
    step_functions::KINDS,
];

/// The kinds of a service.
pub(super) fn of(service: &str) -> impl Iterator<Item = &'static Kind> {
    all().filter(move |kind| kind.service == service)
}

/// All kinds.
pub(super) fn all() -> impl Iterator<Item = &'static Kind> {
    ALL.iter().flat_map(|kinds| kinds.iter())
}
