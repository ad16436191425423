//! What passed through to an upstream decides what later calls need.

use std::fs;

use serde_json::Value;

use crate::server::Server;
use crate::tools;
use crate::upstreams::{attempts, ministack, moto};

/// Action and resource of each requirement of the calls of an operation, call by call, and what is not known.
fn needs(attempts: &[Value], operation: &str) -> Vec<(Vec<String>, Vec<String>)> {
    let calls = attempts.iter().filter(|a| {
        let name = [&a["service"], &a["operation"]].map(|part| part.as_str().unwrap_or_default());
        name.join(".") == operation
    });
    let needs = calls.map(|attempt| {
        let all = attempt["requirements"].as_array().unwrap();
        let pairs = all.iter().map(|r| {
            format!(
                "{} {}",
                r["action"].as_str().unwrap(),
                r["resource"].as_str().unwrap()
            )
        });
        let unknown = all
            .iter()
            .flat_map(|r| r["unknownFacts"].as_array().into_iter().flatten());
        let unknown = unknown.map(|fact| fact.as_str().unwrap().to_owned());
        (pairs.collect(), unknown.collect())
    });
    needs.collect()
}

fn state_is_followed(backend: &str) {
    let options = [
        "--mode",
        "record",
        "--backend",
        backend,
        "--recording",
        "recording.jsonl",
    ];
    let server = Server::with(&options);
    let folder = server.folder.path().to_owned();
    let mut command = tools::python("state.py", &server.endpoint, &server.administrator, &folder);
    let ids = tools::document(&mut command);
    let copy = tempfile::TempDir::new().unwrap();
    let to = copy.path().join("copy");
    fs::hard_link(folder.join(options[5]), &to).unwrap();
    let (status, log) = server.terminate();
    assert_eq!(status.code(), Some(0), "{log}");
    let attempts = attempts(&fs::read_to_string(to).unwrap());
    let id = |name: &str| ids[name].as_str().unwrap();
    let (key, other, secret) = (id("key"), id("other"), id("secret"));
    let queue = "sqs:SendMessage arn:aws:sqs:us-east-1:123456789012:state".to_owned();
    let under = |key: &str| {
        vec![
            queue.clone(),
            format!("kms:GenerateDataKey {key}"),
            format!("kms:Decrypt {key}"),
        ]
    };
    let object = |name: &str| format!("s3:PutObject arn:aws:s3:::state/{name}");
    let expected: [(&str, Vec<Vec<String>>); 7] = [
        ("kms.Encrypt", vec![vec![format!("kms:Encrypt {key}")]]),
        ("kms.Decrypt", vec![vec![format!("kms:Decrypt {key}")]]),
        (
            "secretsmanager.GetSecretValue",
            vec![vec![
                format!("secretsmanager:GetSecretValue {secret}"),
                format!("kms:Decrypt {key}"),
            ]],
        ),
        (
            "ssm.GetParameter",
            vec![vec![
                "ssm:GetParameter arn:aws:ssm:us-east-1:123456789012:parameter/state".to_owned(),
                format!("kms:Decrypt {key}"),
            ]],
        ),
        (
            "s3.PutObject",
            vec![
                vec![object("plain")],
                vec![
                    object("sealed"),
                    "s3:PutObjectTagging arn:aws:s3:::state/sealed".to_owned(),
                    format!("kms:GenerateDataKey {key}"),
                ],
                vec![object("open")],
            ],
        ),
        (
            "s3.GetObject",
            vec![vec![
                "s3:GetObject arn:aws:s3:::state/sealed".to_owned(),
                format!("kms:Decrypt {key}"),
            ]],
        ),
        (
            "sqs.SendMessage",
            vec![under(key), under(other), vec![queue.clone()]],
        ),
    ];
    for (operation, expected) in expected {
        let found = needs(&attempts, operation);
        let expected: Vec<_> = expected
            .into_iter()
            .map(|pairs| (pairs, Vec::new()))
            .collect();
        assert_eq!(found, expected, "{operation}");
    }
}

#[test]
fn state_behind_moto_is_followed() {
    state_is_followed(&moto("state"));
}

#[test]
fn state_behind_ministack_is_followed() {
    state_is_followed(&ministack());
}
