//! Parameters become the requests that botocore makes of them, byte for byte.
//!
//! `tests/data/make.py` writes the fixture; `examples/serialise_requests.rs` compares a random request
//! for every operation.
#![expect(clippy::panic, reason = "a test fails by panicking")]

#[path = "support/names.rs"]
mod names;
#[path = "support/sent.rs"]
mod sent;

use sent::{Sent, difference};

#[test]
fn requests_are_those_of_botocore() {
    let cases: Vec<Sent> = serde_json::from_str(include_str!("data/requests.json")).unwrap();
    assert!(cases.len() > 100, "only {} cases", cases.len());
    let different: Vec<String> = cases.iter().filter_map(difference).collect();
    assert!(
        different.is_empty(),
        "{} of {}\n{}",
        different.len(),
        cases.len(),
        different.join("\n")
    );
}
