//! `cargo ci ...`: what checks, shows and regenerates this repository.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod catalog;
mod child;
mod demo;
mod python;
mod tests_of_workspace;
mod tidy;
mod tools;
mod tree;

/// What checks, shows and regenerates this repository.
#[derive(Debug, Parser)]
#[command(name = "cargo ci")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Installs what the tests need, runs clippy, then every test, and ends with their summary.
    Test {
        /// Runs generated and random suites whole, not the slice that the seed chooses.
        #[arg(long)]
        full: bool,
    },
    /// Shows the whole loop on `fixtures/functions/orders`: record, generate, verify, enforce.
    Demo,
    /// Checks dependency arrows, formatting, file names and that no file names a registry's host.
    Tidy,
    /// Writes the committed catalog from pinned packages.
    Catalog(catalog::Args),
    /// Installs the SDKs that the tests drive, for a run of nextest by hand.
    Tools,
    /// Measures the server against a bare hyper server.
    Bench {
        /// Passed on to the benchmark.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Test { full } => tests_of_workspace::run(full),
        Task::Demo => demo::run(),
        Task::Tidy => tidy::run(),
        Task::Catalog(args) => catalog::run(&args),
        Task::Tools => tools::for_tests().map(drop),
        Task::Bench { arguments } => bench(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            child::say(&format!("cargo ci: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn bench(arguments: &[String]) -> anyhow::Result<()> {
    child::Child::cargo(["run", "--release", "--package", "rolecall-bench", "--"])
        .args(arguments)
        .succeed()
}
