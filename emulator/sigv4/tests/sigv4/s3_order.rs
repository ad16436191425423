//! S3's checks and words (observed on S3 2026-09-29, see `s3_message.rs`).

use rolecall_sigv4::{
    AuthenticationError, Claim, ErrorDialect, Expiry, PayloadForm, Place, ServiceForm, VerifyRules,
    check_scope_and_time,
};

use crate::request::{Request, SECRET};
use crate::signer::{NOW, Payload, Plan, signed};

fn now() -> i64 {
    i64::try_from(NOW).unwrap()
}

fn header() -> Request {
    signed(
        &Request::new("GET", "/bucket//key"),
        Plan::plain(ServiceForm::S3),
    )
}

fn presigned() -> Request {
    let plan = Plan {
        place: Place::Query,
        payload: Payload::Unsigned,
        ..Plan::plain(ServiceForm::S3)
    };
    signed(&Request::new("GET", "/bucket/key"), plan)
}

fn rules() -> VerifyRules<'static> {
    VerifyRules::s3()
        .with_services(&["s3"])
        .with_region("us-east-1")
}

fn outcome(request: &Request, now: i64) -> Result<(), AuthenticationError> {
    match request.read(ServiceForm::S3)? {
        Claim::Anonymous => Err(AuthenticationError::MissingAuthenticationToken),
        Claim::Signed(claim) => {
            check_scope_and_time(&claim, &rules(), now)?;
            request.verify(&rules(), SECRET).map(drop)
        }
    }
}

/// Edits a request and returns S3's words about it.
fn words(mut request: Request, edit: impl FnOnce(&mut Request)) -> String {
    edit(&mut request);
    outcome(&request, now())
        .unwrap_err()
        .message(ErrorDialect::S3)
}

const MALFORMED: &str = "The authorization header is malformed; ";

#[test]
fn nothing_is_wrong_with_these() {
    outcome(&header(), now()).unwrap();
    outcome(&presigned(), now()).unwrap();
}

#[test]
fn a_request_without_a_signature_is_anonymous() {
    for value in [None, Some("")] {
        let mut request = header();
        request.remove("authorization");
        if let Some(value) = value {
            request.set("authorization", value);
        }
        assert!(matches!(
            request.read(ServiceForm::S3),
            Ok(Claim::Anonymous)
        ));
    }
    let mut request = presigned();
    request.query = "X-Amz-Signature=00&AWSAccessKeyId=AKIDEXAMPLE".to_owned();
    assert!(matches!(
        request.read(ServiceForm::S3),
        Ok(Claim::Anonymous)
    ));
}

#[test]
fn only_one_mechanism_is_allowed() {
    let expected = "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, \
        Signature query string parameter or the Authorization header should be specified";
    assert_eq!(
        words(presigned(), |request| request
            .set("authorization", "AWS4 x")),
        expected
    );
    assert_eq!(
        words(header(), |request| request.query = "Signature=x".to_owned()),
        expected
    );
    assert_eq!(
        words(presigned(), |request| request
            .query
            .push_str("&Signature=x")),
        expected
    );
}

#[test]
fn the_authorization_header() {
    let edit =
        |from: &'static str, to: &'static str| words(header(), |request| request.replace(from, to));
    let three = format!(
        "{MALFORMED}the authorization header requires three components: Credential, SignedHeaders, \
         and Signature."
    );
    assert_eq!(edit("Credential=", "x="), three);
    assert_eq!(edit("SignedHeaders=", "x="), three);
    assert_eq!(edit("Signature=", "x="), three);
    assert_eq!(edit(" Signature=", " "), three);
    assert_eq!(
        words(header(), |request| request.set("authorization", "Bearer x")),
        "Unsupported Authorization Type"
    );
    assert_eq!(
        words(header(), |request| request.set("authorization", "AWS a:b")),
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
    );
    assert_eq!(
        edit("us-east-1/", ""),
        format!(
            "{MALFORMED}the Credential is mal-formed; expecting \
             \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
        )
    );
    assert_eq!(
        edit("/20260102/", "/2026012/"),
        format!(
            "{MALFORMED}incorrect date format \"2026012\". This date in the credential must be in \
             the format \"yyyyMMdd\"."
        )
    );
    assert_eq!(
        edit("us-east-1", "eu-west-1"),
        format!("{MALFORMED}the region 'eu-west-1' is wrong; expecting 'us-east-1'")
    );
    assert_eq!(
        edit("us-east-1", ""),
        format!("{MALFORMED}a non-empty region must be provided in the credential.")
    );
    assert_eq!(
        edit("/s3/", "/ec2/"),
        format!("{MALFORMED}incorrect service \"ec2\". This endpoint belongs to \"s3\".")
    );
    assert_eq!(
        edit("aws4_request", "aws4_reques"),
        format!(
            "{MALFORMED}incorrect terminal \"aws4_reques\". This endpoint uses \"aws4_request\"."
        )
    );
    assert_eq!(
        edit("/20260102/", "/20260103/"),
        format!("{MALFORMED}Invalid credential date. Date is not the same as X-Amz-Date.")
    );
}

