//! Requests as botocore signs them, recorded with a fixed clock (`fixtures/sigv4/botocore`).

use std::fs;
use std::path::PathBuf;

use rolecall_sigv4::{
    Algorithm, AuthenticationError, ChunkDecoder, Expiry, PayloadForm, Place, SecretAccessKey,
    ServiceForm, SessionToken, VerifyRules, check_scope_and_time, verify,
};
use serde_json::Value;

use crate::request::{Request, SECRET};

struct Recorded {
    name: String,
    service: String,
    token: Option<String>,
    request: Request,
}

impl Recorded {
    fn rules(&self) -> VerifyRules<'_> {
        VerifyRules::for_signing_name(&self.service).with_region("us-east-1")
    }
}

fn recorded() -> (i64, Vec<Recorded>) {
    let path: PathBuf = [
        env!("CARGO_MANIFEST_DIR"),
        "..",
        "..",
        "fixtures",
        "sigv4",
        "botocore",
        "requests.json",
    ]
    .iter()
    .collect();
    let value: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let requests = value["requests"].as_array().unwrap().iter().map(|entry| {
        let mut request = Request::new(&text(&entry["method"]), &text(&entry["path"]));
        request.query = text(&entry["query"]);
        request.body = text(&entry["body"]).into_bytes();
        for header in entry["headers"].as_array().unwrap() {
            request = request.with_header(&text(&header[0]), &text(&header[1]));
        }
        Recorded {
            name: text(&entry["name"]),
            service: text(&entry["service"]),
            token: entry["token"].as_str().map(str::to_owned),
            request,
        }
    });
    (value["now"].as_i64().unwrap(), requests.collect())
}

fn named(name: &str) -> Recorded {
    recorded()
        .1
        .into_iter()
        .find(|recorded| recorded.name == name)
        .unwrap()
}

#[test]
fn accepts_every_request() {
    let (now, requests) = recorded();
    assert_eq!(requests.len(), 24);
    for recorded in requests {
        let (name, request) = (&recorded.name, &recorded.request);
        let form = request.with_head(ServiceForm::of_head);
        assert_eq!(
            form,
            ServiceForm::of_signing_name(&recorded.service),
            "{name}"
        );
        let claim = request.claim(form);
        assert_eq!(claim.access_key_id, "AKIDEXAMPLE", "{name}");
        let token = claim.session_token.as_ref().map(SessionToken::expose);
        assert_eq!(token, recorded.token.as_deref(), "{name}");
        let services = [recorded.service.as_str()];
        let rules = recorded.rules().with_services(&services);
        check_scope_and_time(&claim, &rules, now)
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        request
            .verify(&rules, SECRET)
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
    }
}

#[test]
fn refuses_them_with_another_secret_method_path_or_query() {
    for recorded in recorded().1 {
        let changes: [&dyn Fn(&mut Request); 4] = [
            &|_| {},
            &|request| request.method = "OPTIONS".to_owned(),
            &|request| request.path.push('x'),
            &|request| request.query.push_str("&versionId=2"),
        ];
        for (at, change) in changes.into_iter().enumerate() {
            let mut request = recorded.request.clone();
            change(&mut request);
            let secret = if at == 0 { "another" } else { SECRET };
            let error = request.verify(&recorded.rules(), secret).unwrap_err();
            let is_mismatch = matches!(error, AuthenticationError::SignatureMismatch(_));
            assert!(is_mismatch, "{}, change {at}: {error:?}", recorded.name);
        }
    }
}

#[test]
fn reads_a_sigv2_query() {
    let (now, _) = recorded();
    let recorded = named("v2 get");
    let claim = recorded.request.claim(ServiceForm::S3);
    assert_eq!(
        (claim.algorithm, claim.place),
        (Algorithm::V2Query, Place::Query)
    );
    assert_eq!(claim.payload, PayloadForm::Unsigned);
    assert_eq!((claim.scope.as_ref(), claim.timestamp), (None, None));
    let Some(Expiry::At(end)) = claim.expires else {
        panic!("{claim:?}")
    };
    assert_eq!(end.epoch_seconds(), now + 3_600);
    let rules = recorded.rules();
    check_scope_and_time(&claim, &rules, now + 3_600).unwrap();
    let error = check_scope_and_time(&claim, &rules, now + 3_601).unwrap_err();
    assert!(matches!(
        error,
        AuthenticationError::RequestExpired {
            expires_seconds: None,
            ..
        }
    ));
}

#[test]
fn a_parameter_of_a_sigv2_query_that_is_no_sub_resource_is_not_signed() {
    let mut recorded = named("v2 get");
    recorded.request.query.push_str("&x-id=GetObject");
    recorded.request.verify(&recorded.rules(), SECRET).unwrap();
}

#[test]
fn the_order_of_a_sigv2_query_does_not_matter() {
    let mut recorded = named("v2 get overrides");
    let reversed: Vec<&str> = recorded.request.query.split('&').rev().collect();
    recorded.request.query = reversed.join("&");
    recorded.request.verify(&recorded.rules(), SECRET).unwrap();
}

/// The example of "Signing and authenticating REST requests", S3 user guide.
#[test]
fn accepts_the_documented_sigv2_query() {
    let request = Request::new(
        "GET",
        "/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620",
    );
    let rules = VerifyRules::s3().with_host_bucket("johnsmith");
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    request.verify(&rules, secret).unwrap();
}

#[test]
fn a_sigv2_query_of_a_virtual_host_signs_its_bucket() {
    let mut recorded = named("v2 get");
    recorded.request.path = "/key".to_owned();
    recorded.request.set("Host", "my-bucket.s3.amazonaws.com");
    let rules = recorded.rules().with_host_bucket("my-bucket");
    recorded.request.verify(&rules, SECRET).unwrap();
    assert!(recorded.request.verify(&recorded.rules(), SECRET).is_err());
}

#[test]
fn sts_takes_a_presigned_url_for_a_quarter_of_an_hour() {
    let (now, _) = recorded();
    let recorded = named("v4 caller identity");
    let claim = recorded.request.claim(ServiceForm::Generic);
    assert_eq!(claim.expires, Some(Expiry::After(3_600)));
    check_scope_and_time(&claim, &recorded.rules(), now + 900).unwrap();
    let error = check_scope_and_time(&claim, &recorded.rules(), now + 901).unwrap_err();
    assert!(
        matches!(error, AuthenticationError::SignatureExpired { .. }),
        "{error:?}"
    );
}

#[test]
fn decodes_an_upload_with_an_unsigned_trailer() {
    let recorded = named("s3 put stream");
    let request = &recorded.request;
    let claim = request.claim(ServiceForm::S3);
    assert_eq!(claim.payload, PayloadForm::StreamingUnsignedTrailer);
    let verified = request.with_head(|head| {
        let secret = SecretAccessKey::new(SECRET);
        let payload = rolecall_sigv4::PayloadHash::AsClaimed;
        verify(&claim, head, &secret, payload, &recorded.rules(), None).unwrap()
    });
    let mut decoder = ChunkDecoder::new(&claim, &verified).unwrap();
    let mut data = Vec::new();
    for piece in request.body.chunks(7) {
        data.extend(decoder.push(piece).unwrap());
    }
    assert_eq!(data, b"hello".repeat(100));
    let trailers = decoder.finish().unwrap();
    assert_eq!(trailers.len(), 1);
    assert_eq!(trailers[0].name, "x-amz-checksum-crc32");
    assert_eq!(trailers[0].value, "yIt4KA==");
}
