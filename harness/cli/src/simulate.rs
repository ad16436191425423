//! `rolecall simulate`.

use std::{
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    process::ExitCode,
};

use clap::Args;
use rolecall::policy::{
    Action,
    simulate::{ExplanationMode, Simulator},
};
use rolecall_catalog::Catalog;

use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct Simulate {
    /// Print decisions without what led to them
    #[arg(long)]
    no_explanation: bool,
}

/// The longest line that is taken, in bytes: a case with policies of the largest size.
const LINE_LIMIT: u64 = 16 << 20;

/// How much is read and written at once, in bytes.
const BUFFER: usize = 1 << 18;

pub(crate) fn run(arguments: &Simulate) -> Result<ExitCode, Failure> {
    let catalog = Catalog::embedded();
    if let Some(damage) = catalog.damage() {
        return Err(Failure::fault(damage));
    }
    let is_known = |action: &Action| catalog.action(action).is_some();
    let mode = if arguments.no_explanation {
        ExplanationMode::Left
    } else {
        ExplanationMode::Full
    };
    let input = BufReader::with_capacity(BUFFER, io::stdin().lock());
    let output = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    match all(input, output, &mut Simulator::new(mode, &is_known)) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        // Whoever closed the pipe has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(Failure::fault(&error)),
    }
}

fn all<R: Read>(
    mut input: BufReader<R>,
    mut output: impl Write,
    simulator: &mut Simulator<'_>,
) -> io::Result<()> {
    let (mut line, mut answer) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        answer.clear();
        input
            .by_ref()
            .take(LINE_LIMIT)
            .read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return output.flush();
        }
        if line.last() != Some(&b'\n') && line.len() as u64 == LINE_LIMIT {
            input.skip_until(b'\n')?;
            answer.extend_from_slice(TOO_LONG);
        } else {
            simulator.line(&line, &mut answer);
        }
        output.write_all(&answer)?;
        // A program that sends one case and waits gets its answer.
        if input.buffer().is_empty() {
            output.flush()?;
        }
    }
}

const TOO_LONG: &[u8] =
    b"{\"id\":null,\"kind\":\"error\",\"error\":\"the line has more than 16,777,216 bytes\"}\n";
