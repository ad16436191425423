//! No secret is ever shown by `Debug`.

use rolecall_sigv4::{
    ChunkDecoder, PayloadHash, Place, SecretAccessKey, ServiceForm, SessionToken, SigningKey,
    SigningKeyCache, VerifyRules, read_claim, verify,
};

use crate::request::{Request, SECRET};
use crate::signer::{Payload, Plan, TOKEN, signed};

/// Fails when text holds the secret, the token (as it is or escaped), or the derived key.
fn assert_is_silent(text: &str) {
    for secret in [SECRET, TOKEN, "a%2Ftoken", "token+with"] {
        assert!(!text.contains(secret), "`{secret}` shows up in {text}");
    }
}

#[test]
fn debug_output_has_no_secrets() {
    let cache = SigningKeyCache::new();
    let (secret, token) = (SecretAccessKey::new(SECRET), SessionToken::new(TOKEN));
    assert_is_silent(&format!("{secret:?} {token:?}"));
    for place in [Place::Header, Place::Query] {
        let payload = if place == Place::Header {
            Payload::SignedChunks
        } else {
            Payload::Unsigned
        };
        let include = Some(aws_sigv4::http_request::SessionTokenMode::Include);
        let plan = Plan {
            place,
            payload,
            token: include,
            ..Plan::plain(ServiceForm::S3)
        };
        let request =
            Request::new("PUT", "/bucket/key").with_header("x-amz-decoded-content-length", "0");
        let mut request = signed(&request, plan);
        let claim = request.claim(ServiceForm::S3);
        assert_eq!(claim.session_token.as_ref().unwrap(), &token);
        let verified = request.with_head(|head| {
            assert_is_silent(&format!("{head:?} {:?}", read_claim(head, ServiceForm::S3)));
            let payload = PayloadHash::AsClaimed;
            verify(
                &claim,
                head,
                &secret,
                payload,
                &VerifyRules::s3(),
                Some(&cache),
            )
            .unwrap()
        });
        let key = SigningKey::derive(&claim, &secret).unwrap();
        assert_is_silent(&format!("{claim:?} {verified:?} {key:?} {cache:?}"));
        if payload == Payload::SignedChunks {
            let decoder = ChunkDecoder::new(&claim, &verified).unwrap();
            assert_is_silent(&format!("{decoder:?}"));
        }
        request.method = "GET".to_owned();
        let error = request.verify(&VerifyRules::s3(), SECRET).unwrap_err();
        assert_is_silent(&format!("{error:?} {error}"));
    }
}

/// The string to sign of `SigV2` holds the token itself.
#[test]
fn debug_output_has_no_token_of_a_sigv2_query() {
    let target = "/bucket/key?AWSAccessKeyId=A&Expires=1&Signature=x&x-amz-security-token=a%2Ftoken%2Bwith%3Dodd%26characters";
    let request = Request::new("GET", target);
    let claim = request.claim(ServiceForm::S3);
    assert_eq!(claim.session_token, Some(SessionToken::new(TOKEN)));
    let error = request.verify(&VerifyRules::s3(), SECRET).unwrap_err();
    assert_is_silent(&format!("{claim:?} {error:?} {error}"));
    let rolecall_sigv4::AuthenticationError::SignatureMismatch(calculated) = error else {
        panic!("nobody signed this");
    };
    assert!(calculated.string_to_sign.contains(TOKEN));
}

#[test]
fn the_canonical_request_for_the_answer_has_the_token() {
    // S3 sends back what it signed, to the one who sent it.
    let include = Some(aws_sigv4::http_request::SessionTokenMode::Include);
    let plan = Plan {
        token: include,
        ..Plan::plain(ServiceForm::S3)
    };
    let mut request = signed(&Request::new("GET", "/"), plan);
    request.method = "PUT".to_owned();
    let error = request.verify(&VerifyRules::s3(), SECRET).unwrap_err();
    let rolecall_sigv4::AuthenticationError::SignatureMismatch(calculated) = error else {
        panic!("the method is signed");
    };
    assert!(
        calculated
            .canonical_request
            .unwrap()
            .to_text()
            .contains(TOKEN)
    );
}

#[test]
fn an_authorization_header_of_another_kind_is_not_shown() {
    for header in [
        "Bearer marker",
        "Basic marker",
        "AWS4-HMAC-SHA256 marker",
        "AWS4-HMAC-SHA256 x=marker",
    ] {
        let request = Request::new("GET", "/").with_header("authorization", header);
        for form in [ServiceForm::S3, ServiceForm::Generic] {
            let error = request.read(form).unwrap_err();
            assert!(!format!("{error:?}").contains("marker"), "{error:?}");
        }
    }
}

#[test]
fn secrets_are_compared_as_a_whole() {
    assert_eq!(SessionToken::new("abc"), SessionToken::new("abc"));
    assert_ne!(SessionToken::new("abc"), SessionToken::new("abd"));
    assert_ne!(SessionToken::new("abc"), SessionToken::new("ab"));
    assert_ne!(SessionToken::new(""), SessionToken::new("a"));
}
