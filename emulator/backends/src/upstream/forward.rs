//! The backend that forwards.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use http_body_util::{BodyExt, BodyStream, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Frame, Incoming};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use rolecall_catalog::{Fact, FactValue, Facts};
use rolecall_protocol::ServiceError;

use super::{
    head,
    signing::{self, Payload, Target},
};
use crate::{
    backend::{
        Backend, BackendCall, Body, BodyError, BoxFuture, Host, RawRequest, RawResponse, Reply,
    },
    embedded::owned::lock,
};

type Outgoing = UnsyncBoxBody<Bytes, BodyError>;

/// Another server that speaks AWS: an emulator, over plain HTTP.
pub struct Upstream {
    host: Arc<dyn Host>,
    client: Client<HttpConnector, Outgoing>,
    /// `http://authority`, with a path before the request's where one was given.
    base: String,
    authority: String,
}

/// Says why a text is not the URL of an upstream.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the URL of an upstream: write `http://HOST:PORT`")]
pub struct InvalidUpstream(pub String);

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

impl Upstream {
    /// Forwards to `url`, which is `http://HOST:PORT`.
    pub fn new(url: &str, host: Arc<dyn Host>) -> Result<Self, InvalidUpstream> {
        let base = url.trim_end_matches('/');
        let invalid = || InvalidUpstream(url.to_owned());
        let authority = base.strip_prefix("http://").ok_or_else(invalid)?;
        let authority = authority.split('/').next().unwrap_or_default();
        authority
            .parse::<http::uri::Authority>()
            .map_err(|_| invalid())?;
        let client = Client::builder(TokioExecutor::new()).build_http();
        Ok(Self {
            host,
            client,
            base: base.to_owned(),
            authority: authority.to_owned(),
        })
    }

    async fn forward(&self, call: BackendCall) -> Result<Reply, ServiceError> {
        let broken: Arc<Mutex<Option<BodyError>>> = Arc::default();
        let request = self.request(call, &broken)?;
        match self.client.request(request).await {
            Ok(response) => Ok(Reply::Raw(raw(response))),
            Err(error) => Err(match lock(&broken).take() {
                Some(broken) => broken.into(),
                None => self.unreachable(&error),
            }),
        }
    }

    fn request(
        &self,
        call: BackendCall,
        broken: &Arc<Mutex<Option<BodyError>>>,
    ) -> Result<http::Request<Outgoing>, ServiceError> {
        let raw = Arc::clone(&call.raw);
        let url = self.url(&raw);
        let mut headers = head::forwarded(&raw.headers);
        if let Some(length) = length(&call.body, &raw) {
            headers.push(("content-length".to_owned(), length.to_string().into_bytes()));
        }
        let added = self.signature(&call, &url, &headers)?;
        let mut request = http::Request::builder()
            .method(raw.method.as_str())
            .uri(&url);
        request = request.header("host", &self.authority);
        for (name, value) in &headers {
            request = request.header(name.as_str(), value.as_slice());
        }
        for (name, value) in &added {
            request = request.header(name.as_str(), value.as_str());
        }
        request
            .body(outgoing(call.body, Arc::clone(broken)))
            .map_err(|e| fault(e.to_string()))
    }

    fn url(&self, raw: &RawRequest) -> String {
        let query = head::query(&raw.query);
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{}{mark}{query}", self.base, raw.path)
    }

    /// Signed are the host, the content type and what begins with `x-amz-`.
    fn signature(
        &self,
        call: &BackendCall,
        url: &str,
        headers: &[(String, Vec<u8>)],
    ) -> Result<Vec<(String, String)>, ServiceError> {
        let is_signed = |name: &str| {
            let name = name.to_ascii_lowercase();
            name == "content-type" || name.starts_with("x-amz-")
        };
        let mut signed = vec![("host".to_owned(), self.authority.clone())];
        for (name, value) in headers.iter().filter(|(name, _)| is_signed(name)) {
            if let Ok(value) = std::str::from_utf8(value) {
                signed.push((name.to_ascii_lowercase(), value.to_owned()));
            }
        }
        let service = &call.call.service;
        let name = service
            .signing_names
            .first()
            .map_or(service.name.as_str(), String::as_str);
        let payload = match &call.body {
            Body::Bytes(bytes) if !name.starts_with("s3") => Payload::Signed(bytes),
            _ => Payload::Unsigned,
        };
        let target = Target {
            method: &call.raw.method,
            url,
            service: name,
            region: &call.call.region,
            now_millis: self.host.now_millis(),
        };
        signing::headers(target, &signed, payload).map_err(fault)
    }

    fn unreachable(&self, error: &hyper_util::client::legacy::Error) -> ServiceError {
        let mut cause: &dyn std::error::Error = error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        let mut raised = ServiceError::new(
            "ServiceUnavailable",
            "The upstream that answers for this service cannot be reached.",
        )
        .with_status(503);
        raised.detail = Some(format!("upstream `{}`: {error}: {cause}", self.base));
        raised
    }
}

/// A request that cannot be made.
fn fault(why: String) -> ServiceError {
    let mut raised =
        ServiceError::new("InternalFailure", "The request cannot be forwarded.").with_status(500);
    raised.detail = Some(why);
    raised
}

fn length(body: &Body, raw: &RawRequest) -> Option<u64> {
    match body {
        Body::Bytes(bytes) if bytes.is_empty() && raw.method == "GET" => None,
        Body::Bytes(bytes) => Some(bytes.len() as u64),
        Body::Stream(_) => head::length(&raw.headers),
    }
}

/// The body as hyper sends it. What breaks it is kept, for the client to be told.
fn outgoing(body: Body, broken: Arc<Mutex<Option<BodyError>>>) -> Outgoing {
    match body {
        Body::Bytes(bytes) => Full::new(bytes)
            .map_err(|never| match never {})
            .boxed_unsync(),
        Body::Stream(stream) => {
            let frames = stream.map_ok(Frame::data).inspect_err(move |error| {
                *lock(&broken) = Some(error.clone());
            });
            StreamBody::new(frames).boxed_unsync()
        }
    }
}

/// The response as it stands, its body as it arrives.
fn raw(response: http::Response<Incoming>) -> RawResponse {
    let (head, body) = response.into_parts();
    let headers = head
        .headers
        .iter()
        .filter(|(name, _)| !head::is_hop_by_hop(name.as_str()));
    let headers = headers
        .map(|(n, v)| (n.as_str().to_owned(), v.as_bytes().to_vec()))
        .collect();
    let pieces = BodyStream::new(body).filter_map(|frame| async {
        match frame {
            Ok(frame) => frame.into_data().ok().map(Ok),
            Err(error) => Some(Err(BodyError::Broken(error.to_string()))),
        }
    });
    RawResponse {
        status: head.status.as_u16(),
        headers,
        body: Body::Stream(Box::pin(pieces)),
    }
}

impl Facts for Upstream {
    fn fact(&self, _: &Fact) -> FactValue {
        FactValue::NotKnown
    }
}

impl Backend for Upstream {
    fn answer(&self, call: BackendCall) -> BoxFuture<'_, Result<Reply, ServiceError>> {
        Box::pin(self.forward(call))
    }
}
