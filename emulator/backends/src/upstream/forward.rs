//! The backend that forwards.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use rolecall_catalog::{
    Fact, FactValue, Facts,
    recognise::{Head, path_style},
};
use rolecall_protocol::ServiceError;

use super::{
    client::{Connections, NoResponse, Outgoing, Sending, outgoing},
    failure::Misbehaviour,
    head,
    observed::Observed,
    queue_urls,
    response::{Received, receive},
    signing::{self, Payload, Signer, Target},
};
use crate::{
    backend::{
        AnswerSource, Backend, BackendCall, Body, BoxFuture, Failed, Host, RawRequest, Reply,
    },
    chosen::UpstreamCredentials,
};

/// Another server that speaks AWS.
pub struct Upstream {
    host: Arc<dyn Host>,
    connections: Connections,
    /// `http://authority`, with a path before the request's where one was given.
    base: String,
    authority: String,
    options: Options,
    observed: Observed,
}

/// How an upstream is spoken to.
#[derive(Clone, Debug)]
pub struct Options {
    /// What requests are signed with; without them as local emulators expect it, with the account
    /// that owns the resource in place of an access key.
    pub credentials: Option<UpstreamCredentials>,
    /// How long it may say nothing.
    pub patience: Duration,
}

/// Says why a text is not the URL of an upstream.
#[derive(Debug, thiserror::Error)]
pub enum InvalidUpstream {
    /// It is no URL.
    #[error("`{0}` is not the URL of an upstream: write `http://HOST:PORT`")]
    Url(String),
    /// The machine has no certificates to trust.
    #[error("`{url}` cannot be trusted: the machine's certificates cannot be read")]
    Certificates {
        /// As it was given.
        url: String,
        /// Why.
        source: std::io::Error,
    },
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

impl Upstream {
    /// Forwards to `url`, which is `http://HOST:PORT` or `https://HOST`.
    ///
    /// # Errors
    ///
    /// Fails on anything else, and on a machine without certificates where they are needed.
    pub fn new(url: &str, options: Options, host: Arc<dyn Host>) -> Result<Self, InvalidUpstream> {
        let base = url.trim_end_matches('/');
        let invalid = || InvalidUpstream::Url(url.to_owned());
        let secure = base.strip_prefix("https://");
        let rest = secure.or_else(|| base.strip_prefix("http://"));
        let authority = rest.and_then(|rest| rest.split('/').next());
        let authority = authority.ok_or_else(invalid)?;
        authority
            .parse::<http::uri::Authority>()
            .map_err(|_| invalid())?;
        let connections = match secure {
            None => Connections::plain(),
            Some(_) => Connections::secure().map_err(|source| InvalidUpstream::Certificates {
                url: url.to_owned(),
                source,
            })?,
        };
        Ok(Self {
            host,
            connections,
            base: base.to_owned(),
            authority: authority.to_owned(),
            options,
            observed: Observed::new(),
        })
    }

    /// The same, of an upstream that was started for this run: it has no state but what passes through here.
    #[must_use]
    pub fn began_empty(self) -> Self {
        self.observed.began_empty();
        self
    }

    async fn forward(&self, mut call: BackendCall) -> Result<Reply, ServiceError> {
        let sending = Arc::new(Sending::default());
        let body = std::mem::replace(&mut call.body, Body::Bytes(bytes::Bytes::new()));
        let request = self.request(&call, body, &sending)?;
        let patience = self.options.patience;
        let response = self.connections.send(request, &sending, patience).await;
        let response = response.map_err(|error| self.no_response(&error, &sending))?;
        let received = receive(response, &call.call, patience).await;
        let received = received.map_err(|wrong| wrong.raise(&self.base))?;
        if received.response.status < 300 {
            self.observed.learn(&call.call, received.document.as_ref());
        }
        Ok(Reply::Raw(self.finished(received, &call)))
    }

    /// The answer, without what would lead a client past us.
    fn finished(&self, received: Received, call: &BackendCall) -> crate::RawResponse {
        let mut response = received.response;
        let Some(document) = received.document else {
            return response;
        };
        if self.options.credentials.is_none()
            && response.status < 300
            && queue_urls::are_in(&call.call)
        {
            let here = queue_urls::replaced(&document, &self.host.endpoint());
            response
                .headers
                .retain(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
            response.body = Body::Bytes(here);
        }
        response
    }

    /// What broke on the client's side is the client's error.
    fn no_response(&self, error: &NoResponse, sending: &Sending) -> ServiceError {
        match sending.broken() {
            Some(broken) => broken.into(),
            None => Misbehaviour::of(error, self.options.patience).raise(&self.base),
        }
    }

    fn request(
        &self,
        call: &BackendCall,
        body: Body,
        sending: &Arc<Sending>,
    ) -> Result<http::Request<Outgoing>, ServiceError> {
        let raw = &call.raw;
        let url = self.url(call);
        let mut headers = head::forwarded(&raw.headers);
        if let Some(length) = length(&body, raw) {
            headers.push(("content-length".to_owned(), length.to_string().into_bytes()));
        }
        let added = self.signature(call, &body, &url, &headers)?;
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
            .body(outgoing(body, sending))
            .map_err(|e| fault(e.to_string()))
    }

    /// A bucket in the host stands in the path here: the upstream has a host of its own.
    fn url(&self, call: &BackendCall) -> String {
        let raw = &call.raw;
        let path = if call.call.service.iam_prefix == "s3" {
            let host = raw.header("host");
            path_style(&Head {
                method: &raw.method,
                path: &raw.path,
                host,
                ..Head::default()
            })
        } else {
            Cow::Borrowed(raw.path.as_str())
        };
        let query = head::query(&raw.query);
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{path}{mark}{query}", self.base)
    }

    /// Signed are the host, the content type and what begins with `x-amz-`.
    fn signature(
        &self,
        call: &BackendCall,
        body: &Body,
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
        let payload = match body {
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
        let signer = match &self.options.credentials {
            Some(credentials) => Signer::Key(credentials),
            None => Signer::Account(&call.owner),
        };
        signing::headers(signer, target, &signed, payload).map_err(fault)
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

impl Facts for Upstream {
    fn fact(&self, fact: &Fact) -> FactValue {
        self.observed.fact(fact)
    }
}

impl Backend for Upstream {
    fn answer(&self, call: BackendCall) -> BoxFuture<'_, Result<Reply, ServiceError>> {
        Box::pin(async move {
            let reply = self.forward(call).await;
            Ok(reply.unwrap_or_else(|error| {
                let source = AnswerSource::Upstream;
                Reply::Failed(Failed { error, source })
            }))
        })
    }

    fn forwards(&self, _: &str) -> bool {
        true
    }
}
