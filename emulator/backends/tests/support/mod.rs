//! A host with a clock that tokio drives, and calls made by hand.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    reason = "support of tests; each uses a part of it"
)]

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use bytes::Bytes;
use futures_util::StreamExt;
use rolecall_backends::{
    Answer, Backend, BackendCall, Body, Delivery, Embedded, Host, RawRequest, Reply,
};
use rolecall_catalog::model::{Curated, Shapes};
use rolecall_catalog::{Call, Fact, FactKind, FactValue, Facts, Operation, ProtocolName, Service};
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value};
use tokio::time::Instant;

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const OTHER: &str = "210987654321";
/// 2025-11-24T16:00:00Z.
pub(crate) const START: u64 = 1_764_000_000_000;

/// Time goes on when tokio's does; random bits count up.
#[derive(Debug)]
pub(crate) struct FakeHost {
    started: Instant,
    drawn: AtomicU64,
    pub(crate) lets: AtomicBool,
    pub(crate) asked: Mutex<Vec<Delivery>>,
}

impl Host for FakeHost {
    fn now_millis(&self) -> u64 {
        START + u64::try_from(self.started.elapsed().as_millis()).unwrap()
    }

    fn random(&self) -> u128 {
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed);
        // Spread over all bits, so that ids differ everywhere.
        u128::from(drawn + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
    }

    fn endpoint(&self) -> String {
        "http://127.0.0.1:4566".to_owned()
    }

    fn may_deliver(&self, delivery: &Delivery) -> bool {
        self.asked.lock().unwrap().push(delivery.clone());
        self.lets.load(Ordering::Relaxed)
    }
}

pub(crate) fn host() -> Arc<FakeHost> {
    Arc::new(FakeHost {
        started: Instant::now(),
        drawn: AtomicU64::new(0),
        lets: AtomicBool::new(true),
        asked: Mutex::default(),
    })
}

/// An embedded backend, and the host under it.
pub(crate) struct Fixture {
    pub(crate) host: Arc<FakeHost>,
    pub(crate) backend: Embedded,
}

pub(crate) fn fixture() -> Fixture {
    let host = host();
    Fixture {
        backend: Embedded::new(Arc::clone(&host) as Arc<dyn Host>),
        host,
    }
}

/// A service with this one operation and no shapes.
fn service(name: &str, operation: &str) -> Service {
    let operation = Operation {
        name: operation.to_owned(),
        method: "POST".to_owned(),
        request_uri: "/".to_owned(),
        status: None,
        host_prefix: None,
        input: None,
        output: None,
        result_wrapper: None,
        errors: Vec::new(),
        unsigned: false,
        input_element: None,
        input_namespace: None,
        waits: Vec::new(),
    };
    Service {
        name: name.to_owned(),
        api_version: "2012-01-01".to_owned(),
        service_id: name.to_owned(),
        signing_names: vec![name.to_owned()],
        endpoint_prefix: name.to_owned(),
        iam_prefix: name.to_owned(),
        protocols: vec![ProtocolName::Json10],
        target_prefix: None,
        xml_namespace: None,
        query_compatible: false,
        operations: vec![operation],
        shapes: Shapes::default(),
        curated: Curated::default(),
    }
}

pub(crate) fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("`{other}` is no object"),
    }
}

pub(crate) fn call(name: &str, operation: &str, parameters: Value, body: Body) -> BackendCall {
    BackendCall {
        call: Arc::new(Call {
            service: Arc::new(service(name, operation)),
            operation: 0,
            protocol: ProtocolName::Json10,
            parameters: members(parameters),
            region: "us-east-1".to_owned(),
            partition: "aws".to_owned(),
            account: ACCOUNT.to_owned().try_into().unwrap(),
            caller: None,
        }),
        body,
        caller: format!("arn:aws:sts::{ACCOUNT}:assumed-role/orders/session"),
        owner: ACCOUNT.to_owned(),
        request_id: "1f6a0c4e-0000-4000-8000-000000000000".to_owned(),
        raw: Arc::new(RawRequest {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            query: String::new(),
            headers: Vec::new(),
        }),
    }
}

pub(crate) fn nothing() -> Body {
    Body::Bytes(Bytes::new())
}

impl Fixture {
    pub(crate) async fn reply(&self, call: BackendCall) -> Result<Answer, ServiceError> {
        match self.backend.answer(call).await? {
            Reply::Answer(answer) => Ok(answer),
            other => panic!("unexpected {other:?}"),
        }
    }

    /// The members of a success.
    pub(crate) async fn ok(&self, name: &str, operation: &str, parameters: Value) -> Value {
        let answer = self
            .reply(call(name, operation, parameters, nothing()))
            .await;
        match answer {
            Ok(answer) => answer.output.into(),
            Err(error) => panic!("{operation}: {error}"),
        }
    }

    /// The error of a failure.
    pub(crate) async fn err(&self, name: &str, operation: &str, parameters: Value) -> ServiceError {
        let answer = self
            .reply(call(name, operation, parameters, nothing()))
            .await;
        match answer {
            Ok(answer) => panic!("{operation}: {:?}", answer.output),
            Err(error) => error,
        }
    }

    pub(crate) fn fact(&self, kind: FactKind, subject: &str) -> FactValue {
        self.backend.fact(&Fact {
            kind,
            subject: subject.to_owned(),
        })
    }
}

/// All of a body.
pub(crate) async fn read(body: Body) -> Vec<u8> {
    match body {
        Body::Bytes(bytes) => bytes.to_vec(),
        Body::Stream(mut stream) => {
            let mut all = Vec::new();
            while let Some(piece) = stream.next().await {
                all.extend_from_slice(&piece.unwrap());
            }
            all
        }
    }
}
