//! `aws-sigv4` as the client.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SessionTokenMode, SignableBody, SignableRequest,
    SignatureLocation, SigningParams, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::{v4, v4a};
use aws_smithy_runtime_api::client::identity::Identity;
use rolecall_sigv4::{Algorithm, Place, ServiceForm};

use crate::request::{Request, SECRET};

/// 2026-01-02 03:04:05.
pub(crate) const NOW: u64 = 1_767_323_045;
pub(crate) const TOKEN: &str = "a/token+with=odd&characters";

/// Says how to sign.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) form: ServiceForm,
    pub(crate) place: Place,
    pub(crate) algorithm: Algorithm,
    pub(crate) token: Option<SessionTokenMode>,
    pub(crate) payload: Payload,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Payload {
    Body,
    Unsigned,
    UnsignedTrailer,
    SignedChunks,
    SignedTrailer,
}

impl Plan {
    pub(crate) fn plain(form: ServiceForm) -> Self {
        Self {
            form,
            place: Place::Header,
            algorithm: Algorithm::V4,
            token: None,
            payload: Payload::Body,
        }
    }

    pub(crate) fn service(self) -> &'static str {
        match self.form {
            ServiceForm::S3 => "s3",
            ServiceForm::Generic => "dynamodb",
        }
    }

    fn settings(self) -> SigningSettings {
        let mut settings = SigningSettings::default();
        if self.form == ServiceForm::S3 {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        if self.place == Place::Query {
            settings.signature_location = SignatureLocation::QueryParams;
            settings.expires_in = Some(Duration::from_mins(15));
        }
        settings.session_token_mode = self.token.unwrap_or(SessionTokenMode::Include);
        settings
    }
}

pub(crate) fn identity(token: bool) -> Identity {
    let token = token.then(|| TOKEN.to_owned());
    Credentials::new("AKIDEXAMPLE", SECRET, token, None, "test").into()
}

pub(crate) fn time() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
}

/// Signs a request; `Host` is added to it.
pub(crate) fn signed(request: &Request, plan: Plan) -> Request {
    let identity = identity(plan.token.is_some());
    let params: SigningParams<'_> = match plan.algorithm {
        Algorithm::V4a => v4a::SigningParams::builder()
            .identity(&identity)
            .region_set("us-east-1,eu-*")
            .name(plan.service())
            .time(time())
            .settings(plan.settings())
            .build()
            .unwrap()
            .into(),
        Algorithm::V4 | Algorithm::V2Query => v4::SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name(plan.service())
            .time(time())
            .settings(plan.settings())
            .build()
            .unwrap()
            .into(),
    };
    let body = match plan.payload {
        Payload::Body => SignableBody::Bytes(&request.body),
        Payload::Unsigned => SignableBody::UnsignedPayload,
        Payload::UnsignedTrailer => SignableBody::StreamingUnsignedPayloadTrailer,
        Payload::SignedTrailer => SignableBody::StreamingSignedPayloadTrailer,
        Payload::SignedChunks => {
            SignableBody::Precomputed("STREAMING-AWS4-HMAC-SHA256-PAYLOAD".to_owned())
        }
    };
    let target = match request.query.as_str() {
        "" => request.path.clone(),
        query => format!("{}?{query}", request.path),
    };
    let uri = format!("http://127.0.0.1:4566{target}");
    let headers: Vec<(&str, &str)> = request
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), std::str::from_utf8(value).unwrap()))
        .collect();
    let signable =
        SignableRequest::new(&request.method, &uri, headers.iter().copied(), body).unwrap();
    let (instructions, _) = sign(signable, &params).unwrap().into_parts();
    let mut out = http::Request::builder()
        .method(request.method.as_str())
        .uri(&uri);
    for (name, value) in headers {
        out = out.header(name, value);
    }
    let mut out = out.body(()).unwrap();
    instructions.apply_to_request_http1x(&mut out);
    read_back(&out, &request.body)
}

fn read_back(signed: &http::Request<()>, body: &[u8]) -> Request {
    let mut request = Request::new(
        signed.method().as_str(),
        signed.uri().path_and_query().unwrap().as_str(),
    )
    .with_header("Host", "127.0.0.1:4566");
    for (name, value) in signed.headers() {
        request
            .headers
            .push((name.as_str().to_owned(), value.as_bytes().to_vec()));
    }
    request.body = body.to_vec();
    request
}
