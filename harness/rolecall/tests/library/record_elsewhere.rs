//! `record` with a server that runs already.

use rolecall::{Emulator, Mode, RecordError, policy::DecisionKind, record, trace::Outcome};
use tempfile::TempDir;

use crate::record::{assert_written, may, publish, published, request, shell, told};

async fn server(mode: Mode) -> Emulator {
    Emulator::builder().mode(mode).start().await.unwrap()
}

#[tokio::test]
async fn its_recording_is_that_of_the_command_alone() {
    let server = server(Mode::Record).await;
    let folder = TempDir::new().unwrap();
    for name in ["plain.jsonl", "compressed.jsonl.zst"] {
        let path = folder.path().join(name);
        let mut request = request(publish());
        request.endpoint = Some(server.endpoint());
        request.output = Some(path.clone());
        let recorded = record(request).await.unwrap();
        assert!(recorded.status.success());
        // The other run's attempts, and both set-ups, are in the server's recording alone.
        let expected = published(DecisionKind::ImplicitDeny, Outcome::Answered);
        assert_eq!(told(&recorded.recording), expected);
        assert_eq!(recorded.recording.losses, [], "it was not cut off");
        assert_eq!(recorded.recording.headers[0].mode, "record");
        assert_written(&path, &recorded);
    }
    assert_eq!(server.recording().attempts.len(), 4);
}

#[tokio::test]
async fn what_took_part_is_in_its_recording() {
    let server = server(Mode::Enforce).await;
    let mut request = request(publish());
    request.endpoint = Some(server.endpoint());
    request.mode = Mode::Enforce;
    request.policies = may("sns:Publish");
    let recorded = record(request).await.unwrap();
    assert!(recorded.status.success());
    let expected = published(DecisionKind::Allow, Outcome::Answered);
    assert_eq!(told(&recorded.recording), expected);
    // CreateTopic gave the topic a policy of its own.
    let policy = recorded.recording.attempts[0].requirements[0]
        .resource_policy
        .as_ref()
        .expect("the topic's policy takes part");
    assert!(recorded.recording.policies.contains_key(policy));
}

#[tokio::test]
async fn a_role_without_a_policy_of_the_request_loses_those_it_had() {
    let server = server(Mode::Enforce).await;
    let policies = may("sns:Publish");
    server.role("announcer", &policies[0].1).unwrap();
    let mut request = request(publish());
    request.endpoint = Some(server.endpoint());
    request.mode = Mode::Enforce;
    let recorded = record(request).await.unwrap();
    assert_eq!(recorded.status.code(), Some(1));
}

#[tokio::test]
async fn another_mode_than_the_one_asked_for_is_refused() {
    let server = server(Mode::Enforce).await;
    let mut request = request(publish());
    request.endpoint = Some(server.endpoint());
    let error = record(request).await.unwrap_err();
    assert!(matches!(error, RecordError::Mode { .. }), "{error:?}");
    let expected = format!(
        "the server at `{}` is in the mode `enforce`, and `record` was asked for",
        server.endpoint()
    );
    assert_eq!(error.to_string(), expected);
    assert_eq!(server.recording().attempts, [], "nothing was run");
}

#[tokio::test]
async fn a_malformed_policy_is_refused_before_anything_is_run() {
    let server = server(Mode::Record).await;
    let folder = TempDir::new().unwrap();
    let mark = folder.path().join("ran");
    let mut request = request(shell(&format!("touch '{}'", mark.display())));
    request.endpoint = Some(server.endpoint());
    request.policies = vec![("broken".to_owned(), "{".to_owned())];
    let error = record(request).await.unwrap_err();
    let start = format!("the server at `{}` refused: ", server.endpoint());
    assert!(error.to_string().starts_with(&start), "{error}");
    assert_eq!(server.recording().attempts, []);
    assert!(!mark.exists());
}

#[tokio::test]
async fn where_nothing_answers_is_said() {
    let gone = server(Mode::Record).await;
    let endpoint = gone.endpoint();
    gone.shutdown().await;
    let mut request = request(publish());
    request.endpoint = Some(endpoint.clone());
    let error = record(request).await.unwrap_err();
    let expected =
        format!("no Rolecall server answers at `{endpoint}`: start one with `rolecall serve`");
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn what_is_no_endpoint_is_said() {
    for endpoint in [
        "127.0.0.1:4566",
        "https://127.0.0.1:4566",
        "http://localhost",
    ] {
        let mut request = request(publish());
        request.endpoint = Some(endpoint.to_owned());
        let error = record(request).await.unwrap_err();
        let expected =
            format!("`{endpoint}` is not an endpoint: `http://127.0.0.1:PORT` is needed");
        assert_eq!(error.to_string(), expected);
    }
}