#[test]
fn the_payload_hash() {
    assert_eq!(
        words(header(), |request| request.remove("x-amz-content-sha256")),
        "Missing required header for this request: x-amz-content-sha256"
    );
    assert_eq!(
        words(header(), |request| request
            .set("x-amz-content-sha256", "unsigned-payload")),
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
         STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, \
         STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER \
         or a valid sha256 value."
    );
    assert_eq!(
        words(header(), |request| request.body.push(0)),
        "The provided 'x-amz-content-sha256' header does not match what was computed."
    );
}

#[test]
fn the_date_comes_before_the_parts_of_the_header() {
    let expected = "AWS authentication requires a valid Date or x-amz-date header";
    for edit in [None, Some("2026-01-02T03:04:05Z")] {
        let found = words(header(), |request| {
            request.replace("Signature=", "x=");
            request.remove("x-amz-date");
            if let Some(date) = edit {
                request.set("x-amz-date", date);
            }
        });
        assert_eq!(found, expected);
    }
}

#[test]
fn the_clock() {
    outcome(&header(), now() + 900).unwrap();
    outcome(&header(), now() - 900).unwrap();
    for later in [901, -901] {
        let error = outcome(&header(), now() + later).unwrap_err();
        assert!(
            matches!(error, AuthenticationError::RequestTimeTooSkewed { .. }),
            "{error:?}"
        );
        assert_eq!(
            error.message(ErrorDialect::S3),
            "The difference between the request time and the current time is too large."
        );
    }
}

#[test]
fn headers_that_must_be_signed() {
    let unsigned = |name: &str| {
        let request = header().with_header(name, "x");
        match outcome(&request, now()) {
            Err(AuthenticationError::HeadersNotSigned { names }) => names,
            Err(error) => panic!("{error:?}"),
            Ok(()) => Vec::new(),
        }
    };
    for name in [
        "x-amz-meta-color",
        "Content-MD5",
        "x-amz-acl",
        "x-amz-security-token",
    ] {
        assert_eq!(unsigned(name), [name.to_ascii_lowercase()]);
    }
    for name in [
        "content-type",
        "range",
        "x-amzn-trace-id",
        "amz-sdk-request",
        "if-match",
    ] {
        assert_eq!(unsigned(name), [""; 0], "{name}");
    }
    let expected = "There were headers present in the request which were not signed";
    assert_eq!(
        words(header(), |request| request.replace("=host;", "=")),
        expected
    );
    assert_eq!(
        words(presigned(), |request| request.set("x-amz-acl", "x")),
        expected
    );
}

#[test]
fn the_authority_of_http_2_need_not_be_signed_beside_the_host() {
    outcome(&header().with_header(":authority", "127.0.0.1:4566"), now()).unwrap();
    let mut neither = header().with_header(":authority", "127.0.0.1:4566");
    neither.replace("=host;", "=");
    let error = outcome(&neither, now()).unwrap_err();
    let names = vec![":authority".to_owned(), "host".to_owned()];
    assert_eq!(error, AuthenticationError::HeadersNotSigned { names });
}

#[test]
fn the_session_token_of_a_presigned_request_is_signed() {
    use aws_sigv4::http_request::SessionTokenMode::{Exclude, Include};
    for (mode, form, accepted) in [
        (Include, ServiceForm::S3, true),
        (Exclude, ServiceForm::S3, false),
        (Include, ServiceForm::Generic, true),
        (Exclude, ServiceForm::Generic, true),
    ] {
        let payload = if form == ServiceForm::S3 {
            Payload::Unsigned
        } else {
            Payload::Body
        };
        let plan = Plan {
            place: Place::Query,
            token: Some(mode),
            payload,
            ..Plan::plain(form)
        };
        let request = signed(&Request::new("GET", "/bucket/key"), plan);
        let rules = if form == ServiceForm::S3 {
            VerifyRules::s3()
        } else {
            VerifyRules::generic()
        };
        assert!(request.claim(form).session_token.is_some());
        assert_eq!(request.verify(&rules, SECRET).is_ok(), accepted, "{plan:?}");
    }
}

