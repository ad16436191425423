//! Long, many and involved patterns: an answer in bounded time, *unknown* where it would take more.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use rolecall_analysis::compare::{Cause, CompareOptions, Comparison, Verdict, compare};
use rolecall_policy::{Policy, PolicyKind};
use serde_json::{Value, json};

fn policy(statements: &[Value]) -> Arc<Policy> {
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    Arc::new(Policy::parse("policy", PolicyKind::Identity, &text).unwrap())
}

fn allow(actions: &[String], resources: &[String]) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": resources})
}

fn compared(old: &[Value], new: &[Value]) -> Comparison {
    compare(&[policy(old)], &[policy(new)], &CompareOptions::default()).unwrap()
}

fn all() -> Vec<String> {
    vec!["*".to_owned()]
}

/// Patterns that all stand for each other's texts in part.
fn tangle(start: &str) -> Vec<String> {
    let letters = || 'a'..='t';
    let pairs = letters().flat_map(|a| letters().map(move |b| (a, b)));
    pairs
        .map(|(a, b)| format!("{start}*{a}*{b}*{a}*"))
        .collect()
}

#[test]
fn tangled_actions() {
    let mut changed = tangle("s3:");
    changed.pop();
    let found = compared(&[allow(&tangle("s3:"), &all())], &[allow(&changed, &all())]);
    assert_eq!(found.verdict, Verdict::Unknown);
    assert!(
        found
            .unknown
            .iter()
            .all(|one| one.cause == Cause::TooManyPatterns)
    );
    let found = compared(&[allow(&all(), &all())], &[allow(&tangle("s3:"), &all())]);
    assert_ne!(found.verdict, Verdict::NewAccess);
}

#[test]
fn tangled_resources() {
    let action = ["s3:GetObject".to_owned()];
    let tangle = tangle("arn:aws:s3:::");
    let wide = ["arn:aws:s3:::*a*".to_owned()];
    let found = compared(&[allow(&action, &tangle)], &[allow(&action, &wide)]);
    assert_ne!(found.verdict, Verdict::NoNewAccess);
    // What takes everything in settles it at once.
    let found = compared(&[allow(&action, &all())], &[allow(&action, &tangle)]);
    assert_eq!(found.verdict, Verdict::NoNewAccess);
}

#[test]
fn long_patterns() {
    let action = ["s3:GetObject".to_owned()];
    let long = |times: usize| vec![format!("arn:aws:s3:::{}b", "*a".repeat(times))];
    let found = compared(
        &[allow(&action, &long(500))],
        &[allow(&action, &long(1_000))],
    );
    assert_eq!(found.verdict, Verdict::NoNewAccess);
    let found = compared(
        &[allow(&action, &long(1_000))],
        &[allow(&action, &long(500))],
    );
    assert_eq!(found.verdict, Verdict::NewAccess);
}

#[test]
fn many_statements() {
    let action = |at: usize| ["s3:GetObject", "sqs:*", "ec2:Describe*"][at % 3].to_owned();
    let statement = |at: usize| {
        let resource = format!("arn:aws:s3:::bucket-{}/{at}/*", at % 7);
        allow(&[action(at)], &[resource])
    };
    let old: Vec<Value> = (0..600).map(statement).collect();
    let mut new = old.clone();
    assert_eq!(compared(&old, &new).verdict, Verdict::NoNewAccess);
    new.push(allow(
        &[action(0)],
        &["arn:aws:s3:::bucket-0/601/*".to_owned()],
    ));
    assert_eq!(compared(&old, &new).verdict, Verdict::NewAccess);
}

#[test]
fn many_conditions() {
    let statement = |at: usize| {
        let mut one = allow(&["s3:GetObject".to_owned()], &all());
        one["Condition"] = json!({
            "StringEquals": {format!("t:k{}", at % 20): format!("v{at}")},
            "StringLike": {format!("t:k{}", (at + 1) % 20): format!("v{at}*")},
        });
        one
    };
    let old: Vec<Value> = (0..200).map(statement).collect();
    assert_eq!(compared(&old, &old).verdict, Verdict::NoNewAccess);
    let found = compared(&old, &[allow(&["s3:GetObject".to_owned()], &all())]);
    assert_eq!(found.verdict, Verdict::NewAccess);
}
