//! The fixture `functions/orders`, with its needs written by hand from its `expected-policy.md`.

use std::{fs, path::Path};

use rolecall_trace::Recording;
use serde_json::Value;

use crate::{
    Exactness, FindingKind, PolicyFile, VerifyOptions, generate,
    samples::{attempt, pairs, recording, requirement},
    verify,
};

const QUEUE: &str = "arn:aws:sqs:us-east-1:123456789012:orders";
const TABLE: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";
const INDEX: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/orders/index/by-customer";
const PARAMETER: &str = "arn:aws:ssm:us-east-1:123456789012:parameter/orders/discount";
const TEMPLATE: &str = "arn:aws:s3:::orders-documents/templates/receipt.txt";
const RECEIPT: &str = "arn:aws:s3:::orders-documents/receipts/1001.txt";
const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:orders-booked";

fn recorded() -> Recording {
    let needs = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|(action, resource)| requirement(action, resource))
            .collect()
    };
    let mut attempts = pairs(&[
        ("sqs:ReceiveMessage", QUEUE),
        ("ssm:GetParameter", PARAMETER),
        ("dynamodb:Query", INDEX),
        ("sns:Publish", TOPIC),
        ("sqs:DeleteMessage", QUEUE),
    ]);
    attempts.push(attempt(
        "dynamodb.TransactWriteItems",
        needs(&[
            ("dynamodb:ConditionCheckItem", TABLE),
            ("dynamodb:UpdateItem", TABLE),
            ("dynamodb:PutItem", TABLE),
        ]),
    ));
    attempts.push(attempt(
        "s3.CopyObject",
        needs(&[
            ("s3:GetObject", TEMPLATE),
            ("s3:PutObject", RECEIPT),
            ("s3:PutObjectTagging", RECEIPT),
        ]),
    ));
    recording(attempts)
}

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/functions/orders");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// The statements, in whatever order.
fn statements(policy: &Value) -> Vec<String> {
    let statements = policy["Statement"].as_array().unwrap();
    let mut texts: Vec<_> = statements.iter().map(ToString::to_string).collect();
    texts.sort();
    texts
}

#[test]
fn the_generated_policy_is_the_one_written_by_hand() {
    let generated = generate(&recorded(), None, crate::Blocked::Refused)
        .unwrap()
        .remove(0)
        .documents
        .remove(0);
    let expected = serde_json::from_str(&fixture("expected-policy.json")).unwrap();
    assert_eq!(statements(&generated.document), statements(&expected));
}

#[test]
fn the_policy_written_by_hand_has_no_finding_and_no_note() {
    let file = PolicyFile::parse("expected.json", &fixture("expected-policy.json")).unwrap();
    let options = VerifyOptions {
        exactness: Exactness::Exact,
        ..VerifyOptions::default()
    };
    let report = verify(&recorded(), &[file], &options).unwrap();
    assert_eq!(
        (report.findings.len(), report.notes.len()),
        (0, 0),
        "{}",
        report.to_text()
    );
}

#[test]
fn the_wide_policy_has_findings_at_its_lines() {
    let file = PolicyFile::parse("wide.json", &fixture("wide-policy.json")).unwrap();
    let report = verify(&recorded(), &[file], &VerifyOptions::default()).unwrap();
    assert_eq!(report.count(FindingKind::Unused), report.findings.len());
    let found = report.findings.iter().map(|one| {
        let place = one.place.as_ref().unwrap();
        format!(
            "{}:{} {}",
            place.sid.as_deref().unwrap(),
            place.line,
            one.message
        )
    });
    insta::assert_snapshot!(found.collect::<Vec<_>>().join("\n"), @r#"
    Queue:7 the action `sqs:GetQueueAttributes` was not needed here
    Table:13 `dynamodb:*` stands for 80 actions, of which 4 were needed here
    Documents:22 `s3:GetObject*` stands for 16 actions, of which 1 was needed here
    Documents:22 `s3:PutObject*` stands for 9 actions, of which 2 were needed here
    Documents:22 the action `s3:ListBucket` was not needed here
    Documents:23 the resource `arn:aws:s3:::orders-documents` was not needed here
    Parameters:28 `ssm:Get*` stands for 30 actions, of which 1 was needed here
    Topic:34 `sns:*` stands for 41 actions, of which 1 was needed here
    "#);
    let notes: Vec<_> = report
        .notes
        .iter()
        .map(|note| note.place.as_ref().unwrap().line)
        .collect();
    // 15: `dynamodb:Query` on the table, where only the index was queried; then the wildcards.
    assert_eq!(notes, [15, 16, 23, 29, 35]);
}