/// S3 Express has a header and a parameter of its own (wire-facts.md 2a).
#[test]
fn the_session_token_of_s3_express() {
    let token = |request: &Request| {
        request
            .claim(ServiceForm::S3)
            .session_token
            .map(|token| token.expose().to_owned())
    };
    assert_eq!(token(&header()), None);
    assert_eq!(
        token(&header().with_header("x-amz-s3session-token", "a")).as_deref(),
        Some("a")
    );
    let mut request = presigned();
    request.query.push_str("&X-Amz-S3session-Token=a%2Fb");
    assert_eq!(token(&request).as_deref(), Some("a/b"));
}

#[test]
fn the_parameters_of_a_presigned_request() {
    let edit = |from: &'static str, to: &'static str| {
        words(presigned(), |request| request.replace(from, to))
    };
    for name in [
        "Credential",
        "Signature",
        "Date",
        "SignedHeaders",
        "Expires",
    ] {
        assert_eq!(
            words(presigned(), |request| request
                .replace(&format!("X-Amz-{name}="), "x=")),
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
             X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
        );
    }
    assert_eq!(
        edit("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"),
        r#"X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256""#
    );
    assert_eq!(
        edit("=20260102T030405Z", "=2026-01-02"),
        r#"X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'""#
    );
    assert_eq!(
        edit("X-Amz-Expires=900", "X-Amz-Expires=1h"),
        "X-Amz-Expires should be a number"
    );
    assert_eq!(
        edit("X-Amz-Expires=900", "X-Amz-Expires=-1"),
        "X-Amz-Expires must be non-negative"
    );
    assert_eq!(
        edit("X-Amz-Expires=900", "X-Amz-Expires=604801"),
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must \
         be less than 604800 seconds"
    );
    assert_eq!(
        edit("%2Fs3%2F", "%2Fec2%2F"),
        "Error parsing the X-Amz-Credential parameter; incorrect service \"ec2\". This endpoint \
         belongs to \"s3\"."
    );
    assert_eq!(
        edit("%2F20260102%2F", "%2F20260103%2F"),
        "Invalid credential date \"20260103\". This date is not the same as X-Amz-Date: \"20260102\"."
    );
    let mut week = presigned();
    week.replace("X-Amz-Expires=900", "X-Amz-Expires=604800");
    assert_eq!(
        week.claim(ServiceForm::S3).expires,
        Some(Expiry::After(604_800))
    );
}

#[test]
fn a_presigned_request_for_no_time_is_over_at_once() {
    let mut request = presigned();
    request.replace("X-Amz-Expires=900", "X-Amz-Expires=0");
    let claim = request.claim(ServiceForm::S3);
    assert_eq!(claim.expires, Some(Expiry::After(0)));
    assert_eq!(check_scope_and_time(&claim, &rules(), now()), Ok(()));
    let error = check_scope_and_time(&claim, &rules(), now() + 1).unwrap_err();
    assert!(matches!(
        error,
        AuthenticationError::RequestExpired {
            expires_seconds: Some(0),
            ..
        }
    ));
}

#[test]
fn the_time_of_a_presigned_request() {
    outcome(&presigned(), now() + 900).unwrap();
    outcome(&presigned(), now() - 900).unwrap();
    let late = outcome(&presigned(), now() + 901).unwrap_err();
    assert!(matches!(
        late,
        AuthenticationError::RequestExpired {
            expires_seconds: Some(900),
            ..
        }
    ));
    assert_eq!(late.message(ErrorDialect::S3), "Request has expired");
    let early = outcome(&presigned(), now() - 901).unwrap_err();
    assert_eq!(early.message(ErrorDialect::S3), "Request is not yet valid");
}

