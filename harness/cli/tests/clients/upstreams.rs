//! moto and MiniStack as programs behind the server.

use std::{
    fs,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::server::Server;
use crate::{answers, tools};

/// moto on its own port of loopback, for a process backend.
pub(crate) fn moto(mark: &str) -> String {
    let program = tools::installed("venv/bin/moto_server");
    format!(
        "process:MARK={mark} '{}' -H 127.0.0.1 -p {{port}}",
        program.display()
    )
}

/// MiniStack.
pub(crate) fn ministack() -> String {
    let program = tools::installed("venv/bin/ministack");
    format!(
        "process:BIND_HOST=127.0.0.1 GATEWAY_PORT={{port}} '{}'",
        program.display()
    )
}

/// Every attempt of a recording.
pub(crate) fn attempts(text: &str) -> Vec<Value> {
    let lines = text.lines().filter(|line| !line.is_empty());
    let lines = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines
        .filter_map(|mut line| Some(line.get_mut("attempt")?.take()))
        .collect()
}

/// Who answered the calls of a service; denials are left out, they are always ours.
fn answered_by(attempts: &[Value], service: &str) -> Vec<String> {
    let of = attempts.iter();
    let of = of.filter(|a| a["service"] == service && a["outcome"] == "answered");
    let mut all: Vec<_> = of
        .map(|a| a["answeredBy"].as_str().unwrap().to_owned())
        .collect();
    all.sort();
    all.dedup();
    all
}

/// The conversation of every protocol, as with the embedded backend. X-Ray stays with us: neither
/// takes the segment that the conversation sends.
fn converse(backend: &str) {
    let backend = format!("sns,sqs,dynamodb,ssm,s3,ec2,cloudwatch={backend}");
    let options = ["--backend", &backend, "--recording", "recording.jsonl"];
    let server = Server::with(&options);
    let folder = TempDir::new().unwrap();
    let (from, to) = (
        server.folder.path().join(options[3]),
        folder.path().join("copy"),
    );
    fs::hard_link(from, &to).unwrap();
    let sessions = tools::set_up_server(&server);
    let mut command = tools::python(
        "conversation.py",
        &server.endpoint,
        &sessions.client,
        server.folder.path(),
    );
    let found = tools::document(&mut command);
    answers::compare(&found, &answers::conversation());
    let (status, log) = server.terminate();
    assert_eq!(status.code(), Some(0), "{log}");
    let attempts = attempts(&fs::read_to_string(to).unwrap());
    for service in ["sns", "sqs", "dynamodb", "ssm", "s3", "ec2", "cloudwatch"] {
        assert_eq!(answered_by(&attempts, service), ["upstream"], "{service}");
    }
    for service in ["iam", "sts"] {
        assert_eq!(answered_by(&attempts, service), ["rolecall"], "{service}");
    }
    assert_eq!(answered_by(&attempts, "xray"), ["synthesised"]);
    let denied: Vec<_> = attempts
        .iter()
        .filter(|a| a["outcome"] == "denied")
        .collect();
    assert!(denied.len() > 8, "{}", denied.len());
    assert!(denied.iter().all(|a| a["answeredBy"] == "rolecall"));
}

#[test]
fn moto_answers_every_protocol_and_what_is_denied_stays_so() {
    converse(&moto("conversation"));
}

#[test]
fn ministack_answers_every_protocol_and_what_is_denied_stays_so() {
    converse(&ministack());
}

/// How many processes of this mark run.
fn running(mark: &str) -> usize {
    let listed = Command::new("ps").args(["-eo", "args"]).output().unwrap();
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let mark = format!("MARK={mark} ");
    listed.lines().filter(|line| line.contains(&mark)).count()
}

fn gone(mark: &str) {
    for _ in 0..400 {
        if running(mark) == 0 {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("`{mark}` still runs");
}

#[test]
fn a_program_ends_with_the_server_whatever_that_dies_of() {
    let told = Server::with(&["--backend", &moto("told")]);
    assert!(running("told") > 0);
    let (status, log) = told.terminate();
    assert_eq!(status.code(), Some(0), "{log}");
    gone("told");
    let killed = Server::with(&["--backend", &moto("killed")]);
    assert!(running("killed") > 0);
    // SIGKILL: nothing of the server runs any more.
    drop(killed);
    gone("killed");
}

/// The exit status and the complaint of a server that does not start.
fn refused(options: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .args(options)
        .env_remove("AWS_ACCESS_KEY_ID")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[test]
fn what_cannot_be_followed_is_refused_at_the_start() {
    let ended = refused(&["--backend", "process:echo no port {port} today; exit 4"]);
    assert_eq!(ended.0, Some(2));
    let said = &ended.1;
    assert!(said.contains("ended before it answered"), "{said}");
    assert!(
        said.contains("exit status: 4") && said.contains("  no port "),
        "{said}"
    );
    let real = "s3=https://s3.us-east-1.amazonaws.com";
    let (status, said) = refused(&["--backend", real]);
    assert_eq!(status, Some(2));
    assert!(
        said.contains("is AWS itself") && said.contains("--allow-real-aws"),
        "{said}"
    );
    let (status, said) = refused(&["--backend", real, "--allow-real-aws", "sqs,s3"]);
    assert_eq!(status, Some(2));
    assert!(said.contains("nothing to sign with"), "{said}");
    let (status, said) = refused(&["--backend", "iam=http://127.0.0.1:1"]);
    assert_eq!(status, Some(2));
    assert!(
        said.contains("`iam` is always answered by Rolecall itself"),
        "{said}"
    );
}
