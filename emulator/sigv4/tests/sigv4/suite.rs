//! AWS's signing suite, stage by stage; then every signed part changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use rolecall_sigv4::{
    Algorithm, AuthenticationError, CanonicalRequest, PathForm, SecretAccessKey, ServiceForm,
    SessionToken, SigningKey, Timestamp, VerifyRules, check_scope_and_time, string_to_sign,
};
use serde_json::Value;

use crate::request::{Request, SECRET, flip_last_hex_digit};

/// 12:36 on 30 August 2015, the time of the suite.
const SUITE_TIME: &str = "20150830T123600Z";

/// Cases that came from an older suite: without context and signature.
const LEGACY: [&str; 2] = ["double-encode-path", "double-url-encode"];

fn fixtures(version: &str) -> BTreeMap<String, Value> {
    let folder: PathBuf = [
        env!("CARGO_MANIFEST_DIR"),
        "..",
        "..",
        "fixtures",
        "sigv4",
        version,
    ]
    .iter()
    .collect();
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (
                name,
                serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap(),
            )
        })
        .collect()
}

/// Is one case signed in one place.
struct Case {
    name: String,
    place: &'static str,
    value: Value,
    request: Request,
}

impl Case {
    fn expected(&self, stage: &str) -> &str {
        self.value[self.place][stage].as_str().unwrap().trim_end()
    }

    fn rules(&self) -> VerifyRules<'_> {
        let path = if self.value["context"]["normalize"] == Value::Bool(true) {
            PathForm::Normalised
        } else {
            PathForm::EncodedAgain
        };
        VerifyRules {
            path,
            ..VerifyRules::generic()
        }
        .with_region("us-east-1")
        .with_services(&["service"])
    }

    fn label(&self) -> String {
        format!("{} ({})", self.name, self.place)
    }
}

fn cases(version: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, value) in fixtures(version) {
        for place in ["header", "query"] {
            if LEGACY.contains(&name.as_str()) {
                continue;
            }
            let request = Request::parse(value[place]["signed_request"].as_str().unwrap());
            cases.push(Case {
                name: name.clone(),
                place,
                value: value.clone(),
                request,
            });
        }
    }
    cases
}

/// Builds the last line of the canonical request that a fixture has.
fn payload_line(case: &Case) -> String {
    case.expected("canonical_request")
        .lines()
        .last()
        .unwrap()
        .to_owned()
}

fn check_stages(case: &Case) {
    let label = case.label();
    let claim = case.request.claim(ServiceForm::Generic);
    let rules = case.rules();
    let canonical = case
        .request
        .with_head(|head| CanonicalRequest::build(&claim, head, rules.path, &payload_line(case)));
    // The two cases whose token is added after signing differ in the query: `verify` reads it both
    // ways, and `accepts_the_suite` sees that it does.
    let token_added_later =
        case.place == "query" && case.value["context"]["omit_session_token"] == Value::Bool(true);
    if token_added_later {
        assert!(
            canonical.to_text().contains("X-Amz-Security-Token"),
            "{label}"
        );
        return;
    }
    assert_eq!(
        canonical.to_text(),
        case.expected("canonical_request"),
        "{label}"
    );
    let to_sign = string_to_sign(&claim, &canonical);
    assert_eq!(
        std::str::from_utf8(&to_sign).unwrap(),
        case.expected("string_to_sign"),
        "{label}"
    );
}

#[test]
fn every_stage_of_the_v4_suite() {
    let cases = cases("v4");
    assert_eq!(cases.len(), 2 * 38);
    for case in cases {
        check_stages(&case);
        assert_eq!(
            case.request.claim(ServiceForm::Generic).signature,
            case.expected("signature"),
            "{}",
            case.label()
        );
    }
}

