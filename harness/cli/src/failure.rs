//! Why a command cannot do its work, and the exit status for it.

use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
};

/// There is something that a person has to look at.
pub(crate) const FINDINGS: u8 = 1;
/// The input was bad.
pub(crate) const BAD_INPUT: u8 = 2;
/// An internal fault, or a recording that could not be written.
pub(crate) const FAULT: u8 = 3;

/// What is told to the user, and the status.
#[derive(Debug)]
pub(crate) struct Failure {
    status: u8,
    text: String,
}

impl Failure {
    /// The input was bad.
    pub(crate) fn input(error: &(dyn Error + 'static)) -> Self {
        Self {
            status: BAD_INPUT,
            text: chain(error),
        }
    }

    /// The input was bad, in a text that says where and what.
    pub(crate) fn rendered(text: impl Into<String>) -> Self {
        Self {
            status: BAD_INPUT,
            text: text.into(),
        }
    }

    /// A fault of ours or of the machine; none if the reader of our output has read enough.
    pub(crate) fn fault(error: &(dyn Error + 'static)) -> Self {
        let closed = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
        if error.downcast_ref::<io::Error>().is_some_and(closed) {
            return Self {
                status: 0,
                text: String::new(),
            };
        }
        Self {
            status: FAULT,
            text: chain(error),
        }
    }

    /// Tells it.
    pub(crate) fn report(&self) -> ExitCode {
        if !self.text.is_empty() {
            say(&format!("rolecall: {}", self.text.trim_end()));
        }
        ExitCode::from(self.status)
    }
}

fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// Writes a line to stderr; whoever closed it does not want to read it.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Writes data to stdout.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| Failure::fault(&error))
}
