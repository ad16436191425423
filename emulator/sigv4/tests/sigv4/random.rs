//! Random requests, signed by `aws-sigv4`: accepted as they are, refused when anything is changed.

use std::hash::{BuildHasher, RandomState};

use aws_sigv4::http_request::SessionTokenMode;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{RngSeed, TestRunner};
use rolecall_sigv4::{
    Algorithm, AuthenticationError, Place, ServiceForm, VerifyRules, check_scope_and_time,
};

use crate::request::{Request, SECRET, flip_last_hex_digit};
use crate::signer::{NOW, Payload, Plan, TOKEN, signed};

/// Makes a runner with a seed that is printed, or taken from `ROLECALL_SEED`.
#[expect(
    clippy::disallowed_methods,
    reason = "these two variables choose the slice of random cases"
)]
#[expect(clippy::print_stderr, reason = "a failure is repeated with its seed")]
pub(crate) fn runner(few: u32) -> TestRunner {
    let seed = std::env::var("ROLECALL_SEED")
        .ok()
        .and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or_else(|| RandomState::new().hash_one("seed"));
    let full = std::env::var("ROLECALL_FULL").is_ok_and(|value| value == "1");
    eprintln!("ROLECALL_SEED={seed}");
    TestRunner::new(ProptestConfig {
        cases: if full { few * 50 } else { few },
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    })
}

/// Paths as SDKs encode them, with double slashes and dot segments that stay inside the root.
fn path() -> impl Strategy<Value = String> {
    let segment = prop_oneof![
        4 => "[a-zA-Z0-9._~-]{0,8}",
        2 => "[a-z]{1,3}(%20|%2F|%C3%A9|%25|%2B|@|:|\\(|=){1,2}[a-z]{0,3}",
        1 => Just(".".to_owned()),
        1 => Just("in/..".to_owned()),
    ];
    prop::collection::vec(segment, 0..5)
        .prop_map(|segments| format!("/{}", segments.join("/")))
        .prop_filter("a segment `..` may leave the root", |path| {
            !path.split('/').any(|segment| segment == "..") || path.contains("in/..")
        })
        .prop_filter("out of the root", |path| {
            let mut depth = 0_i32;
            path.split('/').all(|segment| {
                depth += match segment {
                    "" | "." => 0,
                    ".." => -1,
                    _ => 1,
                };
                depth >= 0
            })
        })
}

fn query() -> impl Strategy<Value = String> {
    let part = "([a-zA-Z0-9._~-]|%20|%2F|%3D|%26|%C3%A9|%2B|%7E|:|/){0,6}";
    let pair = (part, prop::option::of(part)).prop_map(|(name, value)| match value {
        Some(value) => format!("k{name}={value}"),
        None => format!("k{name}="),
    });
    prop::collection::vec(pair, 0..5).prop_map(|pairs| pairs.join("&"))
}

fn headers() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let name = select(vec![
        "x-amz-meta-a",
        "X-Amz-Meta-B",
        "content-type",
        "my-header",
        "x-amz-a",
    ]);
    let value = "[!-~]( {0,3}[!-~]){0,5}".prop_map(String::into_bytes);
    prop::collection::vec((name.prop_map(str::to_owned), value), 0..6)
}

fn request() -> impl Strategy<Value = Request> {
    let method = select(vec!["GET", "PUT", "POST", "DELETE", "HEAD"]);
    let body = prop::collection::vec(any::<u8>(), 0..64);
    (method, path(), query(), headers(), body).prop_map(|(method, path, query, headers, body)| {
        Request {
            method: method.to_owned(),
            path,
            query,
            headers,
            body,
        }
    })
}

