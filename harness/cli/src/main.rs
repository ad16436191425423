//! The command `rolecall`.
//!
//! Exit status: 0 no finding, 1 findings, 2 the input was bad, 3 an internal fault or a recording
//! that could not be written; `record` passes the status of its command on first.

mod arguments;
mod backends;
mod compare;
mod config;
mod expand;
mod explain;
mod failure;
mod generate;
mod log;
mod named;
mod policies;
mod record;
mod resolve;
mod serve;
mod simulate;
mod validate;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use crate::{
    arguments::{Arguments, Verb},
    failure::Failure,
};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // clap prints help and version to stdout, and errors to stderr.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() {
                failure::BAD_INPUT
            } else {
                0
            });
        }
    };
    log::start(arguments.log.as_deref());
    let done = match arguments.verb {
        Verb::Serve(arguments) => serve::run(arguments),
        Verb::Record(arguments) => record::run(arguments),
        Verb::Generate(arguments) => generate::run(&arguments),
        Verb::Verify(arguments) => verify::run(&arguments),
        Verb::Resolve(arguments) => resolve::run(&arguments),
        Verb::Explain(arguments) => explain::run(&arguments),
        Verb::Simulate(arguments) => simulate::run(&arguments),
        Verb::Compare(arguments) => compare::run(&arguments),
        Verb::Can(arguments) => compare::run_can(&arguments),
        Verb::Public(arguments) => compare::run_public(&arguments),
        Verb::Expand(arguments) => expand::run(&arguments),
        Verb::Shrink(arguments) => expand::run_shrink(&arguments),
        Verb::Validate(arguments) => validate::run(&arguments),
    };
    done.unwrap_or_else(|failure: Failure| failure.report())
}
