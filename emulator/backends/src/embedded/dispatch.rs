//! From a call to the service that has its state.

use std::{fmt, sync::Arc};

use rolecall_protocol::ServiceError;

#[cfg(feature = "dynamodb")]
use super::dynamodb::DynamoDb;
use super::{
    events::Events,
    firehose::Firehose,
    kinesis::Kinesis,
    kms::Kms,
    logs::Logs,
    memory::Memory,
    metrics::Metrics,
    records::Records,
    request::{Outcome, Request},
    s3::S3,
    secretsmanager::SecretsManager,
    sns::Sns,
    sqs::Sqs,
    ssm::Ssm,
};
use crate::{
    backend::{Answer, Backend, BackendCall, Body, BoxFuture, Host, Reply},
    synthesised::Synthesised,
};

/// Answers out of its own memory, and makes up what it does not have.
pub struct Embedded {
    #[cfg(feature = "dynamodb")]
    pub(super) dynamodb: DynamoDb,
    pub(super) events: Events,
    pub(super) firehose: Firehose,
    pub(super) kinesis: Kinesis,
    pub(super) kms: Kms,
    pub(super) logs: Logs,
    pub(super) metrics: Metrics,
    pub(super) records: Records,
    pub(super) s3: S3,
    pub(super) secrets: SecretsManager,
    pub(super) sns: Arc<Sns>,
    pub(super) sqs: Arc<Sqs>,
    pub(super) ssm: Ssm,
    synthesised: Synthesised,
}

impl fmt::Debug for Embedded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Embedded").finish_non_exhaustive()
    }
}

impl Embedded {
    /// An embedded backend without any state yet.
    pub fn new(host: Arc<dyn Host>) -> Self {
        let memory = Memory::new(host.memory_bound());
        let sqs = Arc::new(Sqs::new(Arc::clone(&host), Arc::clone(&memory)));
        let sns = Arc::new(Sns::new(Arc::clone(&host), Arc::clone(&sqs)));
        Self {
            #[cfg(feature = "dynamodb")]
            dynamodb: DynamoDb::new(Arc::clone(&host)),
            events: Events::new(Arc::clone(&host), Arc::clone(&sqs), Arc::clone(&sns)),
            firehose: Firehose::new(Arc::clone(&host)),
            kinesis: Kinesis::new(Arc::clone(&host), Arc::clone(&memory)),
            kms: Kms::new(Arc::clone(&host)),
            logs: Logs::new(Arc::clone(&host), Arc::clone(&memory)),
            metrics: Metrics::new(Arc::clone(&host)),
            records: Records::new(Arc::clone(&host)),
            s3: S3::new(Arc::clone(&host), memory),
            secrets: SecretsManager::new(Arc::clone(&host)),
            sns,
            sqs,
            ssm: Ssm::new(Arc::clone(&host)),
            synthesised: Synthesised::new(host),
        }
    }

    async fn dispatch(&self, mut call: BackendCall) -> Result<Reply, ServiceError> {
        let service = Arc::clone(&call.call.service);
        if service.name == "s3" {
            let body = std::mem::replace(&mut call.body, Body::Bytes(bytes::Bytes::new()));
            return match self.s3.answer(&Request::of(&call), body).await {
                Some(answer) => answer.map(Reply::Answer),
                None => Ok(self.made_up(&call)),
            };
        }
        let request = Request::of(&call);
        let outcome = match service.name.as_str() {
            #[cfg(feature = "dynamodb")]
            "dynamodb" | "dynamodbstreams" => self.dynamodb.answer(&request),
            "cloudwatch" => self.metrics.answer(&request),
            "events" => self.events.answer(&request),
            "firehose" => self.firehose.answer(&request),
            "kinesis" => self.kinesis.answer(&request),
            "kms" => self.kms.answer(&request),
            "logs" => self.logs.answer(&request),
            "secretsmanager" => self.secrets.answer(&request),
            "sns" => self.sns.answer(&request),
            "sqs" => self.sqs.answer(&request).await,
            "ssm" => self.ssm.answer(&request),
            _ => None,
        };
        let kept = || self.records.answer(&call, &request, &self.synthesised);
        let outcome = outcome.or_else(kept);
        self.reply(&call, outcome)
    }

    fn reply(&self, call: &BackendCall, outcome: Option<Outcome>) -> Result<Reply, ServiceError> {
        match outcome {
            Some(outcome) => Ok(Reply::Answer(Answer::embedded(outcome?))),
            None => Ok(self.made_up(call)),
        }
    }

    fn made_up(&self, call: &BackendCall) -> Reply {
        self.synthesised
            .reply_to(&call.call, &call.owner, &call.request_id)
    }
}

impl Backend for Embedded {
    fn answer(&self, call: BackendCall) -> BoxFuture<'_, Result<Reply, ServiceError>> {
        Box::pin(self.dispatch(call))
    }

    fn forwards(&self, _: &str) -> bool {
        false
    }
}
