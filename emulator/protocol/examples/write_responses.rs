//! Serialises answers for botocore to parse.
//!
//!     python emulator/protocol/tests/data/make.py --all REQUESTS ANSWERS
//!     cargo run -p rolecall-protocol --example write_responses ANSWERS RESPONSES
//!     python emulator/protocol/tests/data/check_responses.py RESPONSES ANSWERS
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a command for developers"
)]

#[path = "../tests/support/names.rs"]
mod names;
#[path = "../tests/support/operation.rs"]
mod operation;
#[path = "../tests/support/respond.rs"]
mod respond;

use std::fs;

use respond::{Case, Written, write};

fn main() {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let [answers, responses] = files.as_slice() else {
        panic!("which two files?")
    };
    let cases: Vec<Case> = serde_json::from_str(&fs::read_to_string(answers).unwrap()).unwrap();
    let written: Vec<Written> = cases.iter().map(write).collect();
    fs::write(responses, serde_json::to_string(&written).unwrap()).unwrap();
}
