//! From what an upstream sends to what the client gets.

use std::{pin::Pin, time::Duration};

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use rolecall_catalog::{
    Call, ProtocolName,
    model::{Member, ShapeKind},
};

use super::{
    failure::{Misbehaviour, causes},
    head,
};
use crate::backend::{Body, BodyError, RawResponse};

/// What is taken into memory of an answer that does not stream; the rest of a longer one passes.
const WHOLE: usize = 16 << 20;

/// An answer, with its body where that was looked at.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) response: RawResponse,
    /// The document, of an answer that is one.
    pub(super) document: Option<Bytes>,
}

/// Takes an answer: one that streams as it arrives, any other whole, so that it is one.
pub(super) async fn receive(
    response: http::Response<Incoming>,
    call: &Call,
    patience: Duration,
) -> Result<Received, Misbehaviour> {
    let (head, body) = response.into_parts();
    let status = head.status.as_u16();
    if let Some(to) = redirect(&head) {
        return Err(Misbehaviour::Redirect { status, to });
    }
    let headers = head.headers.iter();
    let headers = headers.filter(|(name, _)| !head::is_hop_by_hop(name.as_str()));
    let headers = headers
        .map(|(n, v)| (n.as_str().to_owned(), v.as_bytes().to_vec()))
        .collect();
    let mut response = RawResponse {
        status,
        headers,
        body: Body::Bytes(Bytes::new()),
        error: None,
    };
    let is_success = status < 300;
    if is_success && streams(call) {
        response.body = pieces(body, patience, None);
        return Ok(Received {
            response,
            document: None,
        });
    }
    let whole = collect(body, patience).await?;
    let is_plain = !head.headers.contains_key("content-encoding");
    let document = match &whole {
        Body::Bytes(bytes) if is_plain => Some(bytes.clone()),
        _ => None,
    };
    response.body = whole;
    let Some(bytes) = document else {
        return Ok(Received {
            response,
            document: None,
        });
    };
    if !is_success || !has_payload(call) {
        let what = not_a_document(&bytes, call.protocol);
        if let Some(what) = what {
            return Err(Misbehaviour::Garbage { status, what });
        }
    }
    if status >= 400 {
        response.error = error_code(&head.headers, &bytes);
    }
    Ok(Received {
        response,
        document: Some(bytes),
    })
}

/// Where a response sends its reader. 304 sends nowhere, and so does S3's PermanentRedirect, which
/// says in its body which region to use. Source: RFC 9110, 15.4; "Error responses" of the S3 API
/// reference.
fn redirect(head: &http::response::Parts) -> Option<String> {
    let location = head.headers.get("location")?;
    let is_redirect = head.status.is_redirection() && head.status.as_u16() != 304;
    is_redirect.then(|| String::from_utf8_lossy(location.as_bytes()).into_owned())
}

/// Whether the output is a stream of bytes or of events.
fn streams(call: &Call) -> bool {
    let output = call.operation().output;
    let Some(structure) = output.and_then(|id| call.service.structure(id)) else {
        return false;
    };
    structure.members.iter().any(|member| {
        member.streaming
            || match &call.service.shape(member.shape).kind {
                ShapeKind::Blob { streaming } => *streaming,
                ShapeKind::Structure(events) => events.event_stream,
                _ => false,
            }
    })
}

/// Whether the body of a success is a member as it stands, and no document.
fn has_payload(call: &Call) -> bool {
    let output = call.operation().output;
    let structure = output.and_then(|id| call.service.structure(id));
    let payload = structure.and_then(|s| s.members.get(s.payload? as usize));
    payload.is_some_and(|member: &Member| {
        let kind = &call.service.shape(member.shape).kind;
        matches!(kind, ShapeKind::Blob { .. } | ShapeKind::String { .. })
    })
}

