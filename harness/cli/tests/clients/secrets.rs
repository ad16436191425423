//! Invariant 5: no secret reaches a log, a recording or a report.
//!
//! Everything that is secret here is a marker, or was just made: each way that it can go is gone,
//! successes, denials, failures and bad input, with the most talkative log; then all that was
//! written is searched.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::raw::Answer;
use crate::server::{Keys, Server};
use crate::signed::Request;

const MARKER: &str = "marker-9b1f6c2e";

fn text(answer: &Answer, element: &str) -> Option<String> {
    let text = answer.text();
    let (_, from) = text.split_once(&format!("<{element}>"))?;
    from.split_once('<').map(|(text, _)| text.to_owned())
}

fn keys(answer: &Answer) -> Keys {
    let text_of = |element| text(answer, element).unwrap_or_else(|| panic!("{}", answer.text()));
    Keys {
        id: text_of("AccessKeyId"),
        secret: text_of("SecretAccessKey"),
        token: text(answer, "SessionToken"),
    }
}

fn form(server: &Server, by: &Keys, service: &str, body: &str) -> Answer {
    Request::form(service, body.as_bytes()).send(server.address(), by)
}

/// A user's key and a session of a role, as the API hands them out.
fn made(server: &Server) -> [Keys; 2] {
    let by = &server.administrator;
    form(
        server,
        by,
        "iam",
        "Action=CreateUser&Version=2010-05-08&UserName=u",
    );
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}"#;
    let role = format!(
        "Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument={}",
        trust
            .replace('{', "%7B")
            .replace('}', "%7D")
            .replace('"', "%22")
    );
    form(server, by, "iam", &role);
    let key = "Action=CreateAccessKey&Version=2010-05-08&UserName=u";
    let session = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=session&\
                   RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fr";
    [
        keys(&form(server, by, "iam", key)),
        keys(&form(server, by, "sts", session)),
    ]
}

