//! Recordings of the command: flushed when it is told to end, and never in the way of a program.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::server::Server;
use crate::signed::Request;
use crate::tools;

/// A program under the command that asks who it is, whatever SDKs there are.
fn record(folder: &Path, options: &[&str], program: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args(["record", "--role", "recorded"])
        .args(options)
        .arg("--")
        .args(program)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn sigterm_flushes_what_was_recorded() {
    let server = Server::with(&["--recording", "recording.jsonl"]);
    let body = b"Action=GetCallerIdentity&Version=2011-06-15";
    for _ in 0..20 {
        let answer = Request::form("sts", body).send(server.address(), &server.administrator);
        assert_eq!(answer.status, 200);
    }
    let folder = TempDir::new().unwrap();
    let (from, to) = (
        server.folder.path().join("recording.jsonl"),
        folder.path().join("copy"),
    );
    // The folder goes with the server: what is read afterwards is the same file under another name.
    fs::hard_link(from, &to).unwrap();
    let (status, log) = server.terminate();
    assert_eq!(status.code(), Some(0), "{log}");
    let recorded = fs::read_to_string(to).unwrap();
    // A header starts on a fresh line, whatever is in the file before it.
    let lines = recorded.lines().filter(|line| !line.is_empty());
    let lines: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["header"]["format"], 1, "{recorded}");
    let attempts: Vec<&Value> = lines
        .iter()
        .filter_map(|line| line.get("attempt"))
        .collect();
    assert_eq!(attempts.len(), 20, "{recorded}");
    assert!(
        attempts
            .iter()
            .all(|attempt| attempt["operation"] == "GetCallerIdentity")
    );
}

#[test]
fn a_recording_that_cannot_be_written_stops_nothing_but_is_told() {
    for destination in ["/dev/full", "."] {
        let folder = TempDir::new().unwrap();
        let output = record(
            folder.path(),
            &["--output", destination],
            &["sh", "-c", "echo went on"],
        );
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            "went on\n",
            "{destination}"
        );
        let said = stderr(&output);
        assert!(said.contains("is not complete"), "{destination}: {said}");
        assert!(said.contains(destination), "{said}");
        assert_eq!(output.status.code(), Some(3), "{destination}: {said}");
    }
}

/// Nothing runs under `serve` that would be hurt: it does not begin without its recording.
#[test]
fn a_server_whose_recording_cannot_be_written_does_not_start() {
    let folder = TempDir::new().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--recording",
            "no/such/folder/r.jsonl",
        ])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    let said = stderr(&output);
    let expected =
        "rolecall: the recording `no/such/folder/r.jsonl` cannot be written: No such file";
    assert!(said.starts_with(expected), "{said}");
}

#[test]
fn the_programs_own_failure_comes_first() {
    let folder = TempDir::new().unwrap();
    let output = record(
        folder.path(),
        &["--output", "r.jsonl"],
        &["sh", "-c", "exit 7"],
    );
    assert_eq!(output.status.code(), Some(7), "{}", stderr(&output));
    let output = record(
        folder.path(),
        &["--output", "/dev/full"],
        &["sh", "-c", "exit 7"],
    );
    assert_eq!(output.status.code(), Some(7), "{}", stderr(&output));
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let folder = TempDir::new().unwrap();
    let output = record(
        folder.path(),
        &["--output", "r.jsonl"],
        &["no-such-program"],
    );
    assert!(
        stderr(&output).contains("`no-such-program`"),
        "{}",
        stderr(&output)
    );
    assert_ne!(output.status.code(), Some(0));
}

