//! `rolecall verify`.

use std::{path::Path, process::ExitCode};

use rolecall::{
    least_privilege::{
        Exactness, Guard, PolicyFile, Report, VerifyError, VerifyOptions, Waiver, exit_status,
        verify,
    },
    trace,
};

use crate::{
    arguments::{Format, Verify},
    failure::{Failure, print},
    named,
};

pub(crate) fn run(arguments: &Verify) -> Result<ExitCode, Failure> {
    for path in &arguments.recordings {
        named::not_a_folder(path, "a recording")?;
    }
    let recording = trace::read(&arguments.recordings).map_err(|error| Failure::input(&error))?;
    let files = arguments
        .policy
        .iter()
        .map(|path| policy(path))
        .collect::<Result<Vec<_>, Failure>>()?;
    let options = options(arguments).map_err(|error| failed(&error))?;
    for guard in &options.forbid {
        named::action(&guard.action)?;
    }
    let outcome = verify(&recording, &files, &options);
    let status = exit_status(&outcome).code();
    let report = outcome.map_err(|error| failed(&error))?;
    print(&text(&report, arguments.format))?;
    Ok(ExitCode::from(status))
}

fn policy(path: &Path) -> Result<PolicyFile, Failure> {
    let text = named::file(
        path,
        "a policy file (`--policy` may be given several times)",
    )?;
    PolicyFile::parse(&path.display().to_string(), &text).map_err(|error| failed(&error))
}

fn options(arguments: &Verify) -> Result<VerifyOptions, VerifyError> {
    Ok(VerifyOptions {
        role: arguments.role.clone(),
        forbid: arguments
            .forbid
            .iter()
            .map(|text| Guard::parse(text))
            .collect::<Result<_, _>>()?,
        waive: arguments
            .waive
            .iter()
            .map(|text| Waiver::parse(text))
            .collect::<Result<_, _>>()?,
        exactness: if arguments.exact {
            Exactness::Exact
        } else {
            Exactness::Noted
        },
    })
}

fn failed(error: &VerifyError) -> Failure {
    match error {
        VerifyError::Policy { rendered, .. } => Failure::rendered(rendered.clone()),
        VerifyError::CatalogDamaged { .. } => Failure::fault(error),
        _ => Failure::input(error),
    }
}

fn text(report: &Report, format: Format) -> String {
    match format {
        Format::Text => report.to_text(),
        Format::Json => format!("{:#}\n", report.to_json()),
    }
}
