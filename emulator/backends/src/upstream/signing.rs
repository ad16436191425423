//! Signs a request for the upstream.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
        UriPathNormalizationMode, sign,
    },
    sign::v4,
};
use aws_smithy_runtime_api::client::identity::Identity;

use crate::chosen::UpstreamCredentials;

/// What a signature is made for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'a> {
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    pub(super) service: &'a str,
    pub(super) region: &'a str,
    pub(super) now_millis: u64,
}

/// The body, as far as the signature is concerned.
#[derive(Clone, Copy, Debug)]
pub(super) enum Payload<'a> {
    /// Its hash is signed.
    Signed(&'a [u8]),
    /// `UNSIGNED-PAYLOAD`.
    Unsigned,
}

/// Who signs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Signer<'a> {
    /// An access key of the account behind the upstream.
    Key(&'a UpstreamCredentials),
    /// An account, as local emulators take it: twelve digits in place of the access key.
    ///
    /// Source: LocalStack, "Credentials" and "Multi-account setups"; MiniStack 1.5.33 does the same.
    Account(&'a str),
}

impl Signer<'_> {
    fn credentials(self) -> Credentials {
        match self {
            Self::Account(account) => Credentials::from_keys(account, "test", None),
            Self::Key(key) => Credentials::from_keys(
                &key.access_key_id,
                &key.secret_access_key,
                key.session_token.clone(),
            ),
        }
    }
}

/// The headers that a signature adds.
pub(super) fn headers(
    signer: Signer<'_>,
    target: Target<'_>,
    signed: &[(String, String)],
    payload: Payload<'_>,
) -> Result<Vec<(String, String)>, String> {
    let identity: Identity = signer.credentials().into();
    let time: SystemTime = UNIX_EPOCH + Duration::from_millis(target.now_millis);
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(target.region)
        .name(target.service)
        .time(time)
        .settings(settings(target.service))
        .build()
        .map_err(|error| error.to_string())?;
    let body = match payload {
        Payload::Signed(bytes) => SignableBody::Bytes(bytes),
        Payload::Unsigned => SignableBody::UnsignedPayload,
    };
    let headers = signed
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let request = SignableRequest::new(target.method, target.url, headers, body)
        .map_err(|error| error.to_string())?;
    let output = sign(request, &parameters.into()).map_err(|error| error.to_string())?;
    let (instructions, _) = output.into_parts();
    let added = instructions.headers();
    Ok(added
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect())
}

/// S3 signs the path as it is, and says how the body is hashed. Source: IAM user guide, "Create a
/// signed AWS API request".
fn settings(service: &str) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if service.starts_with("s3") {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    settings
}
