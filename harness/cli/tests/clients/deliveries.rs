//! A delivery between services that is not allowed: not made, recorded, and told.

use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::tools;

const SET_UP: &str = "import boto3, sys
sqs, sns = boto3.client('sqs'), boto3.client('sns')
policy = {'Policy': sys.argv[1]} if sys.argv[1] else {}
sqs.create_queue(QueueName='inbox', Attributes=policy)
topic = sns.create_topic(Name='news')['TopicArn']
queue = 'arn:aws:sqs:us-east-1:123456789012:inbox'
sns.subscribe(TopicArn=topic, Protocol='sqs', Endpoint=queue)
";

const PUBLISH: &str = "import boto3
sqs, sns = boto3.client('sqs'), boto3.client('sns')
sns.publish(TopicArn='arn:aws:sns:us-east-1:123456789012:news', Message='m')
url = sqs.get_queue_url(QueueName='inbox')['QueueUrl']
print(len(sqs.receive_message(QueueUrl=url).get('Messages', [])))
";

/// Publishes to a topic that a queue with this policy has subscribed to.
fn publish(policy: &str, folder: &TempDir) -> Output {
    let python = tools::installed("venv/bin/python").display().to_string();
    std::fs::write(folder.path().join("setup.py"), SET_UP).unwrap();
    let setup = format!("'{python}' setup.py '{policy}'");
    Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args([
            "record",
            "--role",
            "publisher",
            "--output",
            "recording.jsonl",
        ])
        .args(["--setup", &setup, "--", &python, "-c", PUBLISH])
        .current_dir(folder.path())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The attempts of the service itself.
fn deliveries(folder: &TempDir) -> Vec<Value> {
    let lines = std::fs::read_to_string(folder.path().join("recording.jsonl")).unwrap();
    let lines = lines.lines().filter(|line| !line.is_empty());
    let attempts = lines.filter_map(|line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        Some(line.get_mut("attempt")?.take())
    });
    attempts
        .filter(|attempt| attempt.to_string().contains("aws:PrincipalServiceName"))
        .collect()
}

#[test]
fn without_a_queue_policy_nothing_is_delivered_and_the_summary_says_so() {
    let folder = TempDir::new().unwrap();
    let output = publish("", &folder);
    let said = text(&output.stderr);
    assert_eq!(text(&output.stdout), "0\n", "{said}");
    assert!(said.contains("sns.amazonaws.com: 1 call"), "{said}");
    let row = said
        .lines()
        .find(|line| line.starts_with("  sqs:SendMessage ") && line.contains(":inbox"));
    let row = row.unwrap_or_else(|| panic!("{said}"));
    assert!(
        row.contains("denied: no resource-based policy allows it"),
        "{row}"
    );
    let deliveries = deliveries(&folder);
    assert_eq!(deliveries.len(), 1);
    assert_eq!(deliveries[0]["outcome"], "denied");
    assert_eq!(deliveries[0]["operation"], "SendMessage");
}

#[test]
fn with_one_it_is_delivered() {
    let folder = TempDir::new().unwrap();
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:us-east-1:123456789012:news"},"StringEquals":{"aws:SourceAccount":"123456789012"}}}}"#;
    let output = publish(policy, &folder);
    let said = text(&output.stderr);
    assert_eq!(text(&output.stdout), "1\n", "{said}");
    let deliveries = deliveries(&folder);
    assert_eq!(deliveries.len(), 1);
    assert_eq!(deliveries[0]["outcome"], "answered");
}
