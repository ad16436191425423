//! Answers from a file with boto3: results, errors, throttles, delays, and what is recorded of them.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::Server;
use crate::tools;

const ANSWERS: &str = r#"
[[answer]]
service = "dynamodb"
operation = "GetItem"
when.TableName = "orders-*"
[[answer.then]]
throttle = true
times = 2
[[answer.then]]
output.Item.pk.S = "1"

[[answer]]
service = "ssm"
operation = "GetParameter"
[[answer.then]]
error.code = "ParameterNotFound"
error.message = "gone"

[[answer]]
service = "s3"
operation = "GetObject"
[[answer.then]]
output.Body = "aGVsbG8="

[[answer]]
service = "xray"
operation = "GetSamplingRules"
[[answer.then]]
delay-ms = 300

[[answer]]
service = "sqs"
operation = "ListQueues"
[[answer.then]]
error.code = "ServiceUnavailable"
error.status = 503
"#;

#[test]
fn a_file_answers_and_the_recording_says_so() {
    let folder = TempDir::new().unwrap();
    let (file, recording) = (
        folder.path().join("answers.toml"),
        folder.path().join("r.jsonl"),
    );
    fs::write(&file, ANSWERS).unwrap();
    let options = [
        "--answers",
        file.to_str().unwrap(),
        "--recording",
        recording.to_str().unwrap(),
    ];
    let server = Server::with(&options);
    let found = tools::document(&mut tools::python(
        "canned.py",
        &server.endpoint,
        &server.administrator,
        server.folder.path(),
    ));
    let expected = json!({
        "throttled twice": {"ok": [{"pk": {"S": "1"}}, 2]},
        // What no entry is for is answered as without the file: there is no table.
        "another table": {
            "code": "ResourceNotFoundException",
            "message": "Requested resource not found",
            "status": 400,
        },
        "a modelled error": {"code": "ParameterNotFound", "message": "gone", "status": 400},
        "a payload": {"ok": "hello"},
        "late": {"ok": [[], true]},
        // 503 is tried again as often as the client may.
        "down": {"ok": ["ServiceUnavailable", 3]},
    });
    for (name, outcome) in expected.as_object().unwrap() {
        assert_eq!(found[name], *outcome, "{name}");
    }
    let (status, log) = server.terminate();
    assert_eq!(status.code(), Some(0), "{log}");
    assert_eq!(
        recorded(&fs::read_to_string(recording).unwrap()),
        attempts()
    );
}

/// Operation, who answered, what it came to and the error, of each attempt.
fn recorded(text: &str) -> Vec<[String; 4]> {
    let lines = text.lines().filter(|line| !line.is_empty());
    let lines = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    let attempts = lines.filter_map(|mut line| Some(line.get_mut("attempt")?.take()));
    attempts
        .map(|attempt| {
            ["operation", "answeredBy", "outcome", "error"]
                .map(|name| attempt[name].as_str().unwrap_or("").to_owned())
        })
        .collect()
}

fn attempts() -> Vec<[String; 4]> {
    let throttled = [
        "GetItem",
        "canned",
        "failed",
        "ProvisionedThroughputExceededException",
    ];
    let down = ["ListQueues", "canned", "failed", "ServiceUnavailable"];
    let expected = [
        throttled,
        throttled,
        ["GetItem", "canned", "answered", ""],
        ["GetItem", "embedded", "failed", "ResourceNotFoundException"],
        ["GetParameter", "canned", "failed", "ParameterNotFound"],
        ["GetObject", "canned", "answered", ""],
        // The entry only makes it late: who answers is who answers without it.
        ["GetSamplingRules", "synthesised", "answered", ""],
        down,
        down,
        down,
        down,
    ];
    expected.map(|attempt| attempt.map(str::to_owned)).to_vec()
}
