//! `record` when something is in its way.

use std::ffi::OsString;

use rolecall::{CommandLine, Emulator, Mode, RecordError, record};
use tempfile::TempDir;

use crate::record::{publish, request, shell, told};

#[tokio::test]
async fn after_a_set_up_that_fails_nothing_is_run() {
    let folder = TempDir::new().unwrap();
    let mark = folder.path().join("ran");
    let mut request = request(shell(&format!("touch '{}'", mark.display())));
    request.setup = vec!["exit 3".to_owned(), format!("touch '{}'", mark.display())];
    let error = record(request).await.unwrap_err();
    assert!(matches!(error, RecordError::Setup { .. }), "{error:?}");
    let expected = "the set-up command `exit 3` failed: exit status: 3";
    assert_eq!(error.to_string(), expected);
    assert!(!mark.exists());
}

#[tokio::test]
async fn a_command_that_is_not_found_is_named() {
    let mut request = request(CommandLine {
        program: OsString::from("no-such-program"),
        arguments: Vec::new(),
    });
    request.setup.clear();
    let error = record(request).await.unwrap_err();
    assert_eq!(error.to_string(), "`no-such-program` cannot be started");
    let RecordError::Spawn { source, .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!(source.kind(), std::io::ErrorKind::NotFound);
}

#[tokio::test]
async fn a_malformed_policy_is_refused() {
    let mut request = request(publish());
    request.policies = vec![("broken".to_owned(), "{".to_owned())];
    let error = record(request).await.unwrap_err();
    assert!(matches!(error, RecordError::Policy(_)), "{error:?}");
    assert_eq!(error.to_string(), "the role's policy is malformed");
}

#[tokio::test]
async fn a_recording_that_cannot_be_written_does_not_stop_the_program() {
    let folder = TempDir::new().unwrap();
    let server = Emulator::builder()
        .mode(Mode::Record)
        .start()
        .await
        .unwrap();
    for endpoint in [None, Some(server.endpoint())] {
        let mut request = request(publish());
        request.endpoint = endpoint;
        request.output = Some(folder.path().join("no such folder/recording.jsonl"));
        let recorded = record(request).await.unwrap();
        assert!(recorded.status.success());
        assert_eq!(told(&recorded.recording).len(), 1);
        assert!(!recorded.summary.is_complete());
        assert_eq!(recorded.summary.lines, 0);
        // The attempt, and the topic's policy that took part.
        assert_eq!(recorded.summary.lost, 2);
        let error = recorded.summary.error.unwrap();
        assert!(error.starts_with("No such file or directory"), "{error}");
    }
}

#[tokio::test]
async fn a_full_disk_does_not_stop_the_program() {
    let mut request = request(publish());
    request.output = Some("/dev/full".into());
    let recorded = record(request).await.unwrap();
    assert!(recorded.status.success());
    assert_eq!(told(&recorded.recording).len(), 1);
    assert!(!recorded.summary.is_complete());
    let error = recorded.summary.error.unwrap();
    assert!(error.starts_with("No space left on device"), "{error}");
}
