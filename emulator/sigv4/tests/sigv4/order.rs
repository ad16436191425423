//! AWS's checks outside S3: a test for each number of iam-semantics.md C3, with the exact words.

use rolecall_sigv4::{
    AuthenticationError, Claim, ErrorDialect, ScopeFault, ServiceForm, Timestamp, VerifyRules,
    check_scope_and_time,
};

use crate::request::{Request, SECRET, flip_last_hex_digit};
use crate::signer::{NOW, Plan, signed};

const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=00";

/// 12:36 on 30 August 2015.
const SIGNED: i64 = 1_440_938_160;

fn request() -> Request {
    Request::new("GET", "/")
        .with_header("Host", "example.amazonaws.com")
        .with_header("X-Amz-Date", "20150830T123600Z")
        .with_header("Authorization", AUTHORIZATION)
}

fn presigned() -> Request {
    Request::new(
        "GET",
        "/?X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request\
         &X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Expires=3600&X-Amz-Signature=00",
    )
    .with_header("Host", "example.amazonaws.com")
}

fn rules() -> VerifyRules<'static> {
    VerifyRules::generic()
        .with_services(&["service"])
        .with_region("us-east-1")
}

/// Runs every check in order, as the server does, with the clock at `now`.
fn refusal(request: &Request, now: i64) -> AuthenticationError {
    let claim = match request.read(ServiceForm::Generic) {
        Ok(Claim::Signed(claim)) => claim,
        Ok(Claim::Anonymous) => return AuthenticationError::MissingAuthenticationToken,
        Err(error) => return error,
    };
    match check_scope_and_time(&claim, &rules(), now) {
        Ok(()) => request.verify(&rules(), SECRET).unwrap_err(),
        Err(error) => error,
    }
}

fn message(request: &Request) -> String {
    refusal(request, SIGNED).message(ErrorDialect::Generic)
}

fn edited(mut request: Request, edit: impl FnOnce(&mut Request)) -> Request {
    edit(&mut request);
    request
}

#[test]
fn check_1_the_path() {
    for path in ["/%", "/%zz", "/..", "/a/../../b"] {
        let request = edited(request(), |request| request.path = path.to_owned());
        assert_eq!(
            refusal(&request, SIGNED),
            AuthenticationError::MalformedPath,
            "{path}"
        );
        // AWS answers with a bare 400.
        assert_eq!(message(&request), "");
    }
}

#[test]
fn check_4_the_query() {
    let request = |query: &str| edited(request(), |request| request.query = query.to_owned());
    assert_eq!(
        message(&request("a=%2")),
        "Incomplete trailing escape % sequence"
    );
    assert_eq!(
        message(&request("a=%yy")),
        "Illegal hex character in escape % pattern: %yy"
    );
}

#[test]
fn check_5_neither_or_both() {
    let none = edited(request(), |request| request.remove("Authorization"));
    assert!(matches!(
        none.read(ServiceForm::Generic),
        Ok(Claim::Anonymous)
    ));
    assert_eq!(message(&none), "Request is missing Authentication Token");
    let both = presigned().with_header("Authorization", AUTHORIZATION);
    assert!(matches!(
        refusal(&both, SIGNED),
        AuthenticationError::BothHeaderAndQuery { .. }
    ));
    assert_eq!(message(&both), "");
}

#[test]
fn check_6_the_algorithm() {
    let request = edited(request(), |request| {
        request.set("Authorization", "AWS5-HMAC-SHA256 FooBar");
    });
    assert_eq!(
        message(&request),
        "Unsupported AWS 'algorithm': 'AWS5-HMAC-SHA256'."
    );
    let request = edited(presigned(), |request| {
        request.replace("AWS4-HMAC", "AWS5-HMAC");
    });
    assert_eq!(
        message(&request),
        "Unsupported AWS 'algorithm': 'AWS5-HMAC-SHA256'."
    );
    let request = edited(self::request(), |request| {
        request.set("Authorization", "AWS key:signature");
    });
    assert_eq!(refusal(&request, SIGNED), AuthenticationError::SigV2Header);
}

