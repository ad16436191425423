//! One connection.

use std::{cell::RefCell, convert::Infallible, sync::Arc};

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, Request, Response,
    header::{self, InvalidHeaderName},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpStream, sync::watch};

use super::{RequestBody, WireBody};
use crate::{clock::http_date, pipeline, state::State};

/// Serves a connection until the client closes it or the server shuts down.
pub(super) async fn serve(
    state: Arc<State>,
    stream: TcpStream,
    mut closing: watch::Receiver<bool>,
) {
    // Answers are small and waited for: do not let the kernel hold them back.
    let _ = stream.set_nodelay(true);
    let limits = state.settings.limits;
    let service = service_fn(move |request| answer(Arc::clone(&state), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.read)
        // hyper answers 431 itself when a head does not fit.
        .max_buf_size(limits.head.max(8192))
        .max_headers(256)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closed(&mut closing) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // A head that is too large or malformed, or a client that is too slow, ends up here.
        tracing::warn!(%error, cause = cause(&error), "a connection ended early");
    }
}

/// Waits for the shutdown; whoever could announce it being gone is one too.
pub(super) async fn closed(closing: &mut watch::Receiver<bool>) {
    let _ = closing.wait_for(|closing| *closing).await;
}

fn cause(error: &hyper::Error) -> String {
    std::error::Error::source(error)
        .map(ToString::to_string)
        .unwrap_or_default()
}

async fn answer(
    state: Arc<State>,
    request: Request<Incoming>,
) -> Result<Response<WireBody>, Infallible> {
    let (parts, body) = request.into_parts();
    let body = RequestBody::new(body, state.settings.limits.read);
    let read = body.read();
    let reply = pipeline::handle(&state, &parts, body).await;
    let mut response = Response::new(reply.body);
    *response.status_mut() =
        http::StatusCode::from_u16(reply.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    for (name, value) in reply.headers {
        let name = header_name(&name);
        let value = HeaderValue::from_maybe_shared(Bytes::from(value));
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        } else {
            tracing::warn!("an answer had a header that HTTP does not allow: it was left out");
        }
    }
    if !read.is_whole() {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    headers
        .entry(header::SERVER)
        .or_insert(HeaderValue::from_static("Rolecall"));
    // SDKs correct their clock by this one; hyper would tell them the machine's.
    if let Some(date) = date(state.now_millis() / 1000) {
        headers.entry(header::DATE).or_insert(date);
    }
    Ok(response)
}

/// The name of a header; those of nearly every answer are not parsed again each time.
fn header_name(name: &str) -> Result<HeaderName, InvalidHeaderName> {
    const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
    const S3_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");
    const S3_HOST_ID: HeaderName = HeaderName::from_static("x-amz-id-2");
    const S3_ENCRYPTION: HeaderName = HeaderName::from_static("x-amz-server-side-encryption");
    match name {
        "content-type" => Ok(header::CONTENT_TYPE),
        "x-amzn-requestid" => Ok(REQUEST_ID),
        "x-amz-request-id" => Ok(S3_REQUEST_ID),
        "x-amz-id-2" => Ok(S3_HOST_ID),
        "x-amz-server-side-encryption" => Ok(S3_ENCRYPTION),
        other => HeaderName::from_bytes(other.as_bytes()),
    }
}

thread_local! {
    // Thousands of answers share a second.
    static LAST_DATE: RefCell<Option<(u64, HeaderValue)>> = const { RefCell::new(None) };
}

fn date(second: u64) -> Option<HeaderValue> {
    LAST_DATE.with_borrow_mut(|last| {
        if last.as_ref().is_none_or(|(of, _)| *of != second) {
            *last = HeaderValue::try_from(http_date(second))
                .ok()
                .map(|date| (second, date));
        }
        last.as_ref().map(|(_, date)| date.clone())
    })
}
