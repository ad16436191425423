//! The AWS CLI v1.

use serde_json::{Value, json};

use crate::server::{Keys, Server};
use crate::{answers, tools};

const QUEUES: &str = "https://sqs.us-east-1.amazonaws.com/123456789012";

/// What a command printed, or what it complained of.
fn outcome(server: &Server, keys: &Keys, arguments: &[&str]) -> Value {
    let output = tools::aws(server, keys).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if output.status.success() {
        let printed = if output.stdout.is_empty() {
            b"null"
        } else {
            &output.stdout[..]
        };
        return serde_json::from_slice(printed).unwrap();
    }
    let Some((code, message)) = said
        .strip_prefix("An error occurred (")
        .and_then(|rest| rest.split_once(") when calling the "))
        .and_then(|(code, rest)| Some((code, rest.split_once(" operation: ")?.1)))
    else {
        panic!("{arguments:?}: {said}")
    };
    json!({"code": code, "message": message})
}

#[test]
fn every_protocol_allows() {
    let server = Server::start();
    let keys = tools::set_up_server(&server).client;
    let of = |arguments: &[&str]| outcome(&server, &keys, arguments);
    assert_eq!(of(&["sts", "get-caller-identity"])["Arn"], answers::CALLER);
    let role = of(&["iam", "get-role", "--role-name", "sdk"]);
    assert_eq!(role["Role"]["Arn"], "arn:aws:iam::123456789012:role/sdk");
    let parameter = of(&["ssm", "get-parameter", "--name", "open"]);
    assert_eq!(parameter["Parameter"]["Value"], "the open parameter");
    let queue = format!("{QUEUES}/open");
    of(&[
        "sqs",
        "send-message",
        "--queue-url",
        &queue,
        "--message-body",
        "a & <b>",
    ]);
    let received = of(&["sqs", "receive-message", "--queue-url", &queue]);
    assert_eq!(received["Messages"][0]["Body"], "a & <b>");
    assert_eq!(of(&["lambda", "list-functions"]), json!({"Functions": []}));
    assert_eq!(of(&["ec2", "describe-regions"])["code"], Value::Null);
    let download = [
        "s3api",
        "get-object",
        "--bucket",
        "sdk-open",
        "--key",
        "hello.txt",
        "download",
    ];
    assert_eq!(of(&download)["ContentLength"], 5);
    let downloaded = std::fs::read_to_string(server.folder.path().join("download")).unwrap();
    assert_eq!(downloaded, "hello");
}

#[test]
fn every_protocol_denies() {
    let server = Server::start();
    let keys = tools::set_up_server(&server).client;
    let closed = format!("{QUEUES}/closed");
    let role = "arn:aws:iam::123456789012:role/closed";
    let topic = "arn:aws:sns:us-east-1:123456789012:closed";
    let item = r#"{"pk": {"S": "1"}}"#;
    let calls: [(&str, &[&str]); 10] = [
        (
            "sts denied",
            &[
                "sts",
                "assume-role",
                "--role-arn",
                role,
                "--role-session-name",
                "next",
            ],
        ),
        ("iam denied", &["iam", "list-users"]),
        (
            "sns denied",
            &["sns", "publish", "--topic-arn", topic, "--message", "m"],
        ),
        (
            "sqs denied",
            &[
                "sqs",
                "send-message",
                "--queue-url",
                &closed,
                "--message-body",
                "m",
            ],
        ),
        (
            "dynamodb denied",
            &[
                "dynamodb",
                "put-item",
                "--table-name",
                "closed",
                "--item",
                item,
            ],
        ),
        ("ssm denied", &["ssm", "get-parameter", "--name", "closed"]),
        (
            "s3 denied",
            &[
                "s3api",
                "get-object",
                "--bucket",
                "sdk-closed",
                "--key",
                "hello.txt",
                "none",
            ],
        ),
        (
            "lambda denied",
            &["lambda", "get-function", "--function-name", "closed"],
        ),
        ("ec2 denied", &["ec2", "describe-instances"]),
        (
            "cloudwatch denied",
            &["cloudwatch", "get-dashboard", "--dashboard-name", "closed"],
        ),
    ];
    let mut expected = answers::conversation();
    expected.retain(|name, _| calls.iter().any(|(call, _)| call == name));
    // The CLI does not print the status.
    for value in expected.values_mut() {
        value.as_object_mut().unwrap().remove("status");
    }
    let found = calls.map(|(name, arguments)| (name, outcome(&server, &keys, arguments)));
    answers::compare(&json!(std::collections::BTreeMap::from(found)), &expected);
}
