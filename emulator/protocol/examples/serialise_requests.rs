//! Serialises the parameters of requests that botocore made and compares the bytes.
//!
//!     python emulator/protocol/tests/data/make.py --all REQUESTS ANSWERS
//!     cargo run -p rolecall-protocol --example serialise_requests REQUESTS
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    reason = "a command for developers"
)]

use std::{fs, process::ExitCode};

#[path = "../tests/support/names.rs"]
mod names;
#[path = "../tests/support/sent.rs"]
mod sent;

use sent::{Sent, difference};

fn main() -> ExitCode {
    let file = std::env::args()
        .nth(1)
        .unwrap_or_else(|| panic!("which file?"));
    let cases: Vec<Sent> = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let different: Vec<String> = cases.iter().filter_map(difference).collect();
    for difference in &different {
        println!("{difference}");
    }
    println!(
        "{} requests, {} of ours are others than botocore's",
        cases.len(),
        different.len()
    );
    ExitCode::from(u8::from(!different.is_empty()))
}
