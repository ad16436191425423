//! The way of one call: head, claim, recognition, verification, parameters, requirements,
//! decision, answer, recording.

mod answer;
mod authenticate;
mod authentication_error;
mod authorize;
mod body;
mod context;
mod cors;
mod delivery;
mod denial;
mod disclosure;
mod exchange;
mod form;
mod head;
mod key_lockout;
mod missing_bucket;
mod partly;
mod policy_status;
mod public_access;
mod recording;
mod refusals;
mod reply;
mod stored_policy;
mod unrecognised;

use std::sync::Arc;

pub(crate) use delivery::may_deliver;
use http::request::Parts;
pub(crate) use reply::WireReply;

use crate::{control, listener::RequestBody, state::State};

/// Answers one request.
pub(crate) async fn handle(state: &Arc<State>, parts: &Parts, body: RequestBody) -> WireReply {
    if parts.uri.path().starts_with(control::PREFIX) {
        return control::answer(state, parts, body).await;
    }
    exchange::exchange(state, parts, body).await
}
