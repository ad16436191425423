//! The sentences.
#![expect(
    clippy::needless_pass_by_value,
    reason = "cucumber parses each argument of a step into a value of its own"
)]

mod functions;
mod outcomes;
mod performed;
mod policies;
