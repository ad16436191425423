//! `compare`, `can`, `public`, `expand` and `shrink`: what they print, and their exit statuses.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

const READ: &str = r#"{"Version": "2012-10-17", "Statement": {
    "Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::app/*"}}"#;
const WRITE: &str = r#"{"Version": "2012-10-17", "Statement": {
    "Sid": "Write", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::app/*",
    "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}}"#;
const OPEN: &str = r#"{"Version": "2012-10-17", "Statement": {
    "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*",
    "Condition": {"StringLike": {"aws:SourceVpc": "vpc-*"}}}}"#;

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("read.json", READ);
    write("write.json", WRITE);
    write("open.json", OPEN);
    write(
        "empty.jsonl",
        "{\"header\":{\"format\":1,\"rolecall\":\"0\",\"catalog\":\"0\",\"mode\":\"enforce\",\"time\":\"2026-11-23T12:00:00Z\"}}\n",
    );
    write(
        "odd.json",
        &READ
            .replace("s3:GetObject", "s3:GetOddThing")
            .replace("Read", "Odd"),
    );
    write("closed.json", &OPEN.replace("vpc-*", "vpc-1"));
    write(
        "bad.json",
        "{\"Version\": \"2012-10-17\", \"Statment\": []}",
    );
    fs::create_dir(folder.path().join("both")).unwrap();
    write("both/read.json", READ);
    write("both/write.json", WRITE);
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    let output: Output = command
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn prints_answers() {
    let folder = folder();
    for (arguments, status, expected) in [
        (
            &["compare", "read.json", "read.json"][..],
            0,
            "no new access\n",
        ),
        (&["compare", "both", "read.json"], 0, "no new access\n"),
        (
            &["compare", "read.json", "both"],
            1,
            "new access\n  s3:PutObject on arn:aws:s3:::app/example\n    as \
             arn:aws:sts::123456789012:assumed-role/example/example\n    with \
             aws:RequestedRegion = \"eu-west-1\"\n    allowed by both/write.json statement 1 \
             (Write); not allowed before\n",
        ),
        (&["can", "read.json", "s3:PutObject"], 0, "not granted\n"),
        // Spelled as the policy has it.
        (
            &["compare", "read.json", "odd.json"],
            1,
            "new access\n  s3:GetOddThing on arn:aws:s3:::app/example\n    as \
             arn:aws:sts::123456789012:assumed-role/example/example\n    allowed by odd.json \
             statement 1 (Odd); not allowed before\n    the catalog has no such action: AWS may add \
             it\n",
        ),
        (
            &["can", "read.json", "s3:GetObject", "arn:aws:s3:::app/x"],
            1,
            "granted\n  s3:GetObject on arn:aws:s3:::app/x\n    as \
             arn:aws:sts::123456789012:assumed-role/example/example\n    allowed by read.json \
             statement 1 (Read)\n",
        ),
        (
            &["can", "read.json", "s3:GetObject", "arn:aws:s3:::b/x"],
            0,
            "not granted\n",
        ),
        (
            &["public", "open.json"],
            1,
            "public\n  s3:GetObject on arn:aws:s3:::site/example\n    as anonymous\n    with \
             aws:SourceVpc = \"vpc-example\"\n    allowed by open.json statement 1\n",
        ),
        (&["public", "closed.json"], 0, "not public\n"),
        (
            &["compare", "--type", "resource", "open.json", "closed.json"],
            0,
            "no new access\n",
        ),
        (
            &["expand", "s3:*ObjectAcl"],
            0,
            "s3:GetObjectAcl\ns3:PutObjectAcl\n",
        ),
        (
            &["shrink", "s3:PutObjectAcl", "s3:GetObjectAcl"],
            0,
            "s3:*ObjectAcl\n",
        ),
    ] {
        let (found, out, error) = run(folder.path(), arguments);
        assert_eq!(
            (found, out.as_str()),
            (Some(status), expected),
            "{arguments:?} {error}"
        );
        assert_eq!(error, "", "{arguments:?}");
    }
}

#[test]
fn prints_json() {
    let folder = folder();
    let (status, out, _) = run(
        folder.path(),
        &["compare", "--format", "json", "read.json", "both"],
    );
    let found: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(status, Some(1));
    for (pointer, expected) in [
        ("/verdict", "newAccess"),
        ("/result", "FAIL"),
        ("/examples/0/action", "s3:PutObject"),
        ("/examples/0/context/aws:RequestedRegion", "eu-west-1"),
        ("/examples/0/allowedBy/sid", "Write"),
        ("/examples/0/allowedBy/policy", "both/write.json"),
        ("/examples/0/oldDecision", "implicitDeny"),
    ] {
        let value = found.pointer(pointer).and_then(serde_json::Value::as_str);
        assert_eq!(value, Some(expected), "{pointer}");
    }
    // An index, from 0, as in a recording and in what `simulate` and `explain` answer.
    assert_eq!(found["examples"][0]["allowedBy"]["statement"], 0);
    let (status, out, _) = run(
        folder.path(),
        &["can", "--format", "json", "read.json", "iam:*"],
    );
    let found: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(status, Some(0));
    assert_eq!(found.pointer("/verdict").unwrap(), "notGranted");
    assert_eq!(found.pointer("/result").unwrap(), "PASS");
}

#[test]
fn refuses_bad_input() {
    let folder = folder();
    for (arguments, expected) in [
        (
            &["compare", "read.json", "bad.json"][..],
            "did you mean `Statement`?",
        ),
        (
            &["compare", "read.json", "none.json"],
            "`none.json` cannot be read",
        ),
        (
            &["compare", "read.json", "open.json"],
            "may not stand in an identity policy",
        ),
        (
            &["compare", "--type", "resource", "both", "open.json"],
            "`Principal`",
        ),
        (
            &["can", "read.json", "GetObject"],
            "`GetObject` is not an action",
        ),
        (
            &["can", "read.json", "s3:GetObjekt"],
            "`s3` has no action `GetObjekt`; `GetObject` is the nearest",
        ),
        (
            &["can", "read.json", "s33:GetObject"],
            "there is no service with the prefix `s33`; `s3` is the nearest",
        ),
        (
            &["can", "read.json", "s3:Zork*"],
            "`s3:Zork*` stands for no action",
        ),
        (
            &["can", "read.json", "s3:GetObject", "app/x"],
            "`app/x` is not an ARN: six parts separated by colons are needed, the first of them \
             `arn`; or `*`",
        ),
        (
            &["can", "read.json", "s3:GetObject", "arn:aws:s3"],
            "`arn:aws:s3` is not an ARN",
        ),
        (
            &["expand", "s3:Nothing*"],
            "`s3:Nothing*` stands for no action",
        ),
        (&["shrink", "t:a"], "`t:a` stands for no action"),
    ] {
        refused(&folder, arguments, expected);
    }
}

#[test]
fn verify_and_resolve_say_what_is_meant() {
    let folder = folder();
    for (arguments, expected) in [
        (
            &["verify", "both", "--policy", "read.json"][..],
            "`both` is a folder: a recording is needed",
        ),
        (
            &["verify", "empty.jsonl", "--policy", "both"],
            "`both` is a folder: a policy file (`--policy` may be given several times) is needed",
        ),
        (
            &[
                "verify",
                "empty.jsonl",
                "--policy",
                "read.json",
                "--forbid",
                "s3:Delet@*",
            ],
            "`s3` has no action `Delet`",
        ),
        (
            &[
                "verify",
                "empty.jsonl",
                "--policy",
                "read.json",
                "--forbid",
                "s3:Delete*@b",
            ],
            "its resource is not an ARN of six parts, nor `*`",
        ),
        (
            &["resolve", "zork", "GetObject"],
            "there is no service `zork`\n",
        ),
    ] {
        refused(&folder, arguments, expected);
    }
}

fn refused(folder: &TempDir, arguments: &[&str], expected: &str) {
    let (status, out, error) = run(folder.path(), arguments);
    assert_eq!((status, out.as_str()), (Some(2), ""), "{arguments:?}");
    assert!(error.contains(expected), "{arguments:?}: {error}");
}
