//! What holds for every recording.

use std::collections::BTreeSet;

use proptest::{prelude::*, sample::select, test_runner::FileFailurePersistence};
use rolecall_catalog::Catalog;
use rolecall_policy::Action;
use rolecall_trace::{Participation, Recording};
use serde_json::Value;

use crate::{
    Exactness, FindingKind, PolicyFile, Report, VerifyOptions, generate,
    samples::{pairs, recording, take_part},
    verify,
    verify::existence,
};

const ACTIONS: [&str; 8] = [
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "sqs:SendMessage",
    "sns:Publish",
    "nobody:Knows",
];
const RESOURCES: [&str; 9] = [
    "*",
    "arn:aws:s3:::b",
    "arn:aws:s3:::b/k",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/?",
    "arn:aws:s3:::b/${aws:username}",
    "arn:aws:s3:::b/$$*{",
    "arn:aws:dynamodb:us-east-1:123456789012:table/t",
    "arn:aws:sqs:us-east-1:123456789012:q",
];
/// Allows everything, so that it takes part and blocks nothing.
const BOUNDARY: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

fn config() -> ProptestConfig {
    let full = std::env::var_os("ROLECALL_FULL").is_some();
    let persistence = Box::new(FileFailurePersistence::Off);
    ProptestConfig {
        cases: if full { 2000 } else { 48 },
        failure_persistence: Some(persistence),
        ..ProptestConfig::default()
    }
}

type Pairs = Vec<(&'static str, &'static str)>;

fn some_pairs() -> impl Strategy<Value = Pairs> {
    let action = select(ACTIONS.to_vec());
    let resource = select(RESOURCES.to_vec());
    prop::collection::vec((action, resource), 1..14)
}

fn recorded(of: &Pairs, bounded: bool) -> Recording {
    let mut recording = recording(pairs(of));
    if bounded {
        take_part(&mut recording, Participation::PermissionsBoundary, BOUNDARY);
    }
    recording
}

fn generated(recording: &Recording) -> Value {
    generate(recording, None, crate::Blocked::Refused)
        .unwrap()
        .remove(0)
        .documents
        .remove(0)
        .document
}

fn verified(recording: &Recording, policy: &Value) -> Report {
    let file = PolicyFile::parse("policy.json", &policy.to_string()).unwrap();
    let options = VerifyOptions {
        exactness: Exactness::Exact,
        ..VerifyOptions::default()
    };
    verify(recording, &[file], &options).unwrap()
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(one) => vec![one.clone()],
        list => list
            .as_array()
            .unwrap()
            .iter()
            .map(|t| t.as_str().unwrap().to_owned())
            .collect(),
    }
}

/// The pairs that a policy grants, read without our own evaluator.
fn granted(policy: &Value) -> BTreeSet<(String, String)> {
    let mut pairs = BTreeSet::new();
    for statement in policy["Statement"].as_array().unwrap() {
        for action in texts(&statement["Action"]) {
            for resource in texts(&statement["Resource"]) {
                let plain = resource.replace("${*}", "*").replace("${?}", "?");
                pairs.insert((action.clone(), plain.replace("${$}", "$")));
            }
        }
    }
    pairs
}

/// Every policy with one statement, action or resource less.
fn reduced(policy: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    let statements = policy["Statement"].as_array().unwrap();
    for (index, statement) in statements.iter().enumerate() {
        let mut without = policy.clone();
        without["Statement"].as_array_mut().unwrap().remove(index);
        if statements.len() > 1 {
            all.push(without);
        }
        for element in ["Action", "Resource"] {
            for item in 0..statement[element].as_array().map_or(0, Vec::len) {
                let mut without = policy.clone();
                without["Statement"][index][element]
                    .as_array_mut()
                    .unwrap()
                    .remove(item);
                all.push(without);
            }
        }
    }
    all
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_generated_policy_grants_the_recorded_pairs_and_no_other(
        of in some_pairs(),
        bounded in any::<bool>(),
    ) {
        let everywhere = |action: &str| of.contains(&(action, "*"));
        let needed = of.iter().filter(|(action, resource)| *resource == "*" || !everywhere(action));
        let needed: BTreeSet<_> =
            needed.map(|(action, resource)| ((*action).to_owned(), (*resource).to_owned())).collect();
        prop_assert_eq!(granted(&generated(&recorded(&of, bounded))), needed);
    }

    #[test]
    fn a_generated_policy_has_no_finding_and_any_less_of_it_is_missing(
        of in some_pairs(),
        bounded in any::<bool>(),
    ) {
        let recording = recorded(&of, bounded);
        let policy = generated(&recording);
        let report = verified(&recording, &policy);
        prop_assert!(report.findings.is_empty(), "{}", report.to_text());
        for less in reduced(&policy) {
            let report = verified(&recording, &less);
            prop_assert!(report.count(FindingKind::Missing) > 0, "{less}");
        }
    }

    #[test]
    fn the_order_of_a_recording_changes_nothing(of in some_pairs().prop_shuffle()) {
        let mut sorted = of.clone();
        sorted.sort_unstable();
        prop_assert_eq!(generated(&recorded(&of, false)), generated(&recorded(&sorted, false)));
    }

    #[test]
    fn what_is_found_unused_can_be_taken_out_together(
        of in some_pairs(),
        more in some_pairs(),
    ) {
        let recording = recorded(&of, false);
        let both = [of, more].concat();
        let wide = generated(&recorded(&both, false));
        let report = verified(&recording, &wide);
        prop_assert_eq!(report.count(FindingKind::Missing), 0);
        // Only what the recording needs is left without a finding, and pairs that cannot be: no object
        // is asked for on a bucket's ARN.
        let clean = report.findings.is_empty();
        let (wide, needed) = (granted(&wide), granted(&generated(&recording)));
        let spare = wide.difference(&needed).any(|(action, resource)| {
            let action = Action::parse(action).unwrap();
            existence::can_be(Catalog::embedded(), &action, resource)
        });
        prop_assert!(!(clean && spare), "{:?} beyond {:?}", wide, needed);
        prop_assert!(clean || wide != needed, "{}", report.to_text());
    }
}
