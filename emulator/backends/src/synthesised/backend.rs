//! The backend that has no state.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use rolecall_catalog::{
    Call, Fact, FactValue, Facts,
    model::{ShapeKind, Structure},
};
use rolecall_protocol::ServiceError;
use serde_json::Map;

use super::{memory::Memory, shapes::Maker, waits};
use crate::backend::{
    Answer, AnswerBody, AnswerSource, Backend, BackendCall, Body, BoxFuture, Failed, Host, Reply,
};

/// Answers every call with a success that is valid for its output shape.
///
/// Texts are copied from parameters of the same name, ARNs are made of the owner's account and the
/// region, lists are empty unless a waiter looks into them, and nothing says that more would follow.
pub struct Synthesised {
    host: Arc<dyn Host>,
    memory: Memory,
}

impl fmt::Debug for Synthesised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Synthesised")
    }
}

impl Synthesised {
    /// Makes answers with the host's time and ids.
    pub fn new(host: Arc<dyn Host>) -> Self {
        Self {
            host,
            memory: Memory::default(),
        }
    }

    /// What a call on a resource of `owner` gets: an answer that ends the waiters that poll for it, or
    /// after a deletion the error that does.
    pub fn reply_to(&self, call: &Call, owner: &str, request_id: &str) -> Reply {
        let operation = call.operation();
        if operation.waits.is_empty() {
            self.memory.note(call, owner);
            return Reply::Answer(self.answer_to(call, owner, request_id));
        }
        let verb = self.memory.last_verb(call, owner);
        let waits = waits::chosen(&operation.waits, verb.as_deref());
        if let Some(error) = waits::error(&waits) {
            let source = AnswerSource::Synthesised;
            return Reply::Failed(Failed { error, source });
        }
        let mut answer = self.answer_to(call, owner, request_id);
        if let Some(output) = operation.output {
            let maker = Maker::new(call, owner, request_id, self.host.as_ref());
            maker.satisfy(output, &mut answer.output, &waits);
        }
        Reply::Answer(answer)
    }

    /// The answer to a call on a resource of `owner`, whatever waiters want.
    pub fn answer_to(&self, call: &Call, owner: &str, request_id: &str) -> Answer {
        let output = call.operation().output;
        let structure = output.and_then(|id| call.service.structure(id));
        let maker = Maker::new(call, owner, request_id, self.host.as_ref());
        Answer {
            output: structure.map_or_else(Map::new, |structure| maker.output(structure)),
            body: structure
                .filter(|s| has_blob_payload(call, s))
                .map(|_| empty()),
            source: AnswerSource::Synthesised,
        }
    }
}

fn has_blob_payload(call: &Call, structure: &Structure) -> bool {
    let payload = structure
        .payload
        .and_then(|index| structure.members.get(index as usize));
    payload.is_some_and(|member| {
        matches!(
            call.service.shape(member.shape).kind,
            ShapeKind::Blob { .. }
        )
    })
}

fn empty() -> AnswerBody {
    AnswerBody {
        body: Body::Bytes(Bytes::new()),
        length: Some(0),
    }
}

impl Facts for Synthesised {
    fn fact(&self, _: &Fact) -> FactValue {
        FactValue::NotKnown
    }
}

impl Backend for Synthesised {
    fn answer(&self, call: BackendCall) -> BoxFuture<'_, Result<Reply, ServiceError>> {
        Box::pin(async move { Ok(self.reply_to(&call.call, &call.owner, &call.request_id)) })
    }

    fn forwards(&self, _: &str) -> bool {
        false
    }
}
