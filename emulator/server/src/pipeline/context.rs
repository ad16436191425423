//! The context keys of a request that hold for every service.
//!
//! Source: IAM User Guide, "AWS global condition context keys", properties of the network and of the
//! request; for S3's own keys: "Amazon S3 policy keys" of the Service Authorization Reference.

use std::borrow::Cow;

use rolecall_policy::Context;
use rolecall_sigv4::{Algorithm, Claim, Place};

use crate::{clock::rfc3339, settings::Supposed};

/// The keys that are supposed for a call of a service, since loopback does not show them.
pub(super) fn supposed_keys(supposed: &Supposed, service: &str) -> Vec<Cow<'static, str>> {
    [
        ("aws:SecureTransport", true),
        ("aws:SourceIp", supposed.source_ip.is_some()),
        ("aws:SourceVpc", supposed.source_vpc.is_some()),
        ("aws:SourceVpce", supposed.source_vpce.is_some()),
        ("s3:TlsVersion", service == "s3"),
    ]
    .into_iter()
    .filter(|(_, is_supposed)| *is_supposed)
    .map(|(key, _)| Cow::Borrowed(key))
    .collect()
}

/// Adds the global keys of one request.
pub(super) fn request(
    context: &mut Context,
    now_millis: u64,
    region: &str,
    user_agent: Option<&str>,
    referer: Option<&str>,
) {
    let seconds = now_millis / 1000;
    context.insert_one("aws:CurrentTime", rfc3339(seconds));
    context.insert_one("aws:EpochTime", seconds.to_string());
    context.insert_one("aws:RequestedRegion", region);
    for (key, value) in [("aws:UserAgent", user_agent), ("aws:Referer", referer)] {
        if let Some(value) = value {
            context.insert_one(key, value);
        }
    }
}

/// S3's keys of the signature.
pub(super) fn s3(
    context: &mut Context,
    claim: &Claim,
    content_sha256: Option<&str>,
    now_millis: u64,
) {
    // Supposed with aws:SecureTransport: what a current SDK negotiates.
    context.insert_one("s3:TlsVersion", "1.3");
    if let Some(hash) = content_sha256 {
        context.insert_one("s3:x-amz-content-sha256", hash);
    }
    let Claim::Signed(claim) = claim else {
        return;
    };
    let place = match claim.place {
        Place::Header => "REST-HEADER",
        Place::Query => "REST-QUERY-STRING",
        Place::Form => "POST",
    };
    context.insert_one("s3:authType", place);
    let version = match claim.algorithm {
        Algorithm::V4 => "AWS4-HMAC-SHA256",
        Algorithm::V4a => "AWS4-ECDSA-P256-SHA256",
        Algorithm::V2Query => "AWS",
    };
    context.insert_one("s3:signatureversion", version);
    if let Some(signed) = claim.timestamp {
        let age = now_millis.saturating_sub(
            u64::try_from(signed.epoch_seconds())
                .unwrap_or(0)
                .saturating_mul(1000),
        );
        context.insert_one("s3:signatureAge", age.to_string());
    }
}
