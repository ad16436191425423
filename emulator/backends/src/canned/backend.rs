//! The backend that asks the file first.

use std::sync::Arc;

use rolecall_catalog::{Call, Fact, FactValue, Facts};
use rolecall_protocol::ServiceError;

use super::{
    document::Answers,
    entry::{Outcome, Step},
    throttle::throttle,
};
use crate::backend::{
    Answer, AnswerBody, AnswerSource, Backend, BackendCall, Body, BoxFuture, Failed, Reply,
};

/// Answers as a file says, and lets another backend answer the rest.
#[derive(Debug)]
pub struct Canned {
    answers: Answers,
    rest: Arc<dyn Backend>,
}

impl Canned {
    /// Answers what the file has an entry for; `rest` has all else, and all facts.
    pub fn new(answers: Answers, rest: Arc<dyn Backend>) -> Self {
        Self { answers, rest }
    }

    fn step(&self, call: &BackendCall) -> Option<&Step> {
        let mut entries = self.answers.entries.iter();
        entries.find_map(|entry| entry.matches(&call.call).then(|| entry.next())?)
    }

    async fn reply(&self, call: BackendCall) -> Result<Reply, ServiceError> {
        let Some(step) = self.step(&call) else {
            return self.rest.answer(call).await;
        };
        tokio::time::sleep(step.delay).await;
        let source = AnswerSource::Canned;
        let failed = |error| Ok(Reply::Failed(Failed { error, source }));
        match &step.result {
            Outcome::AsWithout => self.rest.answer(call).await,
            Outcome::Error(error) => failed(error.clone()),
            Outcome::Throttle => {
                let Call {
                    service, protocol, ..
                } = &*call.call;
                failed(throttle(service, call.call.operation(), *protocol))
            }
            Outcome::Output { members, payload } => Ok(Reply::Answer(Answer {
                output: members.clone(),
                body: payload.clone().map(|payload| AnswerBody {
                    length: Some(payload.len() as u64),
                    body: Body::Bytes(payload),
                }),
                source,
            })),
        }
    }
}

impl Facts for Canned {
    fn fact(&self, fact: &Fact) -> FactValue {
        self.rest.fact(fact)
    }
}

impl Backend for Canned {
    fn answer(&self, call: BackendCall) -> BoxFuture<'_, Result<Reply, ServiceError>> {
        Box::pin(self.reply(call))
    }

    fn forwards(&self, prefix: &str) -> bool {
        self.rest.forwards(prefix)
    }
}
