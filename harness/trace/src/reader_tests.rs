use proptest::prelude::*;

use super::*;
use crate::{
    recorder::Recorder,
    samples::{attempt, header},
};

fn lines(ids: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    let recorder = Recorder::to_file(&path, header()).unwrap();
    for id in ids {
        recorder.record(attempt(id));
    }
    assert!(recorder.close().is_complete());
    std::fs::read(&path).unwrap()
}

fn read_bytes(bytes: &[u8]) -> Result<Recording, TraceError> {
    let mut recording = Recording::default();
    read_from(bytes, "a.jsonl", &mut recording)?;
    Ok(recording)
}

fn ids(recording: &Recording) -> Vec<&str> {
    recording
        .attempts
        .iter()
        .map(|attempt| attempt.request_id.as_str())
        .collect()
}

#[test]
fn a_recording_reads_up_to_any_cut() {
    let bytes = lines(&["one", "two", "three"]);
    for cut in 0..bytes.len() {
        let text = &bytes[..cut];
        let recording = read_bytes(text).unwrap_or_else(|error| panic!("{cut}: {error}"));
        // A line that lacks only its line feed is whole.
        let whole = text
            .split(|byte| *byte == b'\n')
            .filter(|line| line.ends_with(b"}}"));
        let whole = whole.filter(|line| serde_json::from_slice::<Line>(line).is_ok());
        let attempts = whole
            .filter(|line| line.starts_with(b"{\"attempt\""))
            .count();
        assert_eq!(recording.attempts.len(), attempts, "{cut}");
        let ended = cut == bytes.len() - 1;
        assert_eq!(recording.losses.len(), usize::from(!ended), "{cut}");
    }
    assert_eq!(read_bytes(&bytes).unwrap().losses, []);
}

#[test]
fn a_compressed_recording_reads_up_to_any_cut_and_on_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl.zst");
    let recorder = Recorder::to_file(&path, header()).unwrap();
    for id in ["one", "two", "three"] {
        recorder.record(attempt(id));
        recorder.flush();
    }
    recorder.close();
    let bytes = std::fs::read(&path).unwrap();
    for cut in (4..bytes.len()).step_by(7) {
        let two = [&bytes[..cut], &bytes[..]].concat();
        std::fs::write(&path, two).unwrap();
        let recording = read(&[&path]).unwrap();
        let ids = ids(&recording);
        assert!(ids.len() >= 3, "cut at {cut}: {ids:?}");
        let (before, behind) = ids.split_at(ids.len() - 3);
        assert_eq!(behind, ["one", "two", "three"], "cut at {cut}");
        assert_eq!(
            before,
            &["one", "two", "three"][..before.len()],
            "cut at {cut}"
        );
        assert!(!recording.losses.is_empty(), "cut at {cut}");
    }
}

#[test]
fn a_concatenated_recording_resumes_at_the_next_header() {
    let (first, second) = (lines(&["one", "two"]), lines(&["three"]));
    for cut in 0..first.len() {
        let both = [&first[..cut], &second].concat();
        let recording = read_bytes(&both).unwrap_or_else(|error| panic!("{cut}: {error}"));
        assert_eq!(ids(&recording).last(), Some(&"three"), "cut at {cut}");
        let whole = cut <= 1 || cut == first.len() - 1;
        assert_eq!(
            recording.losses.is_empty(),
            whole,
            "cut at {cut}: {:?}",
            recording.losses
        );
    }
}

#[test]
fn lines_behind_one_that_cannot_be_read_are_counted_up_to_the_next_header() {
    let bytes = [
        lines(&["one"]),
        b"nonsense\n{}\n\n".to_vec(),
        lines(&["two"]),
    ]
    .concat();
    // Behind the end of the first: also the end is behind the nonsense here.
    let recording = read_bytes(&bytes).unwrap();
    assert_eq!(ids(&recording), ["one", "two"]);
    let [loss] = &recording.losses[..] else {
        panic!("{:?}", recording.losses)
    };
    assert_eq!((loss.line, loss.lost), (5, 2));
    assert_eq!(
        loss.to_string(),
        "a.jsonl:5: 2 lines lost, the first cannot be read: expected value at line 1 column 1"
    );
}

#[test]
fn a_line_above_the_limit_is_a_loss() {
    let bytes = [lines(&["one"]), lines(&["two"])].concat();
    let long = [b"x".repeat(5000), b"\n".to_vec(), bytes].concat();
    let mut recording = Recording::default();
    read_limited(&long[..], "a.jsonl", &mut recording, 4096).unwrap();
    assert_eq!(ids(&recording), ["one", "two"]);
    assert_eq!(recording.losses[0].reason, LossReason::TooLong);
    assert_eq!(recording.losses[0].lost, 1);
}

#[test]
fn attempts_that_the_end_counts_and_nobody_sees_are_missing() {
    let text = String::from_utf8(lines(&["one", "two"])).unwrap();
    let without: Vec<_> = text
        .lines()
        .filter(|line| !line.contains("\"one\""))
        .collect();
    let recording = read_bytes(without.join("\n").as_bytes()).unwrap();
    assert_eq!(recording.losses[0].reason, LossReason::Missing);
    assert_eq!(
        recording.losses[0].to_string(),
        "a.jsonl:4: 1 attempts are missing"
    );
}

#[test]
fn a_newer_format_is_an_error_with_its_place_whatever_else_the_header_holds() {
    let bytes = [
        lines(&["one"]),
        b"{\"header\":{\"format\":2,\"what\":[]}}\n".to_vec(),
    ]
    .concat();
    assert_eq!(
        read_bytes(&bytes).unwrap_err().to_string(),
        "a.jsonl:5: the recording has format 2, and this version reads format 1; \
         read it with the version of rolecall that wrote it, or record again"
    );
}

#[test]
fn what_is_no_recording_is_an_error() {
    for text in [
        "{\"Version\":\"2012-10-17\"}",
        "{\"Version\":\"2012-10-17\"}\n",
        "a\nb\n",
    ] {
        assert_eq!(
            read_bytes(text.as_bytes()).unwrap_err().to_string(),
            "`a.jsonl` is not a recording: it has no line `{\"header\": ...}`",
            "{text}"
        );
    }
    let error = read(&["no/such/file"]).unwrap_err();
    assert_eq!(error.to_string(), "`no/such/file` cannot be read");
}

#[test]
fn several_files_are_one_recording() {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<_> = ["one", "two"]
        .into_iter()
        .map(|id| {
            let path = folder.path().join(id);
            std::fs::write(&path, lines(&[id])).unwrap();
            path
        })
        .collect();
    let recording = read(&paths).unwrap();
    assert_eq!(ids(&recording), ["one", "two"]);
    assert_eq!(recording.headers.len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_in_an_attempt_survives(id in any::<String>(), resource in any::<String>()) {
        let mut written = attempt(&id);
        written.requirements[0].requirement.resource = resource.clone();
        written.context.insert_one("aws:RequestTag/x", resource);
        let mut bytes = serde_json::to_vec(&Line::Header(header())).unwrap();
        bytes.push(b'\n');
        bytes.extend(serde_json::to_vec(&Line::Attempt(Box::new(written.clone()))).unwrap());
        prop_assert_eq!(read_bytes(&bytes).unwrap().attempts, [written]);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = [lines_of_header(), bytes].concat();
        let recording = read_bytes(&text);
        prop_assert!(recording.is_ok());
    }
}

fn lines_of_header() -> Vec<u8> {
    let mut bytes = serde_json::to_vec(&Line::Header(header())).unwrap();
    bytes.push(b'\n');
    bytes
}
