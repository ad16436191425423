//! From a response without an HTTP library to one for the wire.

use std::borrow::Cow;

use bytes::Bytes;
use rolecall_backends::Body;
use rolecall_protocol::{Response, ResponseBody};

use crate::listener::WireBody;

/// A response, ready for the wire.
pub(crate) struct WireReply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(Cow<'static, str>, Vec<u8>)>,
    pub(crate) body: WireBody,
}

impl WireReply {
    pub(crate) fn json(status: u16, text: String) -> Self {
        let headers = vec![("content-type".into(), b"application/json".to_vec())];
        Self {
            status,
            headers,
            body: WireBody::Bytes(Bytes::from(text)),
        }
    }
}

pub(super) fn wire_reply(response: Response, stream: Option<WireBody>) -> WireReply {
    let headers = response
        .headers
        .into_iter()
        .map(|(name, value)| (name, value.into_bytes()));
    let body = match response.body {
        ResponseBody::Bytes(bytes) => WireBody::Bytes(bytes),
        ResponseBody::Stream => stream.unwrap_or(WireBody::Bytes(Bytes::new())),
    };
    WireReply {
        status: response.status,
        headers: headers.collect(),
        body,
    }
}

pub(super) fn wire_body(body: Body, length: Option<u64>) -> WireBody {
    match body {
        Body::Bytes(bytes) => WireBody::Bytes(bytes),
        Body::Stream(stream) => WireBody::Stream { stream, length },
    }
}
