//! Authorizations that AWS was seen to make: each case describes the call and what was denied in it.
//!
//! `fixtures/observed/cases.json` has the cases, `unmet.json` those that are not met, with the reason.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing"
)]

use std::collections::{BTreeMap, BTreeSet};

use rolecall_resolve::{Answer, Question, resolve};
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The thread in which somebody shows the denial.
    #[serde(rename = "source")]
    _source: String,
    /// What is known of the request.
    #[serde(rename = "hint")]
    _hint: String,
    expect: Expected,
    service: String,
    operation: String,
    parameters: Map<String, Value>,
    region: Option<String>,
    account: Option<String>,
    caller: Option<String>,
    resources: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    action: String,
    /// Not given where AWS's message names none.
    resource: Option<String>,
}

/// Names of cases, or sources, with the reason.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unmet {
    unmet: BTreeMap<String, String>,
    #[serde(rename = "not calls")]
    _not_calls: BTreeMap<String, String>,
}

#[test]
fn what_aws_was_seen_to_authorize_is_required() {
    let cases: Vec<Case> = read(include_str!("../../../fixtures/observed/cases.json"));
    let Unmet { unmet, .. } = read(include_str!("../../../fixtures/observed/unmet.json"));
    assert!(cases.len() > 100, "only {} cases", cases.len());
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len(), "two cases have one name");
    let mut problems: Vec<String> = unmet
        .keys()
        .filter(|name| !names.contains(name.as_str()))
        .map(|name| format!("{name} is no case"))
        .collect();
    let mut met = 0;
    for case in &cases {
        match (outcome(case), unmet.get(&case.name)) {
            (Ok(()), None) => met += 1,
            (Ok(()), Some(_)) => problems.push(format!("{} is met, and yet listed", case.name)),
            (Err(_), Some(_)) => {}
            (Err(found), None) => problems.push(found),
        }
    }
    println!("{met} of {} are met", cases.len());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn read<T: for<'de> Deserialize<'de>>(text: &str) -> T {
    serde_json::from_str(text).expect("the fixture is JSON of this form")
}

fn outcome(case: &Case) -> Result<(), String> {
    let answer = resolve(&question(case)).map_err(|error| format!("{}: {error}", case.name))?;
    let found = answer.requirements.iter().any(|requirement| {
        requirement.action == case.expect.action
            && case
                .expect
                .resource
                .as_ref()
                .is_none_or(|resource| *resource == requirement.resource)
    });
    if found {
        return Ok(());
    }
    Err(format!(
        "{}: not {} on {}, but{}",
        case.name,
        case.expect.action,
        case.expect.resource.as_deref().unwrap_or("anything"),
        shown(&answer)
    ))
}

fn shown(answer: &Answer) -> String {
    let pairs = answer
        .requirements
        .iter()
        .map(|r| format!("\n    {} on {}", r.action, r.resource));
    pairs.collect()
}

fn question(case: &Case) -> Question {
    let mut question = serde_json::json!({
        "service": case.service,
        "operation": case.operation,
        "parameters": case.parameters,
    });
    let members = [
        ("region", case.region.clone().map(Value::from)),
        ("account", case.account.clone().map(Value::from)),
        ("caller", case.caller.clone().map(Value::from)),
        ("resources", case.resources.clone()),
    ];
    for (name, value) in members {
        if let Some(value) = value {
            question[name] = value;
        }
    }
    serde_json::from_value(question).expect("a question")
}
