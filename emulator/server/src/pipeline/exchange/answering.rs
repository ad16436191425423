//! From an answer or an error to a response in the protocol of the request.

use std::{borrow::Cow, sync::Arc};

use rolecall_backends::{Answer, Body, Failed, Reply};
use rolecall_catalog::Call;
use rolecall_protocol::{Payload, ServiceError};
use rolecall_trace::Outcome;

use super::Exchange;
use crate::{
    accounts::Caller,
    pipeline::{
        WireReply,
        answer::{Question, answer},
        authorize::Decided,
        recording::Ending,
        reply::{wire_body, wire_reply},
    },
};

impl Exchange<'_> {
    pub(super) async fn answered(
        &self,
        call: &Arc<Call>,
        caller: &Caller,
        decided: &[Decided],
        body: Body,
    ) -> (WireReply, Ending) {
        let raw = || self.head.raw();
        let request_id = &self.request_id;
        let question = Question {
            call,
            caller,
            decided,
            body,
            raw: &raw,
            request_id,
        };
        let answered = answer(self.state, question).await;
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
            Ok(Reply::Failed(Failed { error, .. })) | Err(error) => {
                (self.failed(&error), Outcome::Failed, Some(error.code))
            }
        };
        let ending = Ending {
            outcome,
            by: answered.by,
            status: reply.status,
            error,
        };
        (reply, ending)
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
