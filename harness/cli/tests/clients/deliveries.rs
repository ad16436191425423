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

const ENCRYPTED: &str = "import boto3, json, sys
sqs, sns, kms = boto3.client('sqs'), boto3.client('sns'), boto3.client('kms')
events = boto3.client('events')
account = '123456789012'
root = {'Effect': 'Allow', 'Principal': {'AWS': f'arn:aws:iam::{account}:root'},
        'Action': 'kms:*', 'Resource': '*'}
service = {'Effect': 'Allow', 'Principal': {'Service': ['sns.amazonaws.com', 'events.amazonaws.com']},
           'Action': sys.argv[1].split(','), 'Resource': '*',
           'Condition': {'StringEquals': {'aws:SourceAccount': account}}}
policy = {'Version': '2012-10-17', 'Statement': [root, service]}
key = kms.create_key(Policy=json.dumps(policy))['KeyMetadata']['KeyId']
key = sys.argv[2] if len(sys.argv) > 2 else key
allow = {'Version': '2012-10-17', 'Statement': {'Effect': 'Allow', 'Resource': '*', 'Action': 'sqs:SendMessage',
         'Principal': {'Service': ['sns.amazonaws.com', 'events.amazonaws.com']}}}
sqs.create_queue(QueueName='inbox', Attributes={'Policy': json.dumps(allow), 'KmsMasterKeyId': key})
queue = f'arn:aws:sqs:us-east-1:{account}:inbox'
topic = sns.create_topic(Name='news')['TopicArn']
sns.subscribe(TopicArn=topic, Protocol='sqs', Endpoint=queue)
events.put_rule(Name='all', EventPattern=json.dumps({'source': ['shop']}))
events.put_targets(Rule='all', Targets=[{'Id': 'q', 'Arn': queue}])
";

const PUBLISH_BOTH: &str = "import boto3
sqs, sns, events = boto3.client('sqs'), boto3.client('sns'), boto3.client('events')
sns.publish(TopicArn='arn:aws:sns:us-east-1:123456789012:news', Message='m')
events.put_events(Entries=[{'Source': 'shop', 'DetailType': 'd', 'Detail': '{}'}])
url = sqs.get_queue_url(QueueName='inbox')['QueueUrl']
print(len(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get('Messages', [])))
";

/// What is received from a queue whose key lets the services do these actions; the decisions of each
/// delivery, and what the summary says.
fn publish_encrypted(arguments: &str) -> (String, Vec<Vec<(String, String)>>, String) {
    let folder = TempDir::new().unwrap();
    let python = tools::installed("venv/bin/python").display().to_string();
    std::fs::write(folder.path().join("setup.py"), ENCRYPTED).unwrap();
    let setup = format!("'{python}' setup.py {arguments}");
    let output = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args([
            "record",
            "--role",
            "publisher",
            "--output",
            "recording.jsonl",
        ])
        .args(["--setup", &setup, "--", &python, "-c", PUBLISH_BOTH])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let decisions = deliveries(&folder).into_iter().map(|attempt| {
        let needs = attempt["requirements"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        needs
            .map(|need| (text(&need["action"]), text(&need["decision"]["kind"])))
            .collect()
    });
    (
        text(&output.stdout),
        decisions.collect(),
        text(&output.stderr),
    )
}

fn decisions(all: [(&str, &str); 3]) -> Vec<Vec<(String, String)>> {
    let one: Vec<_> = all
        .iter()
        .map(|(action, kind)| ((*action).to_owned(), (*kind).to_owned()))
        .collect();
    // Of SNS and of EventBridge.
    vec![one.clone(), one]
}

/// Source: SQS developer guide, "Configure KMS permissions for AWS services".
#[test]
fn the_key_of_an_encrypted_queue_has_to_let_the_service_in() {
    let (received, found, said) = publish_encrypted("kms:GenerateDataKey*,kms:Decrypt");
    let allowed = [
        ("sqs:SendMessage", "allow"),
        ("kms:GenerateDataKey", "allow"),
        ("kms:Decrypt", "allow"),
    ];
    assert_eq!(
        (received.as_str(), found),
        ("2\n", decisions(allowed)),
        "{said}"
    );

    let (received, found, said) = publish_encrypted("kms:GenerateDataKey*");
    let denied = [
        ("sqs:SendMessage", "allow"),
        ("kms:GenerateDataKey", "allow"),
        ("kms:Decrypt", "implicitDeny"),
    ];
    assert_eq!(
        (received.as_str(), found),
        ("0\n", decisions(denied)),
        "{said}"
    );
    // The publisher needs the key as well: that row says something else.
    let denied = "denied: no resource-based policy allows it";
    let mut rows = said
        .lines()
        .filter(|line| line.starts_with("  kms:Decrypt "));
    assert!(rows.any(|row| row.contains(denied)), "{said}");
}

/// Nobody can change the policy of a key of AWS's own, so that no other service gets in.
/// Source: SNS developer guide, "Enabling server-side encryption for an SNS topic with an encrypted
/// SQS queue subscribed".
#[test]
fn the_key_of_aws_for_queues_lets_no_service_in() {
    let (received, found, said) = publish_encrypted("kms:Decrypt alias/aws/sqs");
    let denied = [
        ("sqs:SendMessage", "allow"),
        ("kms:GenerateDataKey", "implicitDeny"),
        ("kms:Decrypt", "implicitDeny"),
    ];
    assert_eq!(
        (received.as_str(), found),
        ("0\n", decisions(denied)),
        "{said}"
    );
}
