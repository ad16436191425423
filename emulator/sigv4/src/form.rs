//! A form that a browser posts to S3: what is signed is its policy.
//!
//! Source: S3 API reference, "Authenticating requests in browser-based uploads using POST (AWS
//! signature version 4)"; S3 user guide, "Browser-based uploads using POST (AWS signature version 2)".

use crate::claim::{Algorithm, Place, SignedClaim};
use crate::error::{AuthenticationError, Echo};
use crate::key_cache::SigningKeyCache;
use crate::payload::PayloadForm;
use crate::secret::{SecretAccessKey, SessionToken};
use crate::verify::mismatch;

/// Reads who signed a form; none if it has no signature.
///
/// `field` gives the value of a field by its name in lower case. Such a claim has no time: the policy
/// says when it ends.
pub fn read_form<'f>(
    field: impl Fn(&str) -> Option<&'f str>,
) -> Result<Option<SignedClaim>, AuthenticationError> {
    let text = |name: &str| field(name).unwrap_or_default();
    let claim = if let Some(signature) = field("x-amz-signature") {
        let name = text("x-amz-algorithm");
        if name != Algorithm::V4.name() {
            return Err(AuthenticationError::UnsupportedAlgorithm {
                place: Place::Form,
                algorithm: name.to_owned(),
                authorization: Echo::default(),
            });
        }
        let algorithm = (Algorithm::V4, Place::Form);
        let credential = text("x-amz-credential");
        SignedClaim::begin(algorithm, credential, "", signature, PayloadForm::Unsigned)
    } else if let Some(signature) = field("signature") {
        let algorithm = (Algorithm::V2Query, Place::Form);
        let claim = SignedClaim::begin(algorithm, "", "", signature, PayloadForm::Unsigned);
        SignedClaim {
            access_key_id: text("awsaccesskeyid").to_owned(),
            malformed_credential: None,
            ..claim
        }
    } else {
        return Ok(None);
    };
    let session_token = field("x-amz-security-token").map(SessionToken::new);
    Ok(Some(SignedClaim {
        session_token,
        ..claim
    }))
}

/// Verifies the signature over a policy, as the form has it: in base64.
pub fn verify_form(
    claim: &SignedClaim,
    policy: &str,
    secret: &SecretAccessKey,
    cache: &SigningKeyCache,
) -> Result<(), AuthenticationError> {
    let key = cache.key(claim, secret)?;
    if key.verifies(policy.as_bytes(), &claim.signature) {
        return Ok(());
    }
    Err(mismatch(claim, policy.as_bytes(), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example of the S3 API reference, "Examples: browser-based upload using HTTP POST (using AWS
    // signature version 4)".
    const POLICY: &str = "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9";

    fn field(name: &str) -> Option<&'static str> {
        Some(match name {
            "x-amz-algorithm" => "AWS4-HMAC-SHA256",
            "x-amz-credential" => "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request",
            "x-amz-signature" => "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e",
            _ => return None,
        })
    }

    #[test]
    fn the_documented_example_verifies_and_nothing_else_does() {
        let claim = read_form(field).unwrap().unwrap();
        let cache = SigningKeyCache::new();
        let secret = SecretAccessKey::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        verify_form(&claim, POLICY, &secret, &cache).unwrap();
        verify_form(&claim, POLICY.get(1..).unwrap(), &secret, &cache).unwrap_err();
        let other = SecretAccessKey::new("another");
        verify_form(&claim, POLICY, &other, &cache).unwrap_err();
        assert!(read_form(|_| None).unwrap().is_none());
    }
}
