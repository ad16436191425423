//! The backend that has no state.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use rolecall_catalog::{
    Call, Fact, FactValue, Facts,
    model::{ShapeKind, Structure},
};
use rolecall_protocol::ServiceError;
use serde_json::Map;

use super::shapes::Maker;
use crate::backend::{
    Answer, AnswerBody, AnswerSource, Backend, BackendCall, Body, BoxFuture, Host, Reply,
};

/// Answers every call with a success that is valid for its output shape.
///
/// Texts are copied from parameters of the same name, ARNs are made of the owner's account and the
/// region, lists are empty, and nothing says that more would follow.
pub struct Synthesised {
    host: Arc<dyn Host>,
}

impl fmt::Debug for Synthesised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Synthesised")
    }
}

impl Synthesised {
    /// Makes answers with the host's time and ids.
    pub fn new(host: Arc<dyn Host>) -> Self {
        Self { host }
    }

    /// The answer to a call on a resource of `owner`.
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
        Box::pin(async move {
            Ok(Reply::Answer(self.answer_to(
                &call.call,
                &call.owner,
                &call.request_id,
            )))
        })
    }

    fn forwards(&self, _: &str) -> bool {
        false
    }
}
