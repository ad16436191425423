//! Recognition, held against the models and against what real clients send.
#![expect(clippy::expect_used, clippy::print_stdout, reason = "tests")]

mod any_request;
mod captured;
mod every_operation;
mod request;
mod wire;
