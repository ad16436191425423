//! From an answer or an error to a response in the protocol of the request.

use std::{borrow::Cow, sync::Arc};

use rolecall_backends::{Answer, Body, Failed, Reply};
use rolecall_catalog::Call;
use rolecall_policy::Context;
use rolecall_protocol::{Payload, ServiceError};
use rolecall_trace::{AnsweredBy, Outcome};

use super::Exchange;
use crate::{
    accounts::Caller,
    pipeline::{
        WireReply,
        answer::{Answered, Question, answer},
        authorize::Decided,
        disclosure::{Disclosure, disclosure},
        partly::{self, Denied},
        recording::Ending,
        reply::{wire_body, wire_reply},
    },
    settings::Mode,
};

/// What is allowed and waits for its answer.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) call: &'a Arc<Call>,
    pub(super) caller: &'a Caller,
    pub(super) common: &'a Context,
    pub(super) decided: &'a [Decided],
}

impl Exchange<'_> {
    /// Has a call answered; `denied` is what was taken out of it.
    pub(super) async fn answered(
        &self,
        asked: Asked<'_>,
        body: Body,
        denied: &[Denied],
    ) -> (WireReply, Ending) {
        let Asked {
            call,
            caller,
            common,
            decided,
        } = asked;
        let mut head = None;
        let mut body = body;
        if !denied.is_empty() {
            let (rewritten, raw) = partly::rewritten(call, self.head.raw());
            (body, head) = (rewritten, Some(raw));
        }
        let raw = || head.clone().unwrap_or_else(|| self.head.raw());
        let request_id = &self.request_id;
        let question = Question {
            call,
            caller,
            common,
            decided,
            body,
            raw: &raw,
            request_id,
        };
        let mut answered = answer(self.state, question).await;
        if !denied.is_empty() {
            answered.reply = answered.reply.map(|reply| partly::told(reply, denied));
        }
        let disclosure = self.disclosure(call, caller, common, &mut answered);
        let (reply, outcome, error) = match answered.reply {
            Ok(Reply::Answer(answer)) => (self.success(call, answer), Outcome::Answered, None),
            Ok(Reply::Raw(raw)) => {
                let outcome = if raw.status < 400 {
                    Outcome::Answered
                } else {
                    Outcome::Failed
                };
                let reply = WireReply {
                    status: raw.status,
                    headers: named(raw.headers),
                    body: wire_body(raw.body, None),
                };
                (reply, outcome, raw.error)
            }
            Ok(Reply::Failed(Failed { error, .. })) => {
                (self.failed(&error), Outcome::Failed, Some(error.code))
            }
            Err(error) => {
                let outcome = if disclosure.is_some() && answered.by == AnsweredBy::Rolecall {
                    Outcome::Denied
                } else {
                    Outcome::Failed
                };
                (self.failed(&error), outcome, Some(error.code))
            }
        };
        let ending = Ending {
            outcome,
            by: answered.by,
            status: reply.status,
            error,
            disclosure,
        };
        (reply, ending)
    }

    /// The answer to a call of which everything is denied, one by one: no backend is asked.
    pub(super) fn nothing_left(&self, denied: &[Denied]) -> WireReply {
        let empty = Answer::embedded(serde_json::Map::new());
        match (partly::told(Reply::Answer(empty), denied), denied.first()) {
            (Reply::Answer(answer), Some(one)) => self.success(&one.call, answer),
            _ => self.failed(&ServiceError::new("InternalFailure", "nothing was denied")),
        }
    }

    /// Where the answer is that an object is not there, whether the caller may know it; who may
    /// not gets the denial instead.
    fn disclosure(
        &self,
        call: &Call,
        caller: &Caller,
        common: &Context,
        answered: &mut Answered,
    ) -> Option<Decided> {
        let error = answered.reply.as_ref().err()?;
        let bucket = error.missing_from()?;
        let Disclosure { decided, denial } = disclosure(self.state, caller, common, call, bucket)?;
        if let (Some(denial), Mode::Enforce) = (denial, self.state.settings.mode) {
            answered.reply = Err(denial);
            answered.by = AnsweredBy::Rolecall;
        }
        Some(decided)
    }

    fn success(&self, call: &Call, answer: Answer) -> WireReply {
        let (payload, stream) = match answer.body {
            None => (Payload::None, None),
            Some(body) => match body.body {
                Body::Bytes(bytes) => (Payload::Bytes(bytes), None),
                Body::Stream(_) => (Payload::Stream, Some(body)),
            },
        };
        let response = rolecall_protocol::success(
            &call.service,
            call.operation(),
            call.protocol,
            &answer.output,
            payload,
            &self.request_id,
        );
        wire_reply(
            response,
            stream.map(|body| wire_body(body.body, body.length)),
        )
    }

    pub(super) fn failed(&self, error: &ServiceError) -> WireReply {
        let operation = self.operation_model();
        tracing::debug!(
            request_id = self.request_id,
            service = self.service.as_ref().map(|service| service.name.as_str()),
            operation = operation.map(|operation| operation.name.as_str()),
            code = error.code,
            detail = error.detail,
            "{}",
            error.message
        );
        let response = rolecall_protocol::failure(
            self.service.as_deref(),
            operation,
            self.protocol,
            self.head.method,
            error,
            &self.request_id,
        );
        wire_reply(response, None)
    }
}

// Headers of an upstream come with names of their own.
fn named(headers: Vec<(String, Vec<u8>)>) -> Vec<(Cow<'static, str>, Vec<u8>)> {
    let named = headers
        .into_iter()
        .map(|(name, value)| (name.into(), value));
    named.collect()
}
