//! The connections to an upstream, kept open and used again.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::TryStreamExt;
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Frame, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, Client, connect::HttpConnector},
    rt::TokioExecutor,
};

use crate::{
    backend::{Body, BodyError},
    embedded::owned::lock,
};

pub(super) type Outgoing = UnsyncBoxBody<Bytes, BodyError>;

/// How long a connection may take to be there: upstreams are near, or AWS.
const CONNECT: Duration = Duration::from_secs(10);

/// Connections to one upstream.
#[derive(Debug)]
pub(super) enum Connections {
    Plain(Client<HttpConnector, Outgoing>),
    Secure(Client<HttpsConnector<HttpConnector>, Outgoing>),
}

/// Why no response came.
#[derive(Debug)]
pub(super) enum NoResponse {
    /// Nothing moved for as long as is waited.
    Silence,
    /// The connection failed, or what came over it was no HTTP.
    Broken(legacy::Error),
}

impl Connections {
    pub(super) fn plain() -> Self {
        Self::Plain(Client::builder(TokioExecutor::new()).build(connector()))
    }

    /// With the certificates that the machine trusts.
    pub(super) fn secure() -> std::io::Result<Self> {
        let mut connector = connector();
        connector.enforce_http(false);
        let secure = HttpsConnectorBuilder::new()
            .with_native_roots()?
            .https_only()
            .enable_http1()
            .wrap_connector(connector);
        let client = Client::builder(TokioExecutor::new()).build(secure);
        Ok(Self::Secure(client))
    }

    /// Sends a request; gives up when neither a piece of it went nor an answer came for `patience`.
    pub(super) async fn send(
        &self,
        request: http::Request<Outgoing>,
        sending: &Sending,
        patience: Duration,
    ) -> Result<http::Response<Incoming>, NoResponse> {
        let response = match self {
            Self::Plain(client) => client.request(request),
            Self::Secure(client) => client.request(request),
        };
        tokio::pin!(response);
        let mut sent = sending.pieces();
        loop {
            match tokio::time::timeout(patience, &mut response).await {
                Ok(response) => return response.map_err(NoResponse::Broken),
                Err(_) if sending.pieces() == sent => return Err(NoResponse::Silence),
                Err(_) => sent = sending.pieces(),
            }
        }
    }
}

fn connector() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.set_connect_timeout(Some(CONNECT));
    connector.set_nodelay(true);
    connector
}

/// A body on its way: how far it is, and what broke it.
#[derive(Debug, Default)]
pub(super) struct Sending {
    pieces: AtomicU64,
    broken: Mutex<Option<BodyError>>,
}

impl Sending {
    fn pieces(&self) -> u64 {
        self.pieces.load(Ordering::Relaxed)
    }

    /// What came from the client as it should not have.
    pub(super) fn broken(&self) -> Option<BodyError> {
        lock(&self.broken).take()
    }
}

/// The body as hyper sends it.
pub(super) fn outgoing(body: Body, sending: &Arc<Sending>) -> Outgoing {
    match body {
        Body::Bytes(bytes) => Full::new(bytes)
            .map_err(|never| match never {})
            .boxed_unsync(),
        Body::Stream(stream) => {
            let (ok, broken) = (Arc::clone(sending), Arc::clone(sending));
            let frames = stream
                .inspect_ok(move |_| {
                    ok.pieces.fetch_add(1, Ordering::Relaxed);
                })
                .inspect_err(move |error| *lock(&broken.broken) = Some(error.clone()))
                .map_ok(Frame::data);
            StreamBody::new(frames).boxed_unsync()
        }
    }
}