fn plan() -> impl Strategy<Value = Plan> {
    let form = select(vec![ServiceForm::S3, ServiceForm::Generic]);
    let place = select(vec![Place::Header, Place::Query]);
    let algorithm = select(vec![
        Algorithm::V4,
        Algorithm::V4,
        Algorithm::V4,
        Algorithm::V4a,
    ]);
    let token = select(vec![
        None,
        Some(SessionTokenMode::Include),
        Some(SessionTokenMode::Exclude),
    ]);
    let payload = select(vec![Payload::Body, Payload::Body, Payload::Unsigned]);
    (form, place, algorithm, token, payload).prop_map(|(form, place, algorithm, token, payload)| {
        let payload = match (form, place) {
            (ServiceForm::S3, Place::Header) => payload,
            (ServiceForm::S3, Place::Query | Place::Form) => Payload::Unsigned,
            (ServiceForm::Generic, _) => Payload::Body,
        };
        // S3 has the token signed, and refuses `x-amz-*` headers that are not.
        let token = match form {
            ServiceForm::S3 => token.map(|_| SessionTokenMode::Include),
            ServiceForm::Generic => token,
        };
        Plan {
            form,
            place,
            algorithm,
            token,
            payload,
        }
    })
}

pub(crate) fn rules(plan: Plan) -> VerifyRules<'static> {
    let services: &'static [&'static str] = match plan.form {
        ServiceForm::S3 => &["s3"],
        ServiceForm::Generic => &["dynamodb"],
    };
    VerifyRules::for_signing_name(plan.service())
        .with_services(services)
        .with_region("us-east-1")
}

#[test]
fn accepts_what_aws_sigv4_signs() {
    runner(60)
        .run(&(request(), plan()), |(request, plan)| {
            let sent = signed(&request, plan);
            let claim = sent.claim(plan.form);
            let now = i64::try_from(NOW).unwrap();
            check_scope_and_time(&claim, &rules(plan), now).unwrap();
            let token = claim
                .session_token
                .as_ref()
                .map(rolecall_sigv4::SessionToken::expose);
            prop_assert_eq!(token, plan.token.map(|_| TOKEN));
            let verified = sent.verify(&rules(plan), SECRET);
            prop_assert!(verified.is_ok(), "{:?}", verified);
            Ok(())
        })
        .unwrap();
}

/// Changes one signed part, the `pick`th of those that there are; returns what was changed.
fn change(sent: &mut Request, plan: Plan, pick: usize) -> String {
    let claim = sent.claim(plan.form);
    let mut signed: Vec<&str> = claim.signed_headers.split(';').collect();
    signed.extend(["(method)", "(path)", "(query)", "(signature)", "(body)"]);
    let what = signed[pick % signed.len()].to_owned();
    match what.as_str() {
        "(method)" => "PATCH".clone_into(&mut sent.method),
        "(path)" => sent.path.push_str("/more"),
        "(query)" => sent.query = format!("zz=1&{}", sent.query),
        "(signature)" => {
            sent.replace(&claim.signature, &flip_last_hex_digit(&claim.signature));
        }
        "(body)" => sent.body.push(0),
        "x-amz-date" => sent.set("x-amz-date", "20260102T030406Z"),
        "x-amz-content-sha256" => {
            let flipped = match sent.header("x-amz-content-sha256").unwrap() {
                "UNSIGNED-PAYLOAD" => "0".repeat(64),
                hash => flip_last_hex_digit(hash),
            };
            sent.set("x-amz-content-sha256", &flipped);
        }
        name => {
            let value = format!("{}x", sent.header(name).unwrap());
            sent.set(name, &value);
        }
    }
    what
}

#[test]
fn refuses_what_was_changed_on_the_way() {
    runner(60)
        .run(
            &(request(), plan(), any::<usize>()),
            |(request, plan, pick)| {
                let mut sent = signed(&request, plan);
                let what = change(&mut sent, plan, pick);
                let result = sent.verify(&rules(plan), SECRET);
                let unsigned_body = what == "(body)" && plan.payload == Payload::Unsigned;
                match result {
                    Ok(_) => prop_assert!(unsigned_body, "`{}` may change", what),
                    Err(AuthenticationError::ContentHashMismatch { .. }) => {
                        prop_assert_eq!(what, "(body)");
                    }
                    Err(AuthenticationError::SignatureMismatch(_)) => prop_assert!(!unsigned_body),
                    Err(other) => prop_assert!(false, "{}: {:?}", what, other),
                }
                Ok(())
            },
        )
        .unwrap();
}