#[test]
fn every_stage_of_the_v4a_suite() {
    let cases = cases("v4a");
    assert_eq!(cases.len(), 2 * 38);
    for case in cases {
        check_stages(&case);
        // ECDSA signatures differ each time: the one in the request and the one in the file are both
        // good.
        let mut other = case.request.clone();
        let sent = other.claim(ServiceForm::Generic).signature;
        other.replace(&sent, case.expected("signature"));
        assert_ne!(sent, case.expected("signature"));
        other
            .verify(&case.rules(), SECRET)
            .unwrap_or_else(|error| panic!("{}: {error:?}", case.label()));
    }
}

#[test]
fn accepts_the_suite() {
    let now = Timestamp::parse_iso_basic(SUITE_TIME)
        .unwrap()
        .epoch_seconds();
    for case in cases("v4").into_iter().chain(cases("v4a")) {
        let claim = case.request.claim(ServiceForm::Generic);
        assert_eq!(claim.access_key_id, "AKIDEXAMPLE");
        assert_eq!(claim.timestamp.unwrap().to_string(), SUITE_TIME);
        let token = case.value["context"]["credentials"]["token"].as_str();
        assert_eq!(
            claim.session_token.as_ref().map(SessionToken::expose),
            token
        );
        check_scope_and_time(&claim, &case.rules(), now).unwrap();
        let verified = case.request.verify(&case.rules(), SECRET);
        let verified = verified.unwrap_or_else(|error| panic!("{}: {error:?}", case.label()));
        assert_eq!(verified.seed_signature(), claim.signature);
    }
}

/// The path of one of them is in the request of the suite, the date of the other is not.
#[test]
fn paths_of_the_older_suite_are_encoded_again() {
    for (name, value) in fixtures("v4")
        .into_iter()
        .filter(|(name, _)| LEGACY.contains(&name.as_str()))
    {
        let expected = value["header"]["canonical_request"]
            .as_str()
            .unwrap()
            .trim_end();
        let mut request = Request::parse(value["header"]["signed_request"].as_str().unwrap());
        let date = expected
            .lines()
            .find_map(|line| line.strip_prefix("x-amz-date:"))
            .unwrap();
        request.set("X-Amz-Date", date);
        let claim = request.claim(ServiceForm::Generic);
        let line = expected.lines().last().unwrap();
        let canonical = request
            .with_head(|head| CanonicalRequest::build(&claim, head, PathForm::Normalised, line));
        assert_eq!(canonical.to_text(), expected, "{name}");
        if let Some(to_sign) = value["header"]["string_to_sign"].as_str() {
            assert_eq!(
                string_to_sign(&claim, &canonical),
                to_sign.trim_end().as_bytes(),
                "{name}"
            );
        }
    }
}

#[test]
fn the_public_key_of_the_suite_is_derived_from_the_secret() {
    // That it is the right one shows in `accepts_the_suite`; here, that another secret has another.
    let case = &cases("v4a")[0];
    let claim = case.request.claim(ServiceForm::Generic);
    assert_eq!(claim.algorithm, Algorithm::V4a);
    let key = SigningKey::derive(&claim, &SecretAccessKey::new(SECRET)).unwrap();
    assert_eq!(format!("{key:?}"), "SigningKey(V4a, ** redacted **)");
    let refused = case.request.verify(&case.rules(), "another");
    assert!(matches!(
        refused,
        Err(AuthenticationError::SignatureMismatch(_))
    ));
}

