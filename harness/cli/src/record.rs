//! `rolecall record`.

use std::{
    os::unix::process::ExitStatusExt,
    process::{ExitCode, ExitStatus},
};

use rolecall::{CommandLine, Mode, RecordError, RecordRequest, Recorded, least_privilege};

use crate::{
    arguments::Record,
    config,
    failure::{FAULT, Failure, say},
    policies,
};

pub(crate) fn run(arguments: Record) -> Result<ExitCode, Failure> {
    let mut policies = Vec::new();
    for (index, path) in arguments.policy.iter().enumerate() {
        let (name, text) = policies::read(path)?;
        // Two files of one name are two policies all the same.
        policies.push((format!("{}-{name}", index + 1), text));
    }
    let mut words = arguments.command.into_iter();
    let program = words.next().unwrap_or_default();
    let output = arguments.output.clone();
    let request = RecordRequest {
        role: arguments.role.clone(),
        policies,
        mode: Mode::from(arguments.mode),
        setup: arguments.setup,
        endpoint: arguments.endpoint,
        account: arguments.account,
        region: arguments.region,
        memory: Some(arguments.backends.memory),
        choices: arguments.backends.choices()?,
        output: arguments.output,
        redact: arguments.redact,
        command: CommandLine {
            program,
            arguments: words.collect(),
        },
        inherited: config::inherited(),
    };
    let mode = request.mode;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::fault(&error))?;
    let recorded = runtime
        .block_on(rolecall::record(request))
        .map_err(|error| failure(&error))?;
    say(&format!(
        "\nrolecall: role {}, mode {}",
        arguments.role,
        mode.word()
    ));
    say(least_privilege::summary(&recorded.recording)
        .to_text()
        .trim_end());
    if let Some(path) = output {
        say(&written(&path.display().to_string(), &recorded));
    }
    Ok(status(&recorded))
}

fn written(path: &str, recorded: &Recorded) -> String {
    let summary = &recorded.summary;
    if summary.is_complete() {
        return format!("recording: {path}");
    }
    let error = summary.error.as_deref().unwrap_or("the disk was too slow");
    format!(
        "recording: `{path}` is not complete: {error}; {} lines are lost",
        summary.lost
    )
}

fn failure(error: &RecordError) -> Failure {
    match error {
        RecordError::Policy(_)
        | RecordError::Start(_)
        | RecordError::Control(_)
        | RecordError::Mode { .. }
        | RecordError::Setup { .. }
        | RecordError::Spawn { .. } => Failure::input(error),
        RecordError::Recording(_) => Failure::fault(error),
    }
}

/// The status of the command comes first; then that of the recording.
fn status(recorded: &Recorded) -> ExitCode {
    match of_command(recorded.status) {
        0 if !recorded.summary.is_complete() => ExitCode::from(FAULT),
        status => ExitCode::from(status),
    }
}

// As a shell has it: 128 and the number of the signal.
fn of_command(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok())
        .unwrap_or(FAULT)
}
