//! Objects that are not there: who may list the bucket is told so, others are denied.
//!
//! Source: S3 API reference, GetObject, "Permissions"; the words: aws/aws-sdk-js-v3#6523.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::answers::not_granted;
use crate::server::{Keys, Server};
use crate::tools;

fn outcomes(server: &Server, keys: &Keys) -> Value {
    let mut command = tools::python("missing.py", &server.endpoint, keys, server.folder.path());
    tools::document(&mut command)
}

/// Ends the server; what its recording says of the attempts of GetObject that found nothing.
fn disclosures(server: Server) -> Value {
    let folder = TempDir::new().unwrap();
    let copy = folder.path().join("copy");
    // The folder goes with the server: what is read afterwards is the same file under another name.
    fs::hard_link(server.folder.path().join("recording.jsonl"), &copy).unwrap();
    let (status, log) = server.terminate();
    assert_eq!(status.code(), Some(0), "{log}");
    let recorded = fs::read_to_string(copy).unwrap();
    recorded
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["attempt"].clone())
        .filter(|attempt| attempt["operation"] == "GetObject")
        .filter(|attempt| !attempt["disclosure"].is_null())
        .map(|attempt| {
            let disclosure = &attempt["disclosure"];
            json!([
                attempt["outcome"],
                attempt["error"],
                disclosure["action"],
                disclosure["resource"],
                disclosure["decision"]["kind"],
                attempt["requirements"][0]["action"],
                attempt["requirements"].as_array().unwrap().len(),
            ])
        })
        .collect()
}

fn told() -> Value {
    let missing = "The specified key does not exist.";
    let no_bucket = "The specified bucket does not exist";
    json!({
        "get": {"code": "NoSuchKey", "status": 404, "message": missing},
        "head": {"code": "404", "status": 404, "message": "Not Found"},
        "copy": {"code": "NoSuchKey", "status": 404, "message": missing},
        "no bucket": {"code": "NoSuchBucket", "status": 404, "message": no_bucket},
    })
}

#[test]
fn who_may_not_list_the_bucket_is_not_told_that_an_object_is_missing() {
    let server = Server::with(&["--recording", "recording.jsonl"]);
    let sessions = tools::set_up_server(&server);
    let denied = not_granted("s3:ListBucket", Some("\"arn:aws:s3:::sdk-open\""));
    let denied = json!({"code": "AccessDenied", "status": 403, "message": denied});
    let expected = json!({
        "get": denied,
        "head": {"code": "403", "status": 403, "message": "Forbidden"},
        "copy": denied,
        // That the role may read nothing there is looked at later.
        "no bucket": told()["no bucket"],
    });
    assert_eq!(outcomes(&server, &sessions.client), expected);
    assert_eq!(outcomes(&server, &server.administrator), told());
    let action = "s3:ListBucket";
    let bucket = "arn:aws:s3:::sdk-open";
    let expected = json!([
        [
            "denied",
            "AccessDenied",
            action,
            bucket,
            "implicitDeny",
            "s3:GetObject",
            1
        ],
        [
            "failed",
            "NoSuchKey",
            action,
            bucket,
            "allow",
            "s3:GetObject",
            1
        ],
    ]);
    assert_eq!(disclosures(server), expected);
}

#[test]
fn in_the_mode_record_it_is_told_and_the_decision_recorded() {
    let server = Server::with(&["--mode", "record", "--recording", "recording.jsonl"]);
    let sessions = tools::set_up_server(&server);
    assert_eq!(outcomes(&server, &sessions.client), told());
    let bucket = "arn:aws:s3:::sdk-open";
    let expected = json!([[
        "failed",
        "NoSuchKey",
        "s3:ListBucket",
        bucket,
        "implicitDeny",
        "s3:GetObject",
        1
    ],]);
    assert_eq!(disclosures(server), expected);
}
