//! `rolecall resolve`: JSON Lines in, JSON Lines out, and rules explained.
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::{
    io::Write as _,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

fn resolve(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .arg("resolve")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn each_line_has_its_answer_in_order() {
    let input = r#"{"id":"first","service":"lambda","operation":"Invoke","parameters":{"FunctionName":"f","Payload":"{}"},"region":"eu-west-1"}
{"id":"second","service":"lamda","operation":"Invoke"}

{"id":"third","service":"states","operation":"StartSyncExecution","parameters":{"stateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:m"}}
"#;
    let output = resolve(&[], input);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "rolecall: 1 of 3 calls cannot be resolved\n"
    );
    let answers: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let ids: Vec<&str> = answers.iter().filter_map(|a| a["id"].as_str()).collect();
    assert_eq!(ids, ["first", "second", "third"]);
    let first = &answers[0]["requirements"][0];
    assert_eq!(first["action"], "lambda:InvokeFunction");
    assert_eq!(
        first["resource"],
        "arn:aws:lambda:eu-west-1:123456789012:function:f"
    );
    assert_eq!(
        answers[1]["error"],
        "there is no service `lamda`; `lambda` is the nearest"
    );
    assert_eq!(
        answers[2]["requirements"][0]["action"],
        "states:StartSyncExecution"
    );
}

#[test]
fn good_lines_alone_are_a_success() {
    let line = r#"{"service":"sts","operation":"GetCallerIdentity"}"#;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calls.jsonl");
    std::fs::write(&file, line).unwrap();
    let output = resolve(&["--input", file.to_str().unwrap()], "");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        answer["requirements"][0]["provenance"]["action"],
        "none-needed"
    );
    assert_eq!(answer["id"], Value::Null);
}

#[test]
fn a_rule_is_explained_and_what_is_unknown_refused() {
    let output = resolve(&["dynamodb", "TransactWriteItems"], "");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let explained = text(&output.stdout);
    assert!(
        explained.contains("for each item in TransactItems[].ConditionCheck"),
        "{explained}"
    );
    assert!(
        explained.contains("dynamodb:LeadingKeys (dynamodb.toml:"),
        "{explained}"
    );
    let refused = [
        (
            vec!["dynamodb", "GetItems"],
            "`dynamodb` has no operation `GetItems`; `GetItem` is the nearest",
        ),
        (vec!["dynamodb"], "<OPERATION>"),
        (
            vec!["--input", "/nowhere/calls.jsonl"],
            "cannot read `/nowhere/calls.jsonl`",
        ),
    ];
    for (arguments, expected) in refused {
        let output = resolve(&arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            text(&output.stderr).contains(expected),
            "{}",
            text(&output.stderr)
        );
        assert_eq!(text(&output.stdout), "");
    }
}
