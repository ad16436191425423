//! Input that nobody should send: it is refused, and nothing panics.

use proptest::prelude::*;
use proptest::sample::select;
use rolecall_sigv4::{
    Claim, ErrorDialect, PayloadHash, SecretAccessKey, ServiceForm, VerifyRules,
    check_scope_and_time, verify,
};

use crate::random::runner;
use crate::request::{Request, SECRET};
use crate::signer::{Payload, Plan, signed};

/// Text made of the words that the parsers look for, and of anything.
fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => select(vec![
            "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", "AWS", " ", ",", ";", "=", "/", "%", "%2", "%2F",
            "&", "?", "\r\n", ":", "*", "..", "//", "Credential=", "Signature=", "SignedHeaders=", "host",
            "X-Amz-Algorithm=", "X-Amz-Credential=", "X-Amz-Signature=", "X-Amz-Date=", "X-Amz-Expires=",
            "X-Amz-SignedHeaders=", "X-Amz-Security-Token=", "X-Amz-Region-Set=", "AWSAccessKeyId=",
            "Expires=", "AKIDEXAMPLE/20260102/us-east-1/s3/aws4_request", "20260102T030405Z",
            "99999999999999999999", "-1", "0", "é", "\0", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::collection::vec(word, 0..12).prop_map(|words| words.concat())
}

fn request() -> impl Strategy<Value = Request> {
    let name = select(vec![
        "authorization",
        "x-amz-date",
        "date",
        "host",
        "x-amz-content-sha256",
        "x-amz-security-token",
        "x-amz-region-set",
        "x-amz-decoded-content-length",
        "x-amz-trailer",
        "content-md5",
    ]);
    let value = prop_oneof![
        words().prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..40),
        Just(b"20260102T030405Z".to_vec()),
        Just(
            b"AWS4-HMAC-SHA256 Credential=A/20260102/r/s/t, SignedHeaders=host, Signature=x"
                .to_vec()
        ),
    ];
    let headers = prop::collection::vec((name.prop_map(str::to_owned), value), 0..8);
    (
        words(),
        words(),
        words(),
        headers,
        prop::collection::vec(any::<u8>(), 0..20),
    )
        .prop_map(|(method, path, query, headers, body)| Request {
            method,
            path,
            query,
            headers,
            body,
        })
}

#[test]
fn no_request_panics() {
    let secret = SecretAccessKey::new(SECRET);
    runner(400)
        .run(&(request(), any::<i64>()), |(request, now)| {
            for (form, rules) in [
                (ServiceForm::S3, VerifyRules::s3()),
                (ServiceForm::Generic, VerifyRules::generic()),
            ] {
                let rules = rules.with_services(&["s3"]).with_region("us-east-1");
                let _ = request.with_head(ServiceForm::of_head);
                let result = match request.read(form) {
                    Ok(Claim::Anonymous) => Ok(()),
                    Ok(Claim::Signed(claim)) => {
                        let payload = PayloadHash::Body(&request.body);
                        let checked = check_scope_and_time(&claim, &rules, now);
                        let verified = request
                            .with_head(|head| verify(&claim, head, &secret, payload, &rules, None));
                        prop_assert!(verified.is_err(), "nobody signed this");
                        checked.and_then(|()| verified.map(drop))
                    }
                    Err(error) => Err(error),
                };
                if let Err(error) = result {
                    let _ = (
                        error.message(ErrorDialect::S3),
                        error.message(ErrorDialect::Generic),
                    );
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn no_stream_panics() {
    let line = prop_oneof![
        select(vec![
            "5",
            "0",
            "ffffffffffffffff",
            ";chunk-signature=",
            "\r\n",
            "\r",
            "\n",
            ":",
            "hello",
            "x-amz-a:1",
            "x-amz-trailer-signature:",
            "*",
            "é"
        ])
        .prop_map(|word| word.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..20),
    ];
    let body = prop::collection::vec(line, 0..20).prop_map(|lines| lines.concat());
    let payload = select(vec![
        Payload::SignedChunks,
        Payload::SignedTrailer,
        Payload::UnsignedTrailer,
    ]);
    runner(400)
        .run(&(body, payload, 1..30_usize), |(body, payload, piece)| {
            let head = Request::new("PUT", "/").with_header("x-amz-decoded-content-length", "5");
            let request = signed(
                &head,
                Plan {
                    payload,
                    ..Plan::plain(ServiceForm::S3)
                },
            );
            let claim = request.claim(ServiceForm::S3);
            let verified = request.verify(&VerifyRules::s3(), SECRET).unwrap();
            let mut decoder = rolecall_sigv4::ChunkDecoder::new(&claim, &verified).unwrap();
            let mut decoded = 0;
            for input in body.chunks(piece) {
                match decoder.push(input) {
                    Ok(data) => decoded += data.len(),
                    Err(_) => return Ok(()),
                }
            }
            prop_assert!(decoded <= 5, "more than was declared");
            if decoder.finish().is_ok() {
                prop_assert_eq!(decoded, 5);
                prop_assert_eq!(payload, Payload::UnsignedTrailer, "nobody signed this");
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn headers_that_are_not_utf_8_can_be_signed() {
    let mut request = signed(
        &Request::new("GET", "/").with_header("my-header", "value"),
        Plan::plain(ServiceForm::Generic),
    );
    request.verify(&VerifyRules::generic(), SECRET).unwrap();
    request
        .headers
        .iter_mut()
        .find(|(name, _)| name == "my-header")
        .unwrap()
        .1 = vec![0xff, 0xfe];
    let error = request.verify(&VerifyRules::generic(), SECRET).unwrap_err();
    assert!(
        matches!(
            error,
            rolecall_sigv4::AuthenticationError::SignatureMismatch(_)
        ),
        "{error:?}"
    );
    request.set("authorization", "");
    request.headers.last_mut().unwrap().1 = vec![0xff; 20];
    assert!(request.read(ServiceForm::Generic).is_err());
}
