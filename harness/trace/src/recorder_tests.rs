use std::sync::Barrier;

use rolecall_policy::{ContextValue, PolicyKind};

use super::*;
use crate::Redaction;
use crate::{
    reader::{LossReason, read},
    samples::{attempt, header},
};

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Takes so many bytes, then the disk is full.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::Error::other("no space left on device"));
        }
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn policy(name: &str) -> PolicyRecord {
    PolicyRecord::new(PolicyKind::Resource, name, "{}")
}

#[test]
fn what_is_written_is_what_is_read() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.jsonl", "a.jsonl.zst"] {
        let path = folder.path().join(name);
        let recorder = Recorder::to_file(&path, header()).unwrap().and_in_memory();
        recorder.record_policy(policy("queue"));
        recorder.record_policy(policy("queue"));
        (0..100).for_each(|n| recorder.record(attempt(&n.to_string())));
        let summary = recorder.close();
        assert_eq!(
            summary,
            RecordingSummary {
                lines: 103,
                lost: 0,
                error: None
            },
            "{name}"
        );
        let recording = read(&[&path]).unwrap();
        assert_eq!(recording, recorder.recording(), "{name}");
        assert_eq!(recording.attempts.len(), 100);
        assert_eq!(recording.policies.len(), 1);
    }
}

#[test]
fn every_flush_can_be_read_while_the_recording_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.jsonl", "a.jsonl.zst"] {
        let path = folder.path().join(name);
        let recorder = Recorder::to_file(&path, header()).unwrap();
        recorder.record(attempt("one"));
        assert_eq!(recorder.flush().lines, 2);
        let recording = read(&[&path]).unwrap();
        assert_eq!(recording.attempts, [attempt("one")], "{name}");
        assert_eq!(recording.losses.len(), 1);
        assert_eq!(recording.losses[0].reason, LossReason::CutOff);
    }
}

#[test]
fn an_appended_recording_begins_on_a_fresh_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    std::fs::write(&path, b"{\"header\":{\"format\":1,").unwrap();
    let recorder = Recorder::append_to_file(&path, header()).unwrap();
    recorder.record(attempt("one"));
    recorder.close();
    let recording = read(&[&path]).unwrap();
    assert_eq!(recording.attempts, [attempt("one")]);
    assert_eq!((recording.losses[0].line, recording.losses[0].lost), (1, 1));
}

#[test]
fn appended_frames_are_read_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl.zst");
    for id in ["one", "two"] {
        let recorder = Recorder::append_to_file(&path, header()).unwrap();
        recorder.record(attempt(id));
        assert!(recorder.close().is_complete());
    }
    let recording = read(&[&path]).unwrap();
    assert_eq!(recording.attempts, [attempt("one"), attempt("two")]);
    assert_eq!(recording.losses, []);
}

#[test]
fn a_full_disk_is_counted_and_reported() {
    let recorder = Recorder::to_writer(Full(4096), header()).unwrap();
    for n in 0..100 {
        recorder.record(attempt(&n.to_string()));
        recorder.flush();
    }
    let summary = recorder.close();
    assert_eq!(summary.error.as_deref(), Some("no space left on device"));
    assert_eq!(
        summary.lines + summary.lost,
        101,
        "a header and 100 attempts"
    );
    assert!(summary.lines > 1 && summary.lost > 90, "{summary:?}");
    assert_eq!(recorder.close(), summary, "the same answer each time");
}

#[test]
fn a_disk_that_is_full_from_the_start_is_an_error() {
    assert_eq!(
        Recorder::to_writer(Full(0), header())
            .unwrap_err()
            .to_string(),
        "no space left on device"
    );
}

#[test]
fn a_broken_recorder_counts_everything() {
    let recorder = Recorder::broken(header(), &io::Error::other("read-only file system"));
    recorder.record(attempt("one"));
    recorder.record_policy(policy("queue"));
    let summary = recorder.close();
    assert_eq!((summary.lines, summary.lost), (0, 2));
    assert_eq!(summary.error.as_deref(), Some("read-only file system"));
}

/// Holds the writer up until the test lets it go on.
struct Gate(Arc<Barrier>, bool, Shared);

