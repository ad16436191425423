//! The head of a request, as the other rooms need it.

use http::{header, request::Parts};
use rolecall_backends::RawRequest;
use rolecall_catalog::ProtocolName;
use rolecall_protocol::ServiceError;
use rolecall_sigv4::{RequestHead, ServiceForm};

use super::authentication_error::Family;

/// The head, borrowed from the request.
pub(super) struct Head<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    /// Of an absolute-form request (the server as a proxy), else of the header.
    pub(super) host: Option<&'a str>,
    pub(super) headers: Vec<(&'a str, &'a [u8])>,
}

impl<'a> Head<'a> {
    pub(super) fn of(parts: &'a Parts) -> Self {
        let headers = parts
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()));
        let host = parts.uri.authority().map(http::uri::Authority::as_str);
        let header = || {
            parts
                .headers
                .get(header::HOST)
                .and_then(|host| host.to_str().ok())
        };
        Self {
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or(""),
            host: host.or_else(header),
            headers: headers.collect(),
        }
    }

    /// Refuses a head above the limit; hyper's own bound is a soft one.
    ///
    /// Source: "Error responses" of the S3 API reference (RequestHeaderSectionTooLarge, 400);
    /// elsewhere HTTP's own status [assumed].
    pub(super) fn check_size(&self, limit: usize, family: Family) -> Result<(), ServiceError> {
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| name.len() + value.len() + 4);
        let size = self.path.len() + self.query.len() + headers.sum::<usize>();
        if size <= limit {
            return Ok(());
        }
        let message = "Your request header and query arguments used to make the request exceed \
                       the maximum allowed size.";
        let status = if family == Family::S3 { 400 } else { 431 };
        let mut error =
            ServiceError::new("RequestHeaderSectionTooLarge", message).with_status(status);
        error.detail = Some(format!(
            "the head has {size} bytes, and {limit} are the limit"
        ));
        Err(error)
    }

    pub(super) fn signed(&self) -> RequestHead<'_> {
        RequestHead {
            method: self.method,
            path: self.path,
            query: self.query,
            headers: &self.headers,
        }
    }

    pub(super) fn header(&self, name: &str) -> Option<&'a str> {
        let found = self.headers.iter().find(|(known, _)| *known == name)?;
        std::str::from_utf8(found.1).ok()
    }

    pub(super) fn is_form(&self) -> bool {
        self.method == "POST"
            && self
                .header("content-type")
                .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
    }

    /// The protocol of the answer while the service is not known: by what the request looks like.
    pub(super) fn likely_protocol(&self, form: ServiceForm) -> ProtocolName {
        let content_type = self.header("content-type").unwrap_or_default();
        if form == ServiceForm::S3 {
            ProtocolName::RestXml
        } else if self.header("smithy-protocol").is_some() {
            ProtocolName::RpcV2Cbor
        } else if self.header("x-amz-target").is_some() {
            if content_type.ends_with("json-1.0") {
                ProtocolName::Json10
            } else {
                ProtocolName::Json11
            }
        } else if self.is_form() || self.query.contains("Action=") {
            ProtocolName::Query
        } else {
            ProtocolName::RestJson
        }
    }

    pub(super) fn raw(&self) -> RawRequest {
        let headers = self.headers.iter();
        RawRequest {
            method: self.method.to_owned(),
            path: self.path.to_owned(),
            query: self.query.to_owned(),
            headers: headers
                .map(|(name, value)| ((*name).to_owned(), value.to_vec()))
                .collect(),
        }
    }
}
