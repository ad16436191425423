//! Who answers an allowed call.

use std::sync::Arc;

use rolecall_backends::{Answer, AnswerSource, BackendCall, Body, RawRequest, Reply};
use rolecall_catalog::Call;
use rolecall_policy::Context;
use rolecall_protocol::ServiceError;
use rolecall_trace::AnsweredBy;

use super::{authorize::Decided, policy_status, refusals};
use crate::{
    accounts::Caller,
    iam::{self, IamCall, Output},
    state::State,
    sts::{self, StsCall},
};

/// An answer, and whose it is.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) reply: Result<Reply, ServiceError>,
    pub(super) by: AnsweredBy,
}

/// What is answered.
pub(super) struct Question<'a> {
    pub(super) call: &'a Arc<Call>,
    pub(super) caller: &'a Caller,
    /// The keys that all requirements of the call have.
    pub(super) common: &'a Context,
    pub(super) decided: &'a [Decided],
    pub(super) body: Body,
    /// The request as it came; only a backend that forwards wants it.
    pub(super) raw: &'a (dyn Fn() -> RawRequest + Sync),
    pub(super) request_id: &'a str,
}

pub(super) async fn answer(state: &State, question: Question<'_>) -> Answered {
    if let Some(error) = refusals::refusal(state, question.call, question.caller, question.common) {
        return Answered {
            reply: Err(error),
            by: AnsweredBy::Rolecall,
        };
    }
    let ours = match question.call.service.name.as_str() {
        "iam" => Some(by_iam(state, &question)),
        "sts" => Some(by_sts(state, &question)),
        "lambda" => Some(None),
        _ => None,
    };
    match ours {
        Some(Some(output)) => {
            let reply = output.map(|output| Reply::Answer(Answer::embedded(output)));
            Answered {
                reply,
                by: AnsweredBy::Rolecall,
            }
        }
        Some(None) => {
            // Not here yet, and nothing behind a backend may decide for IAM, STS or Lambda.
            let operation = &question.call.operation().name;
            tracing::warn!(
                service = question.call.service.name,
                operation,
                "synthesised: not here yet"
            );
            let owner = question.caller.account_or(&state.settings.account);
            let reply = state
                .synthesised
                .reply_to(question.call, owner, question.request_id);
            Answered {
                reply: Ok(reply),
                by: AnsweredBy::Synthesised,
            }
        }
        None => by_backend(state, question).await,
    }
}

fn by_iam(state: &State, question: &Question<'_>) -> Option<Output> {
    let mut world = state.world_mut();
    let mut call = IamCall {
        world: &mut world,
        account: question.caller.account_or(&state.settings.account),
        caller: question.caller,
        parameters: &question.call.parameters,
        now: state.now_millis() / 1000,
        random: state.random.as_ref(),
    };
    iam::answer(&question.call.operation().name, &mut call)
}

fn by_sts(state: &State, question: &Question<'_>) -> Option<Output> {
    let account = question.caller.account_or(&state.settings.account);
    let operation = question.call.operation().name.as_str();
    if operation == "GetCallerIdentity" {
        // The call that is made most, and it changes nothing: no lock.
        return Some(Ok(sts::caller_identity(question.caller, account)));
    }
    let mut world = state.world_mut();
    let mut call = StsCall {
        world: &mut world,
        account,
        caller: question.caller,
        parameters: &question.call.parameters,
        now: state.now_millis() / 1000,
        random: state.random.as_ref(),
    };
    sts::answer(operation, &mut call)
}

async fn by_backend(state: &State, question: Question<'_>) -> Answered {
    let owner = owner(state, &question);
    let raw = if state.backend.forwards(&question.call.service.iam_prefix) {
        (question.raw)()
    } else {
        RawRequest::default()
    };
    let call = BackendCall {
        call: Arc::clone(question.call),
        body: question.body,
        caller: question.caller.principal.arn.clone(),
        owner,
        request_id: question.request_id.to_owned(),
        raw: Arc::new(raw),
    };
    let reply = state.backend.answer(call).await;
    let reply = reply.map(|reply| policy_status::computed(state, question.call, reply));
    let by = match &reply {
        Ok(Reply::Raw(_)) => AnsweredBy::Upstream,
        Ok(Reply::Answer(answer)) => source(answer.source),
        Ok(Reply::Failed(failed)) => source(failed.source),
        Err(_) => AnsweredBy::Embedded,
    };
    Answered { reply, by }
}

fn source(source: AnswerSource) -> AnsweredBy {
    match source {
        AnswerSource::Embedded => AnsweredBy::Embedded,
        AnswerSource::Synthesised => AnsweredBy::Synthesised,
        AnswerSource::Upstream => AnsweredBy::Upstream,
        AnswerSource::Canned => AnsweredBy::Canned,
    }
}

// The account whose state the call is about: that of the first resource. S3's names are unique in
// the partition, so that its stores know their owners themselves.
fn owner(state: &State, question: &Question<'_>) -> String {
    let caller = question.caller.account_or(&state.settings.account);
    if question.call.service.name == "s3" {
        return caller.to_owned();
    }
    let accounts = question
        .decided
        .iter()
        .filter_map(|d| d.requirement.resource_account.as_ref());
    accounts
        .map(rolecall_policy::AccountId::as_str)
        .next()
        .unwrap_or(caller)
        .to_owned()
}
