//! The control interface of a server in another process, over plain HTTP on loopback.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// Why a running server could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// The endpoint is not `http://ADDRESS:PORT`.
    #[error("`{0}` is not an endpoint: `http://127.0.0.1:PORT` is needed")]
    Endpoint(String),
    /// Nothing answers there.
    #[error("no Rolecall server answers at `{endpoint}`: start one with `rolecall serve`")]
    Unreachable {
        /// As it was given.
        endpoint: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It answers, but not with a success.
    #[error("the server at `{endpoint}` refused: {message}")]
    Refused {
        /// As it was given.
        endpoint: String,
        /// What it said.
        message: String,
    },
}

/// A server in another process.
#[derive(Clone, Debug)]
pub(crate) struct Control {
    endpoint: String,
    address: SocketAddr,
}

impl Control {
    pub(crate) fn new(endpoint: &str) -> Result<Self, ControlError> {
        let address = endpoint
            .strip_prefix("http://")
            .map(|rest| rest.trim_end_matches('/'));
        let address = address.and_then(|text| text.replace("localhost", "127.0.0.1").parse().ok());
        let address = address.ok_or_else(|| ControlError::Endpoint(endpoint.to_owned()))?;
        Ok(Self {
            endpoint: format!("http://{address}"),
            address,
        })
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Bytes, ControlError> {
        self.send(Request::get(path), Bytes::new()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Bytes, ControlError> {
        let request = Request::post(path).header("x-rolecall-control", "1");
        self.send(request, Bytes::from(body.to_string())).await
    }

    async fn send(
        &self,
        request: http::request::Builder,
        body: Bytes,
    ) -> Result<Bytes, ControlError> {
        let (status, bytes) =
            self.exchange(request, body)
                .await
                .map_err(|source| ControlError::Unreachable {
                    endpoint: self.endpoint.clone(),
                    source,
                })?;
        if status == 200 {
            return Ok(bytes);
        }
        let message = serde_json::from_slice::<Value>(&bytes)
            .ok()
            .and_then(|answer| answer.get("error")?.as_str().map(str::to_owned))
            .unwrap_or_else(|| format!("HTTP status {status}: it may not be a Rolecall server"));
        Err(ControlError::Refused {
            endpoint: self.endpoint.clone(),
            message,
        })
    }

    async fn exchange(
        &self,
        request: http::request::Builder,
        body: Bytes,
    ) -> Result<(u16, Bytes), Box<dyn std::error::Error + Send + Sync>> {
        let stream = TcpStream::connect(self.address).await?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(connection);
        let request = request
            .header("host", self.address.to_string())
            .body(Full::new(body))?;
        let response = sender.send_request(request).await?;
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await?.to_bytes();
        driver.abort();
        Ok((status, bytes))
    }
}
