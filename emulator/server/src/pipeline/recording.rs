//! Writes down what was attempted.

use std::sync::Arc;

use rolecall_catalog::Call;
use rolecall_policy::Context;
use rolecall_trace::{AnsweredBy, Attempt, AttemptRequirement, CallerRecord, Outcome, Recorder};

use super::{authorize::Decided, context::supposed_keys};
use crate::{
    accounts::Caller,
    clock::rfc3339_millis,
    state::{ResolvedKey, State},
};

/// What became of a call.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) outcome: Outcome,
    pub(super) by: AnsweredBy,
    pub(super) status: u16,
    pub(super) error: Option<String>,
    /// Where the answer is that an object is not there: whether the caller may know it.
    pub(super) disclosure: Option<Decided>,
}

impl Ending {
    /// A denial of ours.
    pub(super) fn denied(status: u16, code: String) -> Self {
        Self {
            outcome: Outcome::Denied,
            by: AnsweredBy::Rolecall,
            status,
            error: Some(code),
            disclosure: None,
        }
    }
}

/// Everything about an attempt that its line needs.
#[derive(Debug)]
pub(super) struct Attempted<'a> {
    pub(super) resolved: &'a ResolvedKey,
    pub(super) call: &'a Call,
    pub(super) common: Context,
    pub(super) decided: Vec<Decided>,
    pub(super) request_id: String,
    pub(super) time_millis: u64,
}

/// Hands the line to the writer; nothing here waits for a disk.
pub(super) fn record(state: &State, attempted: Attempted<'_>, ending: Ending) {
    let caller = &attempted.resolved.caller;
    if state.settings.unrecorded.contains(&caller.principal.arn) {
        return;
    }
    let session = caller.session.as_deref();
    let capture = session.and_then(|session| session.capture.as_deref());
    let recorders: Vec<&Recorder> = std::iter::once(state.recorder()).chain(capture).collect();
    for recorder in &recorders {
        record_policies(recorder, &attempted, &ending);
    }
    let requirements = attempted.decided.into_iter().map(requirement).collect();
    let mut attempt = Attempt {
        time: rfc3339_millis(attempted.time_millis),
        request_id: attempted.request_id,
        caller: caller_record(caller),
        scenario: session.and_then(|session| session.scenario.clone()),
        function: session.and_then(|session| session.function.clone()),
        invocation: None,
        service: attempted.call.service.name.clone(),
        operation: attempted.call.operation().name.clone(),
        region: attempted.call.region.clone(),
        context: attempted.common,
        supposed: supposed_keys(&state.settings.supposed, &attempted.call.service.name),
        policies: attempted.resolved.policy_hashes.clone(),
        requirements,
        disclosure: ending.disclosure.map(requirement),
        outcome: ending.outcome,
        answered_by: ending.by,
        status: ending.status,
        error: ending.error,
    };
    state
        .redaction
        .apply(&mut attempt, &attempted.call.sensitive_texts());
    if let Some(capture) = capture {
        capture.record(attempt.clone());
    }
    state.recorder.record(attempt);
}

fn record_policies(recorder: &Recorder, attempted: &Attempted<'_>, ending: &Ending) {
    let resource = attempted
        .decided
        .iter()
        .chain(&ending.disclosure)
        .filter_map(|decided| decided.resource_policy.as_ref());
    let resource = resource.map(|compiled| compiled.record.as_ref());
    for policy in attempted.resolved.participating.iter().chain(resource) {
        if !recorder.has_policy(&policy.hash) {
            recorder.record_policy(policy.clone());
        }
    }
}

fn caller_record(caller: &Caller) -> CallerRecord {
    CallerRecord {
        principal: Arc::clone(&caller.principal),
        verified: caller.verified,
    }
}

fn requirement(decided: Decided) -> AttemptRequirement {
    AttemptRequirement {
        requirement: decided.requirement,
        resource_policy: decided
            .resource_policy
            .map(|compiled| compiled.record.hash.clone()),
        decision: decided.decision,
        allowed_by_resource_policy_alone: decided.by_resource_policy_alone,
    }
}