#[test]
fn check_6_parts_without_equal_sign() {
    for (header, part) in [
        ("AWS4-HMAC-SHA256 FooBar, BazBurp", "FooBar"),
        (
            "AWS4-HMAC-SHA256 Credential=not valid/20180109/r/s/aws4_request",
            "valid/20180109/r/s/aws4_request",
        ),
    ] {
        let request = edited(request(), |request| request.set("Authorization", header));
        assert_eq!(
            message(&request),
            format!(
                "'{part}' not a valid key=value pair (missing equal-sign) in Authorization header: \
                 '{header}'."
            )
        );
    }
}

#[test]
fn check_6_missing_parameters_of_the_header() {
    let request = edited(request(), |request| {
        request.set("Authorization", "AWS4-HMAC-SHA256 Foo=Bar");
        request.remove("X-Amz-Date");
    });
    assert_eq!(
        message(&request),
        "Authorization header requires 'Credential' parameter. Authorization header requires \
         'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. \
         Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. \
         Authorization=AWS4-HMAC-SHA256 Foo=Bar"
    );
    let request = edited(self::request(), |request| {
        request.replace("Signature=00", "Signature=");
    });
    assert_eq!(
        message(&request),
        format!(
            "Authorization header requires 'Signature' parameter. Authorization={}",
            AUTHORIZATION.replace("Signature=00", "Signature=")
        )
    );
}