#[test]
fn the_program_is_sent_here_and_nowhere_else() {
    let folder = TempDir::new().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args([
            "record", "--role", "recorded", "--output", "r.jsonl", "--", "env",
        ])
        .current_dir(folder.path())
        .env("AWS_PROFILE", "production")
        .env("AWS_ENDPOINT_URL_S3", "http://elsewhere.invalid")
        .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
        .env("HTTP_PROXY", "http://proxy.invalid")
        .env("UNTOUCHED", "yes")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let printed = String::from_utf8(output.stdout).unwrap();
    let value = |name: &str| {
        printed
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
            .unwrap_or("")
    };
    assert!(
        value("AWS_ENDPOINT_URL").starts_with("http://127.0.0.1:"),
        "{printed}"
    );
    assert!(value("AWS_ACCESS_KEY_ID").starts_with("ASIA"), "{printed}");
    assert_ne!(value("AWS_SESSION_TOKEN"), "");
    for name in [
        "AWS_PROFILE",
        "AWS_ENDPOINT_URL_S3",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    ] {
        assert_eq!(value(name), "", "{name}");
    }
    assert_eq!(value("UNTOUCHED"), "yes");
}

#[test]
fn a_policy_with_an_error_is_refused_with_its_place() {
    let folder = TempDir::new().unwrap();
    let policy = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{\"Effect\": \"Allow\", \
                  \"Actions\": \"s3:GetObject\", \"Resource\": \"*\"}]\n}\n";
    fs::write(folder.path().join("policy.json"), policy).unwrap();
    let options = [
        "--mode",
        "enforce",
        "--policy",
        "policy.json",
        "--output",
        "r.jsonl",
    ];
    let output = record(folder.path(), &options, &["sh", "-c", "echo must not run"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "",
        "the program ran"
    );
    for part in ["policy.json", "3:", "`Actions`", "Action"] {
        assert!(said.contains(part), "no `{part}` in:\n{said}");
    }
}

#[test]
fn names_that_aws_does_not_take_are_refused() {
    let folder = TempDir::new().unwrap();
    for (option, value, expected) in [
        ("--role", "a role!", "a role's name has 1 to 64 letters"),
        ("--region", "zork", "a region such as `us-east-1` is needed"),
    ] {
        // The option that comes later of two is an error of its own: each stands alone.
        let role = if option == "--role" {
            None
        } else {
            Some("--role=tester")
        };
        let output = Command::new(env!("CARGO_BIN_EXE_rolecall"))
            .current_dir(folder.path())
            .arg("record")
            .args(role)
            .args([option, value, "--", "sh", "-c", "echo must not run"])
            .output()
            .unwrap();
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{value}");
    }
}

/// What the emulator makes up in the set-up is called the same in the next run.
#[test]
fn a_generated_policy_fits_the_next_run_of_the_same_set_up() {
    let folder = TempDir::new().unwrap();
    let python = tools::installed("venv/bin/python");
    let python = python.to_str().unwrap();
    let set_up = "import boto3\nkms = boto3.client('kms')\n\
                  for name in ['orders', 'bills']:\n    \
                  key = kms.create_key(Description=name)['KeyMetadata']['KeyId']\n    \
                  kms.create_alias(AliasName='alias/' + name, TargetKeyId=key)\n\
                  boto3.client('secretsmanager').create_secret(Name='db', SecretString='s')\n";
    let program = "import boto3\nkms = boto3.client('kms')\n\
                   for name in ['bills', 'orders']:\n    \
                   sealed = kms.encrypt(KeyId='alias/' + name, Plaintext=b'x')['CiphertextBlob']\n    \
                   assert kms.decrypt(CiphertextBlob=sealed)['Plaintext'] == b'x'\n\
                   boto3.client('secretsmanager').get_secret_value(SecretId='db')\n";
    fs::write(folder.path().join("set_up.py"), set_up).unwrap();
    fs::write(folder.path().join("program.py"), program).unwrap();
    let prepare = format!("{python} set_up.py");
    let options = ["--setup", &prepare, "--output", "r.jsonl"];
    let output = record(folder.path(), &options, &[python, "program.py"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let generated = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args(["generate", "r.jsonl"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(generated.status.code(), Some(0), "{}", stderr(&generated));
    let policy = String::from_utf8(generated.stdout).unwrap();
    assert!(policy.contains(":key/"), "{policy}");
    assert!(policy.contains(":secret:db-"), "{policy}");
    fs::write(folder.path().join("policy.json"), policy).unwrap();
    let options = [
        "--setup",
        &prepare,
        "--mode",
        "enforce",
        "--policy",
        "policy.json",
    ];
    let output = record(folder.path(), &options, &[python, "program.py"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}