impl Write for Gate {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if std::mem::replace(&mut self.1, true) && !bytes.is_empty() {
            self.0.wait();
            self.0 = Arc::new(Barrier::new(1));
        }
        self.2.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn line_length(attempt: &Attempt) -> usize {
    let line = crate::Line::Attempt(Box::new(attempt.clone()));
    serde_json::to_string(&line).unwrap().len() + 1
}

#[test]
fn what_does_not_fit_into_the_queue_is_counted_and_stands_in_the_recording() {
    let (barrier, out) = (Arc::new(Barrier::new(2)), Shared::default());
    let gate = Gate(Arc::clone(&barrier), false, out.clone());
    let weight = line_length(&attempt("0"));
    let recorder = Recorder::to_sink(Box::new(Plain(gate)), header(), weight * 10).unwrap();
    // The first is taken and held up at the gate; its weight is given back before or after.
    (0..100).for_each(|_| recorder.record(attempt("0")));
    barrier.wait();
    let summary = recorder.close();
    assert!(summary.lost > 0, "{summary:?}");
    let mut recording = Recording::default();
    crate::reader::read_from(&out.0.lock().unwrap()[..], "out", &mut recording).unwrap();
    assert_eq!(recording.attempts.len() as u64 + summary.lost, 100);
    assert_eq!(recording.losses[0].reason, LossReason::NotKept);
    assert_eq!(recording.losses[0].lost, summary.lost);
}

#[test]
fn threads_record_at_once_and_nothing_is_lost() {
    let out = Shared::default();
    let recorder = Recorder::to_writer(out.clone(), header()).unwrap();
    thread::scope(|scope| {
        for thread in 0..4 {
            let recorder = &recorder;
            scope.spawn(move || {
                (0..50).for_each(|n| recorder.record(attempt(&format!("{thread}-{n}"))));
            });
        }
    });
    assert_eq!(recorder.close().lines, 202);
    let mut recording = Recording::default();
    crate::reader::read_from(&out.0.lock().unwrap()[..], "out", &mut recording).unwrap();
    let mut ids: Vec<_> = recording
        .attempts
        .into_iter()
        .map(|a| a.request_id)
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), recording.losses.len()), (200, 0));
}

#[test]
fn a_redacted_value_is_nowhere_in_the_file_and_equal_values_look_equal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    let keys = ["AWS:sourceip", "dynamodb:leadingkeys"].map(str::to_owned);
    let redaction = Redaction::new(keys, [7; 16]);
    let recorder = Recorder::to_file(&path, header()).unwrap();
    for id in ["one", "two"] {
        let mut attempt = attempt(id);
        redaction.apply(&mut attempt, &[]);
        recorder.record(attempt);
    }
    recorder.close();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        !text.contains("203.0.113.7") && !text.contains("o-1"),
        "{text}"
    );
    assert!(text.contains("\"ALL\""), "what is not named stays");
    let recording = read(&[&path]).unwrap();
    let value = |n: usize| match recording.attempts[n].context.iter().nth(1).unwrap() {
        ("aws:SourceIp", ContextValue::Redacted(redacted)) => redacted.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(value(0), value(1));
    let expected = rolecall_policy::Redacted::new(&["203.0.113.7".to_owned()], false, &[7; 16]);
    assert_eq!(value(0), expected);
}

#[test]
fn a_value_that_a_sensitive_parameter_has_is_redacted_wherever_it_stands() {
    let redaction = Redaction::new([], [7; 16]);
    let mut attempt = attempt("one");
    redaction.apply(&mut attempt, &["203.0.113.7"]);
    let text = serde_json::to_string(&attempt).unwrap();
    assert!(
        !text.contains("203.0.113.7") && text.contains("o-1"),
        "{text}"
    );
}

#[test]
fn dropping_a_recorder_closes_it() {
    let out = Shared::default();
    drop(Recorder::to_writer(out.clone(), header()).unwrap());
    let text = String::from_utf8(out.0.lock().unwrap().clone()).unwrap();
    assert!(text.starts_with("\n{\"header\":{\"format\":1,"), "{text}");
    assert!(
        text.ends_with("\n{\"end\":{\"attempts\":0,\"lost\":0}}\n"),
        "{text}"
    );
}
