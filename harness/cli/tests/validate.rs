//! `rolecall validate` as it is called.
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};

fn rolecall(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .current_dir(folder)
        .arg("validate")
        .args(arguments)
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn policy(action: &str) -> String {
    format!(
        "{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {{\"Effect\": \"Allow\", \
         \"Action\": {action}, \"Resource\": \"arn:aws:s3:::b/*\"}}\n  ]\n}}\n"
    )
}

#[test]
fn a_finding_has_its_place_and_remedy() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.json"), policy("\"s3:GetObjekt\"")).unwrap();
    let output = rolecall(folder.path(), &["p.json"]);
    assert_eq!(output.status.code(), Some(1));
    let expected = "error[INVALID_ACTION]: `s3` has no action `GetObjekt`
 --> p.json:4:35
  |
4 |     {\"Effect\": \"Allow\", \"Action\": \"s3:GetObjekt\", \"Resource\": \"arn:aws:s3:::b/*\"}
  |                                   ^^^^^^^^^^^^^^
  = help: did you mean `GetObject`?
  = see: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html#access-analyzer-reference-policy-checks-error-invalid-action

1 error in 1 file
";
    assert_eq!(stdout(&output), expected);
    assert!(output.stderr.is_empty());
}

#[test]
fn json_has_the_form_of_validate_policy() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.json"), policy("\"s3:GetObjekt\"")).unwrap();
    let output = rolecall(folder.path(), &["p.json", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["type"], "identity");
    let finding = &answer["files"][0]["findings"][0];
    assert_eq!(finding["issueCode"], "INVALID_ACTION");
    assert_eq!(finding["findingType"], "ERROR");
    assert_eq!(
        finding["locations"][0],
        json!({
            "path": [{"value": "Statement"}, {"index": 0}, {"value": "Action"}],
            "span": {
                "start": {"line": 4, "column": 34, "offset": 80},
                "end": {"line": 4, "column": 48, "offset": 94},
            },
        })
    );
}

#[test]
fn statuses_say_what_counts() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
    write("good.json", policy("\"s3:GetObject\"").as_bytes());
    write(
        "twice.json",
        policy("[\"s3:Get*\", \"s3:GetObject\"]").as_bytes(),
    );
    write("broken.json", b"{");
    write("bytes.json", b"\xff");
    for (arguments, status) in [
        (&["good.json"][..], 0),
        (&["twice.json"], 0),
        (&["good.json", "--type", "trust"], 1),
        (&["good.json", "broken.json"], 2),
        (&["bytes.json"], 2),
        (&["absent.json"], 2),
        (&["good.json", "--type", "role"], 2),
        (&["good.json", "--type", "resource:zork"], 2),
        (&["-", "-"], 2),
        (&["-", "--fix"], 2),
        (&[], 2),
    ] {
        let output = rolecall(folder.path(), arguments);
        assert_eq!(
            output.status.code(),
            Some(status),
            "{arguments:?}: {output:?}"
        );
    }
    let output = rolecall(folder.path(), &["good.json"]);
    assert_eq!(stdout(&output), "no finding in 1 file\n");
    let output = rolecall(folder.path(), &["twice.json"]);
    assert!(stdout(&output).ends_with("1 suggestion in 1 file\n"));
}

#[test]
fn fixes_touch_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.json");
    let odd = "{\"Version\":  \"2012-10-17\",\n\t\"Statement\": {\"Sid\": \"\", \"Effect\": \"allow\",\n\t\t\
               \"Action\": [ \"s3:Get*\",  \"s3:GetObject\" ], \"Resource\": \"*\" }}";
    fs::write(&path, odd).unwrap();
    let output = rolecall(folder.path(), &["p.json", "--fix"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "rolecall: `p.json`: 3 changes\n"
    );
    let expected = "{\"Version\":  \"2012-10-17\",\n\t\"Statement\": {\"Effect\": \"Allow\",\n\t\t\
                    \"Action\": [ \"s3:Get*\" ], \"Resource\": \"*\" }}";
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
}

#[test]
fn a_policy_may_come_from_stdin() {
    let folder = tempfile::tempdir().unwrap();
    let with = |text: &[u8]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rolecall"))
            .current_dir(folder.path())
            .args(["validate", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(text).unwrap();
        child.wait_with_output().unwrap()
    };
    let output = with(policy("\"s3:GetObjekt\"").as_bytes());
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains(" --> stdin:4:35\n"), "{output:?}");
    assert_eq!(
        with(policy("\"s3:GetObject\"").as_bytes()).status.code(),
        Some(0)
    );
    assert_eq!(with(b"\xff").status.code(), Some(2));
}

#[test]
fn a_service_that_there_is_not_is_refused_with_the_nearest() {
    let folder = tempfile::tempdir().unwrap();
    let output = rolecall(folder.path(), &["-", "--type", "resource:s33"]);
    let said = String::from_utf8(output.stderr).unwrap();
    let expected = "there is no service with the prefix `s33`; `s3` is the nearest";
    assert!(said.contains(expected), "{said}");
}
