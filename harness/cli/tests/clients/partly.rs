//! A call of which a part is denied: DeleteObjects says so for each key, and deletes the rest.
//!
//! Source: S3 API reference, DeleteObjects.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::moto::Moto;
use crate::server::Server;
use crate::tools;

const USER: &str = "User: arn:aws:iam::123456789012:user/cleaner is not authorized to perform: \
                    s3:DeleteObject on resource: \"arn:aws:s3:::partly";

fn implicitly(key: &str) -> Value {
    json!([
        "AccessDenied",
        format!(
            "{USER}/{key}\" because no identity-based policy allows the s3:DeleteObject action"
        )
    ])
}

fn explicitly(key: &str) -> Value {
    json!([
        "AccessDenied",
        format!("{USER}/{key}\" with an explicit deny in an identity-based policy")
    ])
}

fn expected() -> Value {
    json!({
        "some": {
            "status": 200,
            // A key that is not there is deleted too.
            "deleted": ["mine/1", "mine/2", "mine/1"],
            "errors": {
                "theirs/<&>": implicitly("theirs/<&>"),
                "mine/kept": explicitly("mine/kept"),
            },
            "left": ["mine/kept", "theirs/2", "theirs/<&>"],
        },
        "quiet": {
            "status": 200,
            "deleted": [],
            "errors": { "theirs/2": implicitly("theirs/2") },
            "left": ["mine/2", "mine/kept", "theirs/2", "theirs/<&>"],
        },
        "none": {
            "status": 200,
            "deleted": [],
            "errors": {
                "theirs/2": implicitly("theirs/2"),
                "mine/kept": explicitly("mine/kept"),
            },
            "left": ["mine/1", "mine/2", "mine/kept", "theirs/2", "theirs/<&>"],
        },
        "all": {
            "status": 200,
            "deleted": ["mine/1", "mine/2"],
            "errors": {},
            "left": ["mine/kept", "theirs/2", "theirs/<&>"],
        },
    })
}

fn found(server: &Server) -> Value {
    let home = server.folder.path();
    let keys = &server.administrator;
    tools::document(&mut tools::python(
        "partly.py",
        &server.endpoint,
        keys,
        home,
    ))
}

/// Ends the server; outcome, answerer, and action, key and decision of each requirement.
fn attempts(server: Server) -> Vec<Value> {
    let folder = TempDir::new().unwrap();
    let copy = folder.path().join("copy");
    fs::hard_link(server.folder.path().join("recording.jsonl"), &copy).unwrap();
    let (status, log) = server.terminate();
    assert_eq!(status.code(), Some(0), "{log}");
    let recorded = fs::read_to_string(copy).unwrap();
    let lines = recorded.lines().filter(|line| !line.is_empty());
    let attempts =
        lines.map(|line| serde_json::from_str::<Value>(line).unwrap()["attempt"].clone());
    attempts
        .filter(|attempt| attempt["operation"] == "DeleteObjects")
        .map(|attempt| {
            let needs = attempt["requirements"].as_array().unwrap();
            let needs = needs
                .iter()
                .map(|need| json!([need["resource"], need["decision"]["kind"]]));
            json!([
                attempt["outcome"],
                attempt["error"],
                needs.collect::<Value>()
            ])
        })
        .collect()
}

#[test]
fn what_may_not_be_deleted_is_an_error_in_a_success() {
    let server = Server::with(&["--recording", "recording.jsonl"]);
    assert_eq!(found(&server), expected());
    let on = |key: &str, kind: &str| json!([format!("arn:aws:s3:::partly/{key}"), kind]);
    let denied = |key: &str, kind: &str| json!(["denied", "AccessDenied", [on(key, kind)]]);
    let expected = [
        json!([
            "answered",
            null,
            [on("mine/1", "allow"), on("mine/2", "allow")]
        ]),
        denied("theirs/<&>", "implicitDeny"),
        denied("mine/kept", "explicitDeny"),
        json!(["answered", null, [on("mine/1", "allow")]]),
        denied("theirs/2", "implicitDeny"),
        denied("theirs/2", "implicitDeny"),
        denied("mine/kept", "explicitDeny"),
        json!([
            "answered",
            null,
            [on("mine/1", "allow"), on("mine/2", "allow")]
        ]),
    ];
    assert_eq!(attempts(server), expected);
}

/// The upstream is sent what is left of the call, signed anew, and its answer is completed.
#[test]
fn an_upstream_never_hears_of_what_was_denied() {
    let moto = Moto::start();
    let server = Server::with(&["--backend", &format!("s3={}", moto.endpoint)]);
    let without_deleted = |mut all: Value| {
        for one in all.as_object_mut().unwrap().values_mut() {
            // What is in there is the upstream's business: moto fills it although it is to be quiet.
            one.as_object_mut().unwrap().remove("deleted");
        }
        all
    };
    assert_eq!(without_deleted(found(&server)), without_deleted(expected()));
}
