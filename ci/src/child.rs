//! Programs that are run, with their output going straight through.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context as _, bail};

use crate::tree;

/// Writes a line to stderr.
#[expect(
    clippy::print_stderr,
    reason = "this program talks to the person who runs it"
)]
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}

/// Writes the title of a step to stderr.
pub(crate) fn title(text: &str) {
    say(&format!("\n=== {text}"));
}

/// A program to run in the root of the workspace.
#[derive(Debug)]
pub(crate) struct Child {
    command: Command,
    line: String,
}

impl Child {
    /// A program with its first arguments.
    pub(crate) fn new<A: AsRef<OsStr>>(
        program: impl AsRef<OsStr>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        let mut command = Command::new(&program);
        command.current_dir(tree::root());
        let line = program.as_ref().to_string_lossy().into_owned();
        Self { command, line }.args(arguments)
    }

    /// The cargo that runs this program.
    pub(crate) fn cargo<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Self {
        let cargo = tree::variable("CARGO").unwrap_or_else(|| "cargo".to_owned());
        Self::new(cargo, arguments)
    }

    /// With more arguments.
    pub(crate) fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        for argument in arguments {
            self.line.push(' ');
            self.line.push_str(&argument.as_ref().to_string_lossy());
            self.command.arg(argument);
        }
        self
    }

    /// With a variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// In another folder.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it, output straight through; its exit status, or nothing if a signal ended it.
    pub(crate) fn status(mut self) -> anyhow::Result<Option<i32>> {
        let status = self.command.status();
        Ok(status
            .with_context(|| format!("`{}` does not start", self.line))?
            .code())
    }

    /// Runs it, output straight through, and fails unless it succeeds.
    pub(crate) fn succeed(self) -> anyhow::Result<()> {
        let line = self.line.clone();
        match self.status()? {
            Some(0) => Ok(()),
            Some(status) => bail!("`{line}` ended with exit status {status}"),
            None => bail!("`{line}` was ended by a signal"),
        }
    }

    /// Runs it and takes what it writes.
    pub(crate) fn output(mut self) -> anyhow::Result<Output> {
        self.command
            .output()
            .with_context(|| format!("`{}` does not start", self.line))
    }

    /// Runs it, takes its stdout, passes its stderr through; with its exit status.
    pub(crate) fn stdout(mut self) -> anyhow::Result<(String, Option<i32>)> {
        self.command.stderr(std::process::Stdio::inherit());
        let output = self.output()?;
        Ok((
            String::from_utf8_lossy(&output.stdout).into_owned(),
            output.status.code(),
        ))
    }
}