/// Returns each way of changing what is signed, by name.
fn changes(case: &Case) -> Vec<(String, Request)> {
    let claim = case.request.claim(ServiceForm::Generic);
    let mut changes = Vec::new();
    let mut add = |name: String, change: &dyn Fn(&mut Request)| {
        let mut request = case.request.clone();
        change(&mut request);
        assert_ne!(request, case.request, "{name}");
        changes.push((name, request));
    };
    add("method".into(), &|request| request.method = "PUT".into());
    add("path".into(), &|request| request.path.push('x'));
    add("query".into(), &|request| {
        request.query.push_str("&added=1");
    });
    add("signature".into(), &|request| {
        request.replace(&claim.signature, &flip_last_hex_digit(&claim.signature));
    });
    // In the query the slashes of the credential are escaped.
    let slash = if case.place == "query" { "%2F" } else { "/" };
    add("credential date".into(), &|request| {
        let day = |day: &str| format!("{slash}{day}{slash}");
        request.replace(&day("20150830"), &day("20150831"));
    });
    for name in claim.signed_headers.split(';') {
        add(format!("header {name}"), &|request| {
            let value = request.header(name).unwrap();
            let other = match name {
                "x-amz-date" => "20150830T123601Z".to_owned(),
                "content-length" => format!("{value}0"),
                "x-amz-content-sha256" => flip_last_hex_digit(value),
                _ => format!("{value}x"),
            };
            request.set(name, &other);
        });
        if case.place == "header" && name != "host" {
            add(format!("header {name} no longer signed"), &|request| {
                let list = claim.signed_headers.clone();
                request.replace(
                    &list,
                    &list
                        .replace(&format!(";{name}"), "")
                        .replace(&format!("{name};"), ""),
                );
            });
        }
    }
    changes
}

#[test]
fn refuses_every_change_of_a_signed_part() {
    let mut tried = 0;
    for case in cases("v4").into_iter().chain(cases("v4a")) {
        for (name, request) in changes(&case) {
            let error = request.verify(&case.rules(), SECRET).unwrap_err();
            let is_mismatch = matches!(error, AuthenticationError::SignatureMismatch(_));
            assert!(is_mismatch, "{}, {name}: {error:?}", case.label());
            tried += 1;
        }
        let error = case
            .request
            .verify(&case.rules(), "another secret")
            .unwrap_err();
        assert!(
            matches!(error, AuthenticationError::SignatureMismatch(_)),
            "{}",
            case.label()
        );
    }
    assert!(tried > 1_000, "{tried}");
}

#[test]
fn refuses_another_body() {
    for case in cases("v4").into_iter().chain(cases("v4a")) {
        let mut request = case.request.clone();
        request.body.push(b'x');
        let error = request.verify(&case.rules(), SECRET).unwrap_err();
        let claims_a_hash = request.header("x-amz-content-sha256").is_some();
        let expected = match error {
            AuthenticationError::ContentHashMismatch { .. } => claims_a_hash,
            AuthenticationError::SignatureMismatch(_) => !claims_a_hash,
            _ => false,
        };
        assert!(expected, "{}: {error:?}", case.label());
    }
}

#[test]
fn accepts_what_proxies_change() {
    for case in cases("v4") {
        let mut request = case.request.clone();
        request.set("User-Agent", "another");
        request.headers.reverse();
        if case.name.contains("header-key-duplicate") || case.name.contains("header-value-order") {
            // The order of two headers with one name is signed.
            assert!(
                request.verify(&case.rules(), SECRET).is_err(),
                "{}",
                case.label()
            );
            continue;
        }
        for (name, _) in &mut request.headers {
            name.make_ascii_uppercase();
        }
        request
            .verify(&case.rules(), SECRET)
            .unwrap_or_else(|error| panic!("{}: {error:?}", case.label()));
    }
}

#[test]
fn compares_with_the_time() {
    let signed = Timestamp::parse_iso_basic(SUITE_TIME)
        .unwrap()
        .epoch_seconds();
    for case in cases("v4").into_iter().chain(cases("v4a")) {
        let claim = case.request.claim(ServiceForm::Generic);
        let good_for = if case.place == "query" { 3_600 } else { 900 };
        let rules = case.rules();
        check_scope_and_time(&claim, &rules, signed + good_for).unwrap();
        check_scope_and_time(&claim, &rules, signed - 900).unwrap();
        let late = check_scope_and_time(&claim, &rules, signed + good_for + 1);
        assert!(
            matches!(late, Err(AuthenticationError::SignatureExpired { .. })),
            "{late:?}"
        );
        let early = check_scope_and_time(&claim, &rules, signed - 901);
        assert!(
            matches!(
                early,
                Err(AuthenticationError::SignatureNotYetCurrent { .. })
            ),
            "{early:?}"
        );
    }
}