/// What a program says and stores that nobody else should read.
fn secret_calls() -> Vec<Request<'static>> {
    let json = |service, target, body: String| Request::json(service, target, body.as_bytes());
    let object = |path, body: &[u8]| Request {
        service: "s3",
        method: "PUT",
        path,
        headers: Vec::new(),
        body: body.to_vec(),
    };
    let create = r#"{"TableName":"orders","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}"#;
    let item =
        format!(r#"{{"TableName":"orders","Item":{{"id":{{"S":"1"}},"v":{{"S":"{MARKER}"}}}}}}"#);
    let key = format!(r#"{{"TableName":"orders","Key":{{"id":{{"S":"{MARKER}"}}}}}}"#);
    vec![
        json(
            "secretsmanager",
            "secretsmanager.CreateSecret",
            format!(
                r#"{{"Name":"s","SecretString":"{MARKER}","ClientRequestToken":"00000000-0000-0000-0000-000000000000"}}"#
            ),
        ),
        json(
            "secretsmanager",
            "secretsmanager.GetSecretValue",
            r#"{"SecretId":"s"}"#.to_owned(),
        ),
        json(
            "ssm",
            "AmazonSSM.PutParameter",
            format!(r#"{{"Name":"/p","Value":"{MARKER}","Type":"SecureString"}}"#),
        ),
        json(
            "ssm",
            "AmazonSSM.GetParameter",
            r#"{"Name":"/p","WithDecryption":true}"#.to_owned(),
        ),
        json(
            "dynamodb",
            "DynamoDB_20120810.CreateTable",
            create.to_owned(),
        ),
        json("dynamodb", "DynamoDB_20120810.PutItem", item),
        json("dynamodb", "DynamoDB_20120810.GetItem", key),
        json(
            "sqs",
            "AmazonSQS.CreateQueue",
            r#"{"QueueName":"q"}"#.to_owned(),
        ),
        json(
            "sqs",
            "AmazonSQS.SendMessage",
            format!(r#"{{"QueueUrl":"http://127.0.0.1/123456789012/q","MessageBody":"{MARKER}"}}"#),
        ),
        object("/bucket-of-secrets", b""),
        object("/bucket-of-secrets/o", MARKER.as_bytes()),
        // Not here: synthesised, with the same care.
        json(
            "kms",
            "TrentService.Encrypt",
            format!(r#"{{"KeyId":"alias/a","Plaintext":"{MARKER}"}}"#),
        ),
        // Nothing of a body that cannot be read is shown either.
        json(
            "secretsmanager",
            "secretsmanager.PutSecretValue",
            format!(r#"{{"SecretId":"s","SecretString":"{MARKER}"#),
        ),
        json(
            "ssm",
            "AmazonSSM.PutParameter",
            format!(r#"{{"Name":"/p","Value":["{MARKER}"],"Type":5}}"#),
        ),
        Request::form(
            "iam",
            format!("Action=Nothing&Version=2010-05-08&Password={MARKER}").as_bytes(),
        ),
    ]
}

/// What the commands that read a recording write.
fn reports(folder: &Path) -> Vec<(String, String)> {
    let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
    fs::write(folder.join("policy.json"), policy).unwrap();
    let verify = ["verify", "--policy", "policy.json", "--role", "r"];
    [
        vec!["generate"],
        verify.to_vec(),
        [&verify[..], &["--format", "json"]].concat(),
    ]
    .into_iter()
    .map(|arguments| {
        let output = Command::new(env!("CARGO_BIN_EXE_rolecall"))
            .args(["--log", "trace"])
            .args(&arguments)
            .arg("recording.jsonl")
            .current_dir(folder)
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        (arguments.join(" "), String::from_utf8(text).unwrap())
    })
    .collect()
}

#[test]
fn no_secret_is_written_anywhere() {
    let server = Server::with(&[
        "--recording",
        "recording.jsonl",
        "--log",
        "trace",
        "--redact",
        "dynamodb:LeadingKeys",
    ]);
    let made = made(&server);
    let mut statuses = Vec::new();
    for by in [&server.administrator, &made[0], &made[1]] {
        for call in secret_calls() {
            statuses.push(call.send(server.address(), by).status);
        }
        // A wrong secret, and a token that is nobody's.
        let foreign = Keys {
            secret: MARKER.to_owned(),
            ..by.clone()
        };
        let session = Keys {
            token: Some(MARKER.to_owned()),
            ..by.clone()
        };
        for wrong in [foreign, session] {
            let who = "Action=GetCallerIdentity&Version=2011-06-15";
            assert_eq!(form(&server, &wrong, "sts", who).status, 403);
        }
    }
    // All three ends were reached: a success, a denial, a failure.
    assert!(
        statuses.contains(&200) && statuses.contains(&400),
        "{statuses:?}"
    );

    let folder = server.folder.path().to_owned();
    let flushed = Request::form("sts", b"Action=GetCallerIdentity&Version=2011-06-15");
    flushed.send(server.address(), &server.administrator);
    let copy = tempfile::TempDir::new().unwrap();
    let recording = copy.path().join("recording.jsonl");
    fs::hard_link(folder.join("recording.jsonl"), &recording).unwrap();
    let secrets = [
        server.administrator.secret.clone(),
        made[0].secret.clone(),
        made[1].secret.clone(),
        made[1].token.clone().expect("a session has a token"),
        MARKER.to_owned(),
    ];
    let (status, log) = server.terminate();
    assert_eq!(status.code(), Some(0), "{log}");

    let mut written = vec![
        ("the log".to_owned(), log),
        (
            "the recording".to_owned(),
            fs::read_to_string(&recording).unwrap(),
        ),
    ];
    written.extend(reports(copy.path()));
    let attempts = written[1].1.lines().filter(|line| {
        serde_json::from_str::<Value>(line).is_ok_and(|line| line.get("attempt").is_some())
    });
    let redacted = r#""dynamodb:LeadingKeys":{"redacted":["#;
    assert!(written[1].1.contains(redacted), "{}", written[1].1);
    assert!(attempts.count() > 30, "{}", written[1].1);
    for (what, text) in &written {
        for secret in &secrets {
            assert!(
                !text.contains(secret.as_str()),
                "`{secret}` is in {what}:\n{text}"
            );
        }
    }
}
