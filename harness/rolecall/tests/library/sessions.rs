//! Sessions that end, and a clock that is moved.

use std::sync::Arc;

use rolecall::{Emulator, Role, SettableClock};

use crate::denials::said;

const NOTHING: &str = r#"{"Version": "2012-10-17", "Statement": []}"#;

// 2026-11-01T06:00:00Z: nothing here hangs on the day on which it runs.
const NOW: u64 = 1_793_512_800_000;

const ROLE: &str = "arn:aws:sts::123456789012:assumed-role/orders/orders";

async fn emulator() -> (Arc<SettableClock>, Emulator, Role) {
    let clock = Arc::new(SettableClock::at_millis(NOW));
    let builder = Emulator::builder().clock(Arc::clone(&clock) as _);
    let emulator = builder.start().await.unwrap();
    let role = emulator.role("orders", NOTHING).unwrap();
    (clock, emulator, role)
}

fn expired() -> (String, String) {
    let message = "The security token included in the request is expired";
    ("ExpiredToken".to_owned(), message.to_owned())
}

#[tokio::test]
async fn a_session_of_no_seconds_is_expired() {
    let (_, emulator, role) = emulator().await;
    let sdk = emulator.sdk_config(role.credentials_for(0));
    let sts = aws_sdk_sts::Client::new(&sdk);
    assert_eq!(said(sts.get_caller_identity().send().await), expired());
    let s3 = aws_sdk_s3::Client::new(&sdk);
    let (code, message) = said(s3.list_buckets().send().await);
    assert_eq!(code, "ExpiredToken");
    assert_eq!(message, "The provided token has expired.");
}

#[tokio::test]
async fn a_session_ends_when_its_seconds_have_passed() {
    let (clock, emulator, role) = emulator().await;
    let sts = aws_sdk_sts::Client::new(&emulator.sdk_config(role.credentials_for(900)));
    let identity = || sts.get_caller_identity().send();
    clock.advance_millis(899_999);
    assert_eq!(identity().await.unwrap().arn(), Some(ROLE));
    clock.advance_millis(1);
    assert_eq!(said(identity().await), expired());
    // Its role opens others.
    let sts = aws_sdk_sts::Client::new(&role.sdk_config());
    let identity = sts.get_caller_identity().send().await;
    assert_eq!(identity.unwrap().arn(), Some(ROLE));
}

#[tokio::test]
async fn the_clock_is_that_of_the_recording_and_of_conditions() {
    let (clock, emulator, _) = emulator().await;
    let until_seven = r#"{
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
            "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-11-01T07:00:00Z"}}
        }
    }"#;
    let role = emulator.role("early", until_seven).unwrap();
    let s3 = aws_sdk_s3::Client::new(&role.sdk_config());
    s3.list_buckets().send().await.unwrap();
    clock.advance_millis(3_599_999);
    s3.list_buckets().send().await.unwrap();
    clock.advance_millis(1);
    let s3 = aws_sdk_s3::Client::new(&role.sdk_config());
    let (code, _) = said(s3.list_buckets().send().await);
    assert_eq!(code, "AccessDenied");
    let attempts = emulator.recording().attempts;
    let times: Vec<_> = attempts
        .iter()
        .map(|attempt| attempt.time.as_str())
        .collect();
    assert_eq!(
        times,
        [
            "2026-11-01T06:00:00.000Z",
            "2026-11-01T06:59:59.999Z",
            "2026-11-01T07:00:00.000Z"
        ]
    );
}

#[tokio::test]
async fn scenario_and_function_are_told_apart_by_session() {
    let (_, emulator, role) = emulator().await;
    let of_function = role.clone().in_scenario("a new order").as_function("book");
    for role in [role, of_function] {
        let sts = aws_sdk_sts::Client::new(&role.sdk_config());
        sts.get_caller_identity().send().await.unwrap();
    }
    let attempts = emulator.recording().attempts;
    let told: Vec<_> = attempts
        .iter()
        .map(|one| {
            let caller = one.caller.principal.arn.as_str();
            (one.scenario.as_deref(), one.function.as_deref(), caller)
        })
        .collect();
    let book = "arn:aws:sts::123456789012:assumed-role/orders/book";
    let expected = [
        (None, None, ROLE),
        (Some("a new order"), Some("book"), book),
    ];
    assert_eq!(told, expected);
}