#[test]
fn the_payload_hash_of_a_presigned_request() {
    let payload = |edit: &dyn Fn(&mut Request), form| {
        let mut request = presigned();
        edit(&mut request);
        request.claim(form).payload
    };
    let hash = "0".repeat(64);
    let hashed = PayloadForm::Hashed {
        claimed: Some(hash.clone()),
    };
    let in_query = |request: &mut Request| {
        request.query = format!("{}&X-Amz-Content-Sha256={hash}", request.query);
    };
    let in_header = |request: &mut Request| {
        request
            .query
            .push_str("&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD");
        request.set("x-amz-content-sha256", &hash);
    };
    assert_eq!(payload(&|_| {}, ServiceForm::S3), PayloadForm::Unsigned);
    assert_eq!(
        payload(&|_| {}, ServiceForm::Generic),
        PayloadForm::Hashed { claimed: None }
    );
    for form in [ServiceForm::S3, ServiceForm::Generic] {
        assert_eq!(payload(&in_query, form), hashed);
        assert_eq!(payload(&in_header, form), hashed);
    }
}

#[test]
fn another_service_hashes_the_body_whatever_the_header_says() {
    let generic = signed(&Request::new("GET", "/"), Plan::plain(ServiceForm::Generic));
    let request = generic.with_header("x-amz-content-sha256", "required");
    assert_eq!(
        request.claim(ServiceForm::Generic).payload,
        PayloadForm::Hashed { claimed: None }
    );
    request.verify(&VerifyRules::generic(), SECRET).unwrap();
}

#[test]
fn the_session_token_of_a_sigv2_query() {
    let target = "/bucket/key?Signature=x&AWSAccessKeyId=A&Expires=1";
    let in_header = Request::new("GET", target).with_header("x-amz-security-token", "header");
    let in_query = Request::new("GET", &format!("{target}&x-amz-security-token=query"));
    for (request, expected) in [(in_header, "header"), (in_query, "query")] {
        let token = request.claim(ServiceForm::S3).session_token.unwrap();
        assert_eq!(token.expose(), expected);
    }
}

#[test]
fn a_sigv2_query() {
    let v2 = |query: &str| {
        outcome(&Request::new("GET", &format!("/bucket/key?{query}")), now())
            .unwrap_err()
            .message(ErrorDialect::S3)
    };
    let three = "Query-string authentication requires the Signature, Expires and AWSAccessKeyId \
        parameters";
    assert_eq!(v2("Signature=x"), three);
    assert_eq!(v2("Signature=x&Expires=1"), three);
    assert_eq!(v2("Signature=x&AWSAccessKeyId=A"), three);
    assert_eq!(
        v2("Signature=x&AWSAccessKeyId=A&Expires=1e9"),
        "Invalid date (should be seconds since epoch): 1e9"
    );
    assert_eq!(
        v2("Signature=x&AWSAccessKeyId=A&Expires=1"),
        "Request has expired"
    );
    assert_eq!(
        v2("Signature=x&AWSAccessKeyId=A&Expires=2147483647"),
        "The request signature we calculated does not match the signature you provided. Check your \
         key and signing method."
    );
}

#[test]
fn the_words_about_keys_and_tokens() {
    let words = |error: AuthenticationError| error.message(ErrorDialect::S3);
    assert_eq!(
        words(AuthenticationError::UnknownAccessKey {
            access_key_id: "A".to_owned()
        }),
        "The AWS Access Key Id you provided does not exist in our records."
    );
    assert_eq!(
        words(AuthenticationError::SessionTokenInvalid),
        "The provided token is malformed or otherwise invalid."
    );
    assert_eq!(
        words(AuthenticationError::SessionTokenExpired),
        "The provided token has expired."
    );
}

#[test]
fn double_slashes_and_dots_stay() {
    for path in [
        "/bucket//key",
        "/bucket/./key/../x",
        "/bucket/../..",
        "/bucket//",
        "//",
    ] {
        let request = signed(&Request::new("GET", path), Plan::plain(ServiceForm::S3));
        outcome(&request, now()).unwrap();
        let mut normalised = request;
        normalised.path = "/bucket/key".to_owned();
        let error = outcome(&normalised, now()).unwrap_err();
        assert!(
            matches!(error, AuthenticationError::SignatureMismatch(_)),
            "{path}"
        );
    }
}

#[test]
fn every_word_for_the_payload_is_known() {
    for (word, expected) in [
        ("UNSIGNED-PAYLOAD", PayloadForm::Unsigned),
        (
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            PayloadForm::StreamingUnsignedTrailer,
        ),
        (
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            PayloadForm::StreamingSigned { trailer: false },
        ),
        (
            "STREAMING-AWS4-HMAC-SHA256-EVENTS",
            PayloadForm::EventStream,
        ),
    ] {
        let mut request = header();
        request.set("x-amz-content-sha256", word);
        assert_eq!(request.claim(ServiceForm::S3).payload, expected);
    }
}