/// Says what a body is that is no document of this protocol, by how it begins.
fn not_a_document(body: &[u8], protocol: ProtocolName) -> Option<&'static str> {
    let start = body.trim_ascii_start();
    let first = *start.first()?;
    let is_html = || {
        let head = start.get(..14).unwrap_or(start).to_ascii_lowercase();
        head.starts_with(b"<!doctype html") || head.starts_with(b"<html")
    };
    let fits = match protocol {
        // moto says `null` where an operation has no output, and SDKs take it.
        ProtocolName::Json10 | ProtocolName::Json11 | ProtocolName::RestJson => {
            first == b'{' || start.trim_ascii_end() == b"null"
        }
        ProtocolName::Query | ProtocolName::Ec2 | ProtocolName::RestXml => {
            first == b'<' && !is_html()
        }
        // Major type 5, a map. Source: RFC 8949, 3.1.
        ProtocolName::RpcV2Cbor => body.first().is_some_and(|byte| byte >> 5 == 5),
    };
    match (fits, first) {
        (true, _) => None,
        (false, b'<') if is_html() => Some("a page of HTML"),
        (false, b'<') => Some("XML"),
        (false, b'{') => Some("JSON"),
        (false, _) => Some("something that is no document"),
    }
}

/// The code of an error, from its header or its document.
///
/// Source: Smithy, "AWS JSON protocols" and "AWS restXml protocol", operation error serialisation.
fn error_code(headers: &http::HeaderMap, body: &[u8]) -> Option<String> {
    let header = headers
        .get("x-amzn-errortype")
        .and_then(|v| v.to_str().ok());
    let code = match header {
        Some(code) => code.to_owned(),
        None => in_json(body).or_else(|| in_xml(body))?,
    };
    let code = code.split(':').next().unwrap_or_default();
    let code = code.rsplit('#').next().unwrap_or_default();
    (!code.is_empty()).then(|| code.to_owned())
}

fn in_json(body: &[u8]) -> Option<String> {
    let document: serde_json::Value = serde_json::from_slice(body).ok()?;
    let code = document.get("__type").or_else(|| document.get("code"));
    code?.as_str().map(str::to_owned)
}

fn in_xml(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, after) = text.split_once("<Code>")?;
    after.split_once("</Code>").map(|(code, _)| code.to_owned())
}

/// A body that is not endless.
async fn collect(mut body: Incoming, patience: Duration) -> Result<Body, Misbehaviour> {
    let mut first = None::<Bytes>;
    let mut whole = BytesMut::new();
    loop {
        match next(&mut body, patience).await {
            Some(Ok(piece)) if first.is_none() => first = Some(piece),
            Some(Ok(piece)) => {
                if whole.is_empty() {
                    whole.extend_from_slice(first.as_deref().unwrap_or_default());
                }
                whole.extend_from_slice(&piece);
            }
            Some(Err(error)) => return Err(error),
            // Most answers are one piece: it is not copied.
            None if whole.is_empty() => return Ok(Body::Bytes(first.unwrap_or_default())),
            None => return Ok(Body::Bytes(whole.freeze())),
        }
        if whole.len() > WHOLE {
            return Ok(pieces(body, patience, Some(whole.freeze())));
        }
    }
}

/// A body as it arrives, after what has arrived.
fn pieces(body: Incoming, patience: Duration, before: Option<Bytes>) -> Body {
    let rest = stream::unfold(Some(body), move |body| async move {
        let mut body = body?;
        match next(&mut body, patience).await? {
            Ok(piece) => Some((Ok(piece), Some(body))),
            Err(error) => {
                let cause = format!("the upstream's answer: {error:?}");
                Some((Err(BodyError::Broken(cause)), None))
            }
        }
    });
    let whole = stream::iter(before.map(Ok)).chain(rest);
    Body::Stream(Box::pin(whole) as Pin<Box<_>>)
}

async fn next(body: &mut Incoming, patience: Duration) -> Option<Result<Bytes, Misbehaviour>> {
    loop {
        match tokio::time::timeout(patience, body.frame()).await {
            Err(_) => return Some(Err(Misbehaviour::Silent(patience))),
            Ok(None) => return None,
            Ok(Some(Err(error))) => return Some(Err(Misbehaviour::CutOff(causes(&error)))),
            // Trailers are not passed on.
            Ok(Some(Ok(frame))) => {
                if let Ok(piece) = frame.into_data() {
                    return Some(Ok(piece));
                }
            }
        }
    }
}