#[test]
fn check_6_missing_parameters_of_the_query() {
    let request = Request::new("GET", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256");
    assert_eq!(
        message(&request),
        "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters \
         must include 'X-Amz-Signature'. AWS query-string parameters must include \
         'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine \
         the query-string parameters."
    );
    let request = edited(presigned(), |request| {
        request.replace("X-Amz-Date", "X-Other");
    });
    assert_eq!(
        message(&request),
        "AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string \
         parameters."
    );
}

#[test]
fn check_6_an_empty_parameter_of_the_query_is_missing() {
    let request = edited(presigned(), |request| {
        request.replace("X-Amz-Signature=00", "X-Amz-Signature=");
    });
    assert_eq!(
        message(&request),
        "AWS query-string parameters must include 'X-Amz-Signature'. Re-examine the query-string \
         parameters."
    );
}

#[test]
fn check_5_a_parameter_named_signature_means_something_to_s3_only() {
    let request = edited(request(), |request| {
        request.query = "Signature=x".to_owned();
    });
    assert!(matches!(
        refusal(&request, SIGNED),
        AuthenticationError::SignatureMismatch(_)
    ));
    assert!(matches!(
        request.read(ServiceForm::S3),
        Err(AuthenticationError::BothHeaderAndQuery { .. })
    ));
}

#[test]
fn check_6_of_duplicates_the_last_wins_in_the_header_and_the_first_in_the_query() {
    let request = edited(request(), |request| {
        let header = format!("{AUTHORIZATION}, Signature=11, Credential=OTHER/20150830/r/s/t");
        request.set("Authorization", &header);
    });
    let claim = request.claim(ServiceForm::Generic);
    assert_eq!(
        (claim.signature.as_str(), claim.access_key_id.as_str()),
        ("11", "OTHER")
    );
    let request = edited(presigned(), |request| {
        request.query.push_str("&X-Amz-Signature=11");
    });
    assert_eq!(request.claim(ServiceForm::Generic).signature, "00");
}

#[test]
fn check_7_the_host_is_signed() {
    let words = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
    let request = edited(request(), |request| request.replace("=host;", "="));
    assert_eq!(
        refusal(&request, SIGNED),
        AuthenticationError::HostNotSigned
    );
    assert_eq!(message(&request), words);
    let request = edited(presigned(), |request| request.replace("=host", "=date"));
    assert_eq!(message(&request), words);
    for signed in ["Host", ":authority"] {
        let request = edited(self::request(), |request| {
            request.replace("=host;", &format!("={signed};"));
        });
        assert!(matches!(
            refusal(&request, SIGNED),
            AuthenticationError::SignatureMismatch(_)
        ));
    }
}

#[test]
fn check_7_the_host_of_http_2() {
    let plain = signed(&Request::new("GET", "/"), Plan::plain(ServiceForm::Generic));
    for (header, accepted) in [("Host", true), (":authority", true), ("x-host", false)] {
        let mut request = plain.clone();
        request.remove("Host");
        request.set(header, "127.0.0.1:4566");
        assert_eq!(
            request.verify(&VerifyRules::generic(), SECRET).is_ok(),
            accepted,
            "{header}"
        );
    }
}

#[test]
fn check_8_the_date() {
    let expected = "Date must be in ISO-8601 'basic format'. Got '2015-08-30'. See http://en.wikipedia.org/wiki/ISO_8601";
    let request = edited(request(), |request| request.set("X-Amz-Date", "2015-08-30"));
    assert_eq!(message(&request), expected);
    let request = edited(presigned(), |request| {
        request.replace("=20150830T123600Z", "=2015-08-30");
    });
    assert_eq!(message(&request), expected);
}

#[test]
fn check_8_the_date_header_will_do() {
    let request = edited(request(), |request| {
        request.remove("X-Amz-Date");
        request.set("Date", "Sun, 30 Aug 2015 12:36:00 GMT");
    });
    let claim = request.claim(ServiceForm::Generic);
    assert_eq!(claim.timestamp, Some(Timestamp::from_epoch_seconds(SIGNED)));
}

#[test]
fn check_9_too_old() {
    assert!(matches!(
        refusal(&request(), SIGNED + 900),
        AuthenticationError::SignatureMismatch(_)
    ));
    assert_eq!(
        refusal(&request(), SIGNED + 901).to_string(),
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z \
         (20150830T125101Z - 15 min.)"
    );
}

#[test]
fn check_10_too_new() {
    assert!(matches!(
        refusal(&request(), SIGNED - 900),
        AuthenticationError::SignatureMismatch(_)
    ));
    assert_eq!(
        refusal(&request(), SIGNED - 901).to_string(),
        "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z \
         (20150830T122059Z + 15 min.)"
    );
}

#[test]
fn check_9_json_services_allow_five_minutes() {
    let claim = request().claim(ServiceForm::Generic);
    let error =
        check_scope_and_time(&claim, &rules().with_max_skew(300), SIGNED + 301).unwrap_err();
    assert!(
        error.to_string().ends_with("(20150830T124101Z - 5 min.)"),
        "{error}"
    );
}

#[test]
fn check_11_the_parts_of_the_credential() {
    let request = edited(request(), |request| {
        request.replace("us-east-1/service", "service");
    });
    assert_eq!(
        message(&request),
        "Credential must have exactly 5 slash-delimited elements, e.g. \
         keyid/date/region/service/term, got 'AKIDEXAMPLE/20150830/service/aws4_request'"
    );
    // The time comes before it.
    assert!(matches!(
        refusal(&request, SIGNED + 901),
        AuthenticationError::SignatureExpired { .. }
    ));
    let request = edited(self::request(), |request| {
        request.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256");
    });
    assert!(
        message(&request).starts_with("Credential must have exactly 4 slash-delimited elements")
    );
}

#[test]
fn check_12_the_scope() {
    let request = edited(request(), |request| {
        request.replace(
            "20150830/us-east-1/service/aws4_request",
            "20150829/us-west-1/other/aws5",
        );
    });
    assert_eq!(
        message(&request),
        "Credential should be scoped to a valid region, not 'us-west-1'. Credential should be scoped \
         to correct service: 'service'. Credential should be scoped with a valid terminator: \
         'aws4_request', not 'aws5'. Date in Credential scope does not match YYYYMMDD from ISO-8601 \
         version of date from HTTP: '20150829' != '20150830', from '20150830T123600Z'."
    );
    let request = edited(self::request(), |request| {
        request.replace("us-east-1", "us-west-1");
    });
    let AuthenticationError::ScopeMismatch { faults, .. } = refusal(&request, SIGNED) else {
        panic!("the scope is wrong");
    };
    let (region, expected) = ("us-west-1".to_owned(), "us-east-1".to_owned());
    assert_eq!(faults, [ScopeFault::Region { region, expected }]);
}

#[test]
fn check_12_a_day_in_another_format() {
    let request = edited(request(), |request| {
        request.replace("20150830/us", "2015083/us");
    });
    assert_eq!(
        message(&request),
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
         '2015083' != '20150830', from '20150830T123600Z'."
    );
}

#[test]
fn check_13_and_14_are_the_words_of_the_server() {
    let words = |error: AuthenticationError| error.message(ErrorDialect::Generic);
    assert_eq!(
        words(AuthenticationError::SessionTokenInvalid),
        "The security token included in the request is invalid"
    );
    assert_eq!(
        words(AuthenticationError::SessionTokenExpired),
        "The security token included in the request is expired"
    );
    assert_eq!(
        words(AuthenticationError::UnknownAccessKey {
            access_key_id: "AKID".to_owned()
        }),
        "The security token included in the request is invalid."
    );
}

#[test]
fn check_15_the_signature() {
    let AuthenticationError::SignatureMismatch(calculated) = refusal(&request(), SIGNED) else {
        panic!("the signature is wrong");
    };
    assert_eq!(calculated.access_key_id, "AKIDEXAMPLE");
    assert_eq!(calculated.signature_provided, "00");
    let canonical = calculated.canonical_request.unwrap().to_text();
    assert!(
        canonical.starts_with("GET\n/\n\nhost:example.amazonaws.com\n"),
        "{canonical}"
    );
    assert!(
        calculated
            .string_to_sign
            .starts_with("AWS4-HMAC-SHA256\n20150830T123600Z\n")
    );
    assert_eq!(
        message(&request()),
        "The request signature we calculated does not match the signature you provided. Check your \
         AWS Secret Access Key and signing method. Consult the service documentation for details."
    );
}

#[test]
fn check_15_the_body_of_another_service_than_s3() {
    let mut request = signed(
        &Request::new("POST", "/"),
        Plan::plain(ServiceForm::Generic),
    );
    request.body = b"changed".to_vec();
    let rules = VerifyRules::generic();
    let error = request.verify(&rules, SECRET).unwrap_err();
    assert!(
        matches!(error, AuthenticationError::SignatureMismatch(_)),
        "{error:?}"
    );
}

#[test]
fn each_check_comes_before_the_next() {
    // A request with every fault; they are mended one by one, in order.
    let mut request = Request::new("GET", "/..?a=%zz")
        .with_header("Host", "example.amazonaws.com")
        .with_header("X-Amz-Date", "today");
    let numbers = |error: &AuthenticationError| match error {
        AuthenticationError::MalformedPath => 1,
        AuthenticationError::MalformedQueryString { .. } => 4,
        AuthenticationError::MissingAuthenticationToken => 5,
        AuthenticationError::UnsupportedAlgorithm { .. } => 6,
        AuthenticationError::NotKeyValue { .. } => 61,
        AuthenticationError::MissingParameters { .. } => 62,
        AuthenticationError::HostNotSigned => 7,
        AuthenticationError::InvalidDate { .. } => 8,
        AuthenticationError::SignatureExpired { .. } => 9,
        AuthenticationError::CredentialMalformed { .. } => 11,
        AuthenticationError::ScopeMismatch { .. } => 12,
        AuthenticationError::SignatureMismatch(_) => 15,
        _ => 0,
    };
    let now = i64::try_from(NOW).unwrap();
    let mut seen = Vec::new();
    let date = Timestamp::from_epoch_seconds(now).to_string();
    let mends: [&dyn Fn(&mut Request); 12] = [
        &|request| request.path = "/".to_owned(),
        &|request| request.query = String::new(),
        &|request| request.set("Authorization", "AWS5 x"),
        &|request| request.set("Authorization", "AWS4-HMAC-SHA256 x"),
        &|request| request.set("Authorization", "AWS4-HMAC-SHA256 x=y"),
        &|request| {
            request.set(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=a, Signature=b, SignedHeaders=c",
            );
        },
        &|request| request.replace("SignedHeaders=c", "SignedHeaders=host"),
        &|request| request.set("X-Amz-Date", "20150830T123600Z"),
        &|request| request.set("X-Amz-Date", &date),
        &|request| request.replace("Credential=a", "Credential=a/20260102/r/s/t"),
        &|request| {
            request.replace(
                "a/20260102/r/s/t",
                "a/20260102/us-east-1/service/aws4_request",
            );
        },
        &|_| {},
    ];
    for mend in mends {
        seen.push(numbers(&refusal(&request, now)));
        mend(&mut request);
    }
    assert_eq!(seen, [1, 4, 5, 6, 61, 62, 7, 8, 9, 11, 12, 15]);
}

#[test]
fn a_presigned_request_of_another_service_is_good_until_it_expires() {
    assert!(matches!(
        refusal(&presigned(), SIGNED + 3_600),
        AuthenticationError::SignatureMismatch(_)
    ));
    assert_eq!(
        refusal(&presigned(), SIGNED + 3_601).to_string(),
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z \
         (20150830T133601Z - 60 min.)"
    );
    let forever = edited(presigned(), |request| {
        request.replace("X-Amz-Expires=3600", "x=1");
    });
    assert!(matches!(
        refusal(&forever, SIGNED + 901),
        AuthenticationError::SignatureExpired { .. }
    ));
}

#[test]
fn the_regions_of_v4a_take_in_this_one() {
    let claim = |region_set: Option<&str>| {
        let mut request = edited(request(), |request| {
            request.replace("us-east-1/", "");
            request.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256");
        });
        if let Some(region_set) = region_set {
            request.set("X-Amz-Region-Set", region_set);
        }
        check_scope_and_time(&request.claim(ServiceForm::Generic), &rules(), SIGNED)
    };
    for good in [
        "us-east-1",
        "*",
        "us-*",
        "eu-west-1,us-east-1",
        "eu-west-1, us-*-1",
    ] {
        assert_eq!(claim(Some(good)), Ok(()), "{good}");
    }
    for bad in ["eu-west-1", "us-west-*", "", "us-east-12", "us-east-1*1"] {
        let (region_set, region) = (bad.to_owned(), "us-east-1".to_owned());
        assert_eq!(
            claim(Some(bad)),
            Err(AuthenticationError::RegionSetMismatch { region_set, region })
        );
    }
    assert!(matches!(
        claim(None),
        Err(AuthenticationError::MissingRegionSet { .. })
    ));
}

#[test]
fn a_key_that_is_kept_verifies_only_what_it_is_for() {
    use rolecall_sigv4::{PayloadHash, SecretAccessKey, SigningKeyCache, verify};
    let cache = SigningKeyCache::with_capacity(2);
    let (secret, other) = (SecretAccessKey::new(SECRET), SecretAccessKey::new("other"));
    let check = |request: &Request, secret: &SecretAccessKey| {
        let claim = request.claim(ServiceForm::Generic);
        request.with_head(|head| {
            let payload = PayloadHash::Body(&request.body);
            verify(
                &claim,
                head,
                secret,
                payload,
                &VerifyRules::generic(),
                Some(&cache),
            )
            .is_ok()
        })
    };
    let good = signed(&Request::new("GET", "/"), Plan::plain(ServiceForm::Generic));
    let mut bad = good.clone();
    let signature = good.claim(ServiceForm::Generic).signature;
    bad.replace(&signature, &flip_last_hex_digit(&signature));
    let mut elsewhere = good.clone();
    elsewhere.replace("us-east-1", "us-west-1");
    for _ in 0..3 {
        // More keys than fit, each twice.
        assert!(check(&good, &secret));
        assert!(!check(&good, &other));
        assert!(!check(&bad, &secret));
        assert!(!check(&elsewhere, &secret));
        assert!(check(&good, &secret));
    }
}
