//! Requests by hand with a signature in order, so that what is wrong with them is reached.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;

use crate::raw::{self, Answer};
use crate::server::Keys;

/// A request to be signed and sent.
#[derive(Clone, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) service: &'a str,
    pub(crate) method: &'a str,
    /// With the query.
    pub(crate) path: &'a str,
    pub(crate) headers: Vec<(&'a str, &'a str)>,
    pub(crate) body: Vec<u8>,
}

impl<'a> Request<'a> {
    pub(crate) fn post(service: &'a str, headers: &[(&'a str, &'a str)], body: &[u8]) -> Self {
        let headers = headers.to_vec();
        Self {
            service,
            method: "POST",
            path: "/",
            headers,
            body: body.to_vec(),
        }
    }

    /// One of a JSON service.
    pub(crate) fn json(service: &'a str, target: &'a str, body: &[u8]) -> Self {
        let headers = [
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", target),
        ];
        Self::post(service, &headers, body)
    }

    /// One of a query service.
    pub(crate) fn form(service: &'a str, body: &[u8]) -> Self {
        Self::post(
            service,
            &[("content-type", "application/x-www-form-urlencoded")],
            body,
        )
    }

    /// The bytes to send, signed now.
    pub(crate) fn bytes(&self, address: &str, keys: &Keys) -> Vec<u8> {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nhost: {address}\r\n",
            self.method, self.path
        );
        let line = |name: &str, value: &str| format!("{name}: {value}\r\n");
        head.extend(self.headers.iter().map(|(name, value)| line(name, value)));
        head.extend(
            self.signature(address, keys)
                .iter()
                .map(|(name, value)| line(name, value)),
        );
        head.push_str(&line("content-length", &self.body.len().to_string()));
        head.push_str("\r\n");
        [head.as_bytes(), &self.body].concat()
    }

    /// Signs, sends, reads.
    pub(crate) fn send(&self, address: &str, keys: &Keys) -> Answer {
        raw::send(address, &self.bytes(address, keys)).expect("an answer")
    }

    #[expect(clippy::disallowed_methods, reason = "signed for the server's clock")]
    fn signature(&self, address: &str, keys: &Keys) -> Vec<(String, String)> {
        let credentials =
            Credentials::new(&keys.id, &keys.secret, keys.token.clone(), None, "tests");
        let identity = credentials.into();
        let mut settings = SigningSettings::default();
        if self.service == "s3" {
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
            settings.payload_checksum_kind =
                aws_sigv4::http_request::PayloadChecksumKind::XAmzSha256;
        }
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name(self.service)
            .time(SystemTime::now())
            .settings(settings)
            .build()
            .unwrap();
        let headers = [("host", address)]
            .into_iter()
            .chain(self.headers.iter().copied());
        let url = format!("http://{address}{}", self.path);
        let body = SignableBody::Bytes(&self.body);
        let request = SignableRequest::new(self.method, url, headers, body).unwrap();
        let (instructions, _) = sign(request, &parameters.into()).unwrap().into_parts();
        let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        instructions.headers().map(pair).collect()
    }
}
