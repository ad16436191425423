//! `cargo ci test`.

use std::hash::{BuildHasher as _, RandomState};

use anyhow::bail;

use crate::child::{self, Child};
use crate::{tools, tree};

/// Every crate but the benchmarks, which no test builds.
const WORKSPACE: [&str; 3] = ["--workspace", "--exclude", "rolecall-bench"];

/// Installs, lints, builds, tests.
pub(crate) fn run(full: bool) -> anyhow::Result<()> {
    nextest_is_there()?;
    child::title("what the tests need, into target/test-tools");
    let tools = tools::for_tests()?;
    let dockerd = tools::dockerd();
    child::say(&match dockerd.strip_prefix("no: ") {
        None => format!("containers: tested with {dockerd}"),
        Some(why) => format!("CONTAINERS ARE NOT TESTED HERE: {why}"),
    });
    child::title("clippy");
    Child::cargo(["clippy", "--quiet"])
        .args(WORKSPACE)
        .args(["--all-targets", "--", "-D", "warnings"])
        .succeed()?;
    child::title("build");
    Child::cargo(["nextest", "run", "--no-run"])
        .args(WORKSPACE)
        .succeed()?;
    let seed = seed();
    let extent = if full {
        "whole suites"
    } else {
        "the slice that it chooses"
    };
    child::title(&format!("tests, with ROLECALL_SEED={seed} ({extent})"));
    let run = Child::cargo(["nextest", "run"])
        .args(WORKSPACE)
        .env("ROLECALL_TEST_TOOLS", tools)
        .env("ROLECALL_DOCKERD", dockerd)
        .env("PROPTEST_RNG_SEED", &seed)
        .env("ROLECALL_SEED", seed);
    let run = if full {
        run.args(["--profile", "full"]).env("ROLECALL_FULL", "1")
    } else {
        run
    };
    run.succeed()
}

fn nextest_is_there() -> anyhow::Result<()> {
    let asked = Child::cargo(["nextest", "--version"]).output()?;
    if asked.status.success() {
        return Ok(());
    }
    bail!("cargo-nextest is missing; install it with `cargo install --locked cargo-nextest`")
}

/// The seed that was asked for, or another each time.
fn seed() -> String {
    tree::variable("ROLECALL_SEED")
        .unwrap_or_else(|| RandomState::new().hash_one("rolecall").to_string())
}
