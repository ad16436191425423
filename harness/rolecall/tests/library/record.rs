//! A command and what it attempted: `record` with a server of its own.

use std::{ffi::OsString, os::unix::process::ExitStatusExt, path::Path};

use rolecall::{
    Choices, CommandLine, Mode, RecordRequest, Recorded,
    policy::DecisionKind,
    record,
    trace::{self, Outcome, Recording},
};
use tempfile::TempDir;

use crate::program::{call, inherited};

pub(crate) const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:booked";

/// What makes the topic, with the administrator's credentials.
pub(crate) fn set_up() -> String {
    format!("python3 '{}' sns CreateTopic Name=booked", call().display())
}

/// A shell that runs the call `python3 call.py ...` and whatever comes behind it.
pub(crate) fn shell(line: &str) -> CommandLine {
    CommandLine {
        program: OsString::from("sh"),
        arguments: vec![OsString::from("-c"), OsString::from(line)],
    }
}

/// A program that publishes to the topic.
pub(crate) fn publish() -> CommandLine {
    let topic = format!("TopicArn={TOPIC}");
    let words = ["sns", "Publish", &topic, "Message=hello"].map(OsString::from);
    let mut arguments = vec![call().into_os_string()];
    arguments.extend(words);
    CommandLine {
        program: OsString::from("python3"),
        arguments,
    }
}

pub(crate) fn request(command: CommandLine) -> RecordRequest {
    RecordRequest {
        role: "announcer".to_owned(),
        policies: Vec::new(),
        mode: Mode::Record,
        setup: vec![set_up()],
        endpoint: None,
        account: None,
        region: None,
        choices: Choices::default(),
        memory: None,
        redact: Vec::new(),
        output: None,
        command,
        inherited: inherited(),
    }
}

/// A policy that allows one action on the topic.
pub(crate) fn may(action: &str) -> Vec<(String, String)> {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement":
            {{"Effect": "Allow", "Action": "{action}", "Resource": "{TOPIC}"}}}}"#
    );
    vec![("announcer".to_owned(), text)]
}

/// Action, resource, decision and outcome of everything that is in a recording.
pub(crate) fn told(recording: &Recording) -> Vec<(String, String, DecisionKind, Outcome)> {
    let attempts = recording.attempts.iter();
    attempts
        .flat_map(|attempt| {
            attempt.requirements.iter().map(|one| {
                (
                    one.requirement.action.to_string(),
                    one.requirement.resource.clone(),
                    one.decision.kind,
                    attempt.outcome,
                )
            })
        })
        .collect()
}

pub(crate) fn published(
    decision: DecisionKind,
    outcome: Outcome,
) -> Vec<(String, String, DecisionKind, Outcome)> {
    vec![(
        "sns:Publish".to_owned(),
        TOPIC.to_owned(),
        decision,
        outcome,
    )]
}

/// That the file holds what the recording says.
pub(crate) fn assert_written(path: &Path, recorded: &Recorded) {
    assert!(recorded.summary.is_complete(), "{:?}", recorded.summary);
    let read = trace::read(&[path]).unwrap();
    assert_eq!(read.losses, []);
    assert_eq!(read.attempts, recorded.recording.attempts);
    assert_eq!(read.headers, recorded.recording.headers);
    let kept = u64::try_from(read.attempts.len() + read.policies.len()).unwrap();
    assert_eq!(recorded.summary.lines, kept + 2, "header and end too");
}

#[tokio::test]
async fn what_no_policy_allows_is_answered_and_recorded_as_denied() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("recording.jsonl.zst");
    let mut request = request(publish());
    request.output = Some(path.clone());
    let recorded = record(request).await.unwrap();
    assert!(recorded.status.success());
    // The set-up is no part of it.
    let expected = published(DecisionKind::ImplicitDeny, Outcome::Answered);
    assert_eq!(told(&recorded.recording), expected);
    let attempt = &recorded.recording.attempts[0];
    assert_eq!(attempt.function.as_deref(), Some("announcer"));
    assert_eq!(
        attempt.caller.principal.arn,
        "arn:aws:sts::123456789012:assumed-role/announcer/announcer"
    );
    assert_written(&path, &recorded);
}

#[tokio::test]
async fn an_enforced_policy_allows_what_it_allows() {
    let mut request = request(publish());
    request.mode = Mode::Enforce;
    request.policies = may("sns:Publish");
    let recorded = record(request).await.unwrap();
    assert!(recorded.status.success());
    let expected = published(DecisionKind::Allow, Outcome::Answered);
    assert_eq!(told(&recorded.recording), expected);
}

#[tokio::test]
async fn an_enforced_policy_denies_everything_else() {
    let mut request = request(publish());
    request.mode = Mode::Enforce;
    request.policies = may("sns:GetTopicAttributes");
    let recorded = record(request).await.unwrap();
    assert_eq!(recorded.status.code(), Some(1));
    let expected = published(DecisionKind::ImplicitDeny, Outcome::Denied);
    assert_eq!(told(&recorded.recording), expected);
}

#[tokio::test]
async fn the_status_of_the_program_is_handed_on() {
    let mut exits = request(shell("exit 7"));
    exits.setup.clear();
    let recorded = record(exits).await.unwrap();
    assert_eq!(recorded.status.code(), Some(7));
    assert_eq!(recorded.recording.attempts, []);
    let mut dies = request(shell("kill -KILL $$"));
    dies.setup.clear();
    assert_eq!(record(dies).await.unwrap().status.signal(), Some(9));
}
