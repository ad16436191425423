//! `rolecall validate`.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use rolecall_analysis::validate::{Check, Finding, FindingKind, PolicyType, fix, validate_bytes};
use rolecall_catalog::Catalog;
use serde_json::{Value, json};

use crate::{
    arguments::Format,
    failure::{BAD_INPUT, Failure, print, say},
    named,
};

#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 no finding that counts, 1 findings, 2 a file that cannot be read or is \
                  not JSON. Errors, security warnings and warnings count; suggestions do not."
)]
pub(crate) struct Validate {
    /// Policy documents; `-` is stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What the policies are used as: identity, boundary, session, trust, resource,
    /// resource:SERVICE (such as resource:s3), endpoint, scp or rcp
    #[arg(long = "type", default_value = "identity", value_name = "TYPE", value_parser = policy_type)]
    kind: PolicyType,
    /// Write the files back with every change that is certain, and report what is left
    #[arg(long)]
    fix: bool,
    /// How to print the findings; JSON has the form of ValidatePolicy of IAM Access Analyzer
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

fn policy_type(text: &str) -> Result<PolicyType, String> {
    let found = PolicyType::parse(text);
    let found = found.ok_or_else(|| format!("one of {}", PolicyType::NAMES.join(", ")))?;
    if let PolicyType::Resource {
        service: Some(service),
    } = &found
    {
        named::service(service)?;
    }
    Ok(found)
}

/// The most that is read from stdin: far more than any policy may have.
const STDIN_LIMIT: u64 = 16 << 20;

/// A file with what was found in it.
struct Checked {
    name: String,
    text: String,
    findings: Vec<Finding>,
    fixed: usize,
}

pub(crate) fn run(arguments: &Validate) -> Result<ExitCode, Failure> {
    let stdin = arguments
        .files
        .iter()
        .filter(|path| path.as_os_str() == "-");
    match stdin.count() {
        1 if arguments.fix => {
            return Err(Failure::rendered(
                "`-` is stdin, which cannot be written back: give --fix a file",
            ));
        }
        0 | 1 => {}
        _ => return Err(Failure::rendered("`-` is stdin, which can be read once")),
    }
    let catalog = Catalog::embedded();
    if let Some(damage) = catalog.damage() {
        return Err(Failure::fault(damage));
    }
    let mut files = Vec::new();
    for path in &arguments.files {
        files.push(check(path, arguments, catalog)?);
    }
    print(&match arguments.format {
        Format::Text => text(&files),
        Format::Json => format!("{:#}\n", to_json(&files, &arguments.kind, catalog)),
    })?;
    Ok(status(&files))
}

fn check(path: &PathBuf, arguments: &Validate, catalog: &Catalog) -> Result<Checked, Failure> {
    let is_stdin = path.as_os_str() == "-";
    let name = if is_stdin {
        "stdin".to_owned()
    } else {
        path.display().to_string()
    };
    let cannot = |what: &str, error: io::Error| {
        Failure::rendered(format!("`{name}` cannot be {what}: {error}"))
    };
    let mut bytes = read(path, is_stdin).map_err(|error| cannot("read", error))?;
    let mut fixed = 0;
    if arguments.fix
        && let Ok(text) = std::str::from_utf8(&bytes)
    {
        let changed = fix(text, &arguments.kind, catalog);
        fixed = changed.applied.len();
        if fixed > 0 {
            fs::write(path, &changed.text).map_err(|error| cannot("written", error))?;
            say(&format!("rolecall: `{name}`: {}", count(fixed, "change")));
            bytes = changed.text.into_bytes();
        }
    }
    Ok(Checked {
        findings: validate_bytes(&bytes, &arguments.kind, catalog),
        text: String::from_utf8_lossy(&bytes).into_owned(),
        name,
        fixed,
    })
}

fn read(path: &Path, is_stdin: bool) -> io::Result<Vec<u8>> {
    if !is_stdin {
        return fs::read(path);
    }
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .take(STDIN_LIMIT)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn text(files: &[Checked]) -> String {
    let mut out = String::new();
    for file in files {
        for finding in &file.findings {
            out.push_str(&finding.render(&file.name, &file.text));
            out.push('\n');
        }
    }
    let all = || files.iter().flat_map(|file| &file.findings);
    let kinds = [
        FindingKind::Error,
        FindingKind::SecurityWarning,
        FindingKind::Warning,
        FindingKind::Suggestion,
    ];
    let counts: Vec<String> = kinds
        .iter()
        .map(|kind| {
            (
                kind,
                all().filter(|finding| finding.kind() == *kind).count(),
            )
        })
        .filter(|(_, number)| *number > 0)
        .map(|(kind, number)| count(number, kind.noun()))
        .collect();
    let found = if counts.is_empty() {
        "no finding".to_owned()
    } else {
        counts.join(", ")
    };
    let of = count(files.len(), "file");
    out.extend([found.as_str(), " in ", &of, "\n"]);
    out
}

fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

fn to_json(files: &[Checked], kind: &PolicyType, catalog: &Catalog) -> Value {
    let files: Vec<Value> = files
        .iter()
        .map(|file| {
            let findings: Vec<Value> = file.findings.iter().map(Finding::to_json).collect();
            json!({ "file": file.name, "fixed": file.fixed, "findings": findings })
        })
        .collect();
    json!({ "type": kind.to_string(), "catalog": catalog.version(), "files": files })
}

fn status(files: &[Checked]) -> ExitCode {
    let mut findings = files.iter().flat_map(|file| &file.findings);
    let unreadable = |finding: &Finding| finding.check == Check::JsonSyntaxError;
    if findings.clone().any(unreadable) {
        return ExitCode::from(BAD_INPUT);
    }
    ExitCode::from(u8::from(findings.any(|finding| finding.kind().counts())))
}
