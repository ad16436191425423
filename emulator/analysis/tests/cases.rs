//! The cases in `fixtures/analysis`: specification and test at once.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::{fs, path::Path, sync::Arc};

use rolecall_analysis::{
    access::{Access, granted, public},
    actions::{expand, shrink},
    compare::{CompareError, CompareOptions, Comparison, NewAccess, Question, compare},
};
use rolecall_policy::{Policy, PolicyKind};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases<T> {
    cases: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CompareCase {
    name: String,
    r#type: PolicyKind,
    old: Vec<Value>,
    new: Vec<Value>,
    verdict: String,
    cause: Option<String>,
    example: Option<Example>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GrantedCase {
    name: String,
    #[expect(dead_code, reason = "for the reader")]
    source: Option<String>,
    r#type: PolicyKind,
    policy: Value,
    actions: Vec<String>,
    resources: Vec<String>,
    verdict: String,
    example: Option<Example>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PublicCase {
    name: String,
    #[expect(dead_code, reason = "for the reader")]
    source: String,
    policy: Value,
    verdict: String,
    statement: Option<usize>,
}

/// What one of the examples has to be; what is not given does not matter.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Example {
    action: Option<String>,
    in_catalog: Option<bool>,
    resource: Option<String>,
    principal_arn: Option<String>,
    bounded: Option<bool>,
    context: Option<Map<String, Value>>,
    old_decision: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpandCase {
    pattern: String,
    actions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShrinkCase {
    actions: Vec<String>,
    patterns: Vec<String>,
    fewest: bool,
}

fn read<T: DeserializeOwned>(name: &str) -> Vec<T> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/analysis");
    let text = fs::read_to_string(folder.join(name)).unwrap();
    let cases: Cases<T> = serde_json::from_str(&text).unwrap();
    assert!(!cases.cases.is_empty());
    cases.cases
}

fn parse(kind: PolicyKind, documents: &[Value]) -> Vec<Arc<Policy>> {
    let parse = |(number, document): (usize, &Value)| {
        let name = format!("policy-{number}");
        Arc::new(Policy::parse(&name, kind, &document.to_string()).unwrap())
    };
    documents.iter().enumerate().map(parse).collect()
}

/// What a case expects and does not get, in words.
fn differences(found: &Comparison, verdict: &str, example: Option<&Example>) -> Option<String> {
    let json = found.to_json(Question::NewAccess);
    let fits = |expected: &Example| found.new_access.iter().any(|one| is_like(one, expected));
    let right = json["verdict"] == verdict && example.is_none_or(fits);
    (!right).then(|| format!("{json:#}"))
}

fn is_like(one: &NewAccess, expected: &Example) -> bool {
    let same = |expected: &Option<String>, found: &str| {
        expected.as_ref().is_none_or(|expected| expected == found)
    };
    let old = json!(one.old_decision);
    same(&expected.action, one.action.as_str())
        && same(&expected.resource, &one.resource)
        && same(&expected.principal_arn, &one.principal.arn)
        && same(&expected.old_decision, old.as_str().unwrap())
        && expected.in_catalog.is_none_or(|is| is == one.in_catalog)
        && expected
            .bounded
            .is_none_or(|is| is == one.has_permissions_boundary)
        && expected
            .context
            .as_ref()
            .is_none_or(|context| json!(context) == json!(one.context))
}

fn report(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn compares() {
    let mut wrong = Vec::new();
    for case in read::<CompareCase>("compare.json") {
        let (old, new) = (parse(case.r#type, &case.old), parse(case.r#type, &case.new));
        let found = compare(&old, &new, &CompareOptions::default()).unwrap();
        let difference = differences(&found, &case.verdict, case.example.as_ref());
        wrong.extend(difference.map(|text| format!("{}: {text}", case.name)));
        let causes: Vec<Value> = found.unknown.iter().map(|one| json!(one.cause)).collect();
        if let Some(cause) = &case.cause {
            assert!(causes.contains(&json!(cause)), "{}: {causes:?}", case.name);
        }
    }
    report(&wrong);
}

#[test]
fn says_what_is_granted() {
    let mut wrong = Vec::new();
    for case in read::<GrantedCase>("granted.json") {
        let policies = parse(case.r#type, &[case.policy]);
        let access = Access {
            actions: case.actions,
            resources: case.resources,
        };
        let found = granted(&policies, &access, &CompareOptions::default()).unwrap();
        let difference = differences(&found, &case.verdict, case.example.as_ref());
        wrong.extend(difference.map(|text| format!("{}: {text}", case.name)));
    }
    report(&wrong);
}

#[test]
fn says_what_is_public() {
    let mut wrong = Vec::new();
    for case in read::<PublicCase>("public.json") {
        let policies = parse(PolicyKind::Resource, &[case.policy]);
        let found = public(&policies[0], &CompareOptions::default()).unwrap();
        let difference = differences(&found, &case.verdict, None);
        wrong.extend(difference.map(|text| format!("{}: {text}", case.name)));
        if let Some(statement) = case.statement {
            let named = found.new_access.iter().map(|one| one.allowed_by.statement);
            assert_eq!(named.collect::<Vec<_>>(), [statement], "{}", case.name);
        }
    }
    report(&wrong);
}

#[test]
fn refuses_what_cannot_be_compared() {
    let identity = r#"{"Version": "2012-10-17", "Statement":
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;
    let resource = identity.replace("\"Effect\"", "\"Principal\": \"*\", \"Effect\"");
    let parse = |kind, text: &str| Arc::new(Policy::parse("policy", kind, text).unwrap());
    let identity = [parse(PolicyKind::Identity, identity)];
    let resource = [parse(PolicyKind::Resource, &resource)];
    let options = CompareOptions::default();
    let error = |old: &[Arc<Policy>], new: &[Arc<Policy>]| compare(old, new, &options).unwrap_err();
    assert_eq!(error(&identity, &resource), CompareError::DifferentKinds);
    let twice = [&resource[..], &resource[..]].concat();
    assert_eq!(
        error(&resource, &twice),
        CompareError::SeveralResourcePolicies(2)
    );
    let found = public(&identity[0], &options);
    assert_eq!(found.unwrap_err(), CompareError::UnsupportedKind);
}

#[test]
fn expands() {
    for case in read::<ExpandCase>("expand.json") {
        let actions = expand(&case.pattern).actions;
        let actions: Vec<String> = actions.iter().map(ToString::to_string).collect();
        assert_eq!(actions, case.actions, "{}", case.pattern);
    }
}

#[test]
fn shrinks() {
    for case in read::<ShrinkCase>("shrink.json") {
        let shrunk = shrink(&case.actions).unwrap();
        assert_eq!(
            (shrunk.patterns, shrunk.fewest),
            (case.patterns, case.fewest)
        );
    }
}

/// What was shrunk expands to the same again, for every service.
#[test]
fn shrinking_loses_and_adds_nothing() {
    for service in ["s3", "sqs", "iam", "dynamodb", "lambda"] {
        let all = expand(&format!("{service}:*")).actions;
        for step in [2, 3, 5] {
            let some: Vec<String> = all.iter().step_by(step).map(ToString::to_string).collect();
            let shrunk = shrink(&some).unwrap();
            let again = shrunk.patterns.iter().flat_map(|one| expand(one).actions);
            let mut again: Vec<String> = again.map(|one| one.to_string()).collect();
            again.sort();
            again.dedup();
            let mut expected = some.clone();
            expected.sort();
            assert_eq!(again, expected, "{service}");
        }
    }
}
