//! Answers and errors as responses, held against what was once checked with botocore's parsers.
//!
//! The cases are in `tests/data/answers.json`, the responses in `tests/data/responses.json`. What
//! this test serialised goes to `responses.json` in the folder for test output of the target
//! folder, from where `tests/data/check_responses.py` parses it with botocore.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "support/names.rs"]
mod names;
#[path = "support/operation.rs"]
mod operation;
#[path = "support/respond.rs"]
mod respond;

use std::{fs, path::Path};

use respond::{Case, Written, write};

#[test]
fn responses_are_those_that_botocore_understood() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("data/answers.json")).unwrap();
    assert!(cases.len() > 100, "only {} cases", cases.len());
    let written: Vec<Written> = cases.iter().map(write).collect();
    let mut text = serde_json::to_string_pretty(&written).unwrap();
    text.push('\n');
    let output = Path::new(env!("CARGO_TARGET_TMPDIR")).join("responses.json");
    fs::write(&output, &text).unwrap();
    let golden: Vec<Written> = serde_json::from_str(include_str!("data/responses.json")).unwrap();
    for (new, old) in written.iter().zip(&golden) {
        assert_eq!(
            new,
            old,
            "if that is right, check {} and copy it",
            output.display()
        );
    }
    assert_eq!(
        written.len(),
        golden.len(),
        "check {} and copy it",
        output.display()
    );
}
