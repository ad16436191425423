//! The one trait between the pipeline and whoever answers.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use bytes::Bytes;
use futures_core::Stream;
use rolecall_catalog::{Call, Facts};
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value};

/// A future on the heap, as a trait object needs it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Why a body ended before its end.
#[derive(Clone, Debug, thiserror::Error)]
pub enum BodyError {
    /// The signature of a chunk, a trailer or the whole did not verify: nothing may be stored.
    #[error("the body does not match its signature")]
    NotAuthentic(ServiceError),
    /// The client went away, was too slow, or sent more than the limit.
    #[error("the body was cut off: {0}")]
    Broken(String),
}

/// The body of a request or an answer.
pub enum Body {
    /// All of it.
    Bytes(Bytes),
    /// As it arrives. An error means that whatever came before must not be kept.
    Stream(Pin<Box<dyn Stream<Item = Result<Bytes, BodyError>> + Send>>),
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            Self::Stream(_) => f.write_str("Body(stream)"),
        }
    }
}

/// The request as it came, for a backend that forwards.
#[derive(Clone, Debug, Default)]
pub struct RawRequest {
    /// The method.
    pub method: String,
    /// The raw path.
    pub path: String,
    /// The raw query, without the question mark.
    pub query: String,
    /// The headers in the order of the wire.
    pub headers: Vec<(String, Vec<u8>)>,
}

impl RawRequest {
    /// The first value of a header, if it is UTF-8.
    pub fn header(&self, name: &str) -> Option<&str> {
        let is = |known: &str| known.eq_ignore_ascii_case(name);
        let (_, value) = self.headers.iter().find(|(known, _)| is(known))?;
        std::str::from_utf8(value).ok()
    }
}

/// An allowed call, handed to whoever answers.
#[derive(Debug)]
pub struct BackendCall {
    /// The call.
    pub call: Arc<Call>,
    /// The body: what streams or is the payload blob (decoded if it was aws-chunked); for a
    /// forwarding backend the whole body of any call.
    pub body: Body,
    /// The ARN of the caller.
    pub caller: String,
    /// The account that owns the resource: where the state is.
    pub owner: String,
    /// The request id that the client will be given.
    pub request_id: String,
    /// The request as it came; empty where nobody forwards it.
    pub raw: Arc<RawRequest>,
}

/// Where an answer comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerSource {
    /// The embedded backend's state.
    Embedded,
    /// Made up from the output's shape.
    Synthesised,
    /// An upstream.
    Upstream,
    /// A canned answer.
    Canned,
}

/// The body of an answer whose output has a streaming or `payload` blob member.
#[derive(Debug)]
pub struct AnswerBody {
    /// The bytes.
    pub body: Body,
    /// The length, if it is known.
    pub length: Option<u64>,
}

/// A success: the output members, to be serialised by the protocol.
#[derive(Debug)]
pub struct Answer {
    /// Named and formed as [`Call::parameters`]: blobs in base64, timestamps as numbers. A member
    /// bound to the status code overrides the status.
    pub output: Map<String, Value>,
    /// The payload blob, if the output has one.
    pub body: Option<AnswerBody>,
    /// Where it comes from.
    pub source: AnswerSource,
}

impl Answer {
    /// An answer of the embedded backend.
    pub fn embedded(output: Map<String, Value>) -> Self {
        Self {
            output,
            body: None,
            source: AnswerSource::Embedded,
        }
    }
}

/// A response that an upstream already gave its form.
#[derive(Debug)]
pub struct RawResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers, without the hop-by-hop ones.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body.
    pub body: Body,
    /// The code of the error that it is, as far as that could be read.
    pub error: Option<String>,
}

/// An error of a backend that is not the embedded one.
#[derive(Debug)]
pub struct Failed {
    /// The error.
    pub error: ServiceError,
    /// Whose it is.
    pub source: AnswerSource,
}

/// What a backend gives back; an error that it raises itself is the embedded backend's.
#[derive(Debug)]
pub enum Reply {
    /// Members for the protocol to serialise.
    Answer(Answer),
    /// A response as it stands.
    Raw(RawResponse),
    /// An error of another backend than the embedded one.
    Failed(Failed),
}

/// A delivery from one service to another, such as SNS to SQS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The service principal, such as `sns.amazonaws.com`.
    pub service_principal: String,
    /// The action, such as `sqs:SendMessage`.
    pub action: String,
    /// The target's ARN.
    pub resource: String,
    /// The account that owns the target.
    pub resource_account: String,
    /// `aws:SourceArn`.
    pub source_arn: String,
    /// `aws:SourceAccount`.
    pub source_account: String,
    /// The target's resource policy, if it has one.
    pub resource_policy: Option<String>,
    /// The ARN of the alias of the target's key, where that is one of AWS's own: nobody can change
    /// its policy. A customer key is asked for as the fact `resource-key`.
    pub aws_managed_key: Option<String>,
}

/// What a backend may ask of the server around it: time, chance, and leave to deliver.
pub trait Host: Send + Sync {
    /// Milliseconds since the epoch.
    fn now_millis(&self) -> u64;
    /// 128 random bits.
    fn random(&self) -> u128;
    /// 128 bits for the id of something that is made, which are the same whenever a server of the same
    /// history is asked: they follow from what is made (`kms key, 123456789012, eu-west-1, ...`) and
    /// how many of it were made before. Never for what must be unpredictable.
    ///
    /// A policy that was generated from a recording names such ids, and has to fit the next run.
    fn repeatable(&self, _of: &str) -> u128 {
        self.random()
    }
    /// The endpoint that clients use, such as `http://127.0.0.1:4566`: QueueUrls name it.
    fn endpoint(&self) -> String;
    /// How many bytes of objects, messages, records and log events may be kept in memory.
    fn memory_bound(&self) -> u64 {
        u64::MAX
    }
    /// Decides a delivery as the service principal, records it, and says whether it may go ahead.
    fn may_deliver(&self, delivery: &Delivery) -> bool;
}

/// Whoever answers allowed calls of a service.
pub trait Backend: Facts + fmt::Debug + Send + Sync {
    /// Answers one call.
    fn answer(&self, call: BackendCall) -> BoxFuture<'_, Result<Reply, ServiceError>>;

    /// Whether calls of the service with this IAM prefix are forwarded as they came: only those
    /// need [`BackendCall::raw`], which is a copy of the whole head.
    fn forwards(&self, prefix: &str) -> bool;
}
