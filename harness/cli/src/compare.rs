//! `rolecall compare`, `rolecall can` and `rolecall public`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use clap::{Args, ValueEnum};
use rolecall::policy::{Policy, PolicyKind};
use rolecall_analysis::{
    access::{Access, granted, public},
    compare::{CompareError, CompareOptions, Comparison, Question, Verdict, compare},
};

use crate::{
    arguments::Format,
    failure::{Failure, print},
    named,
};

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum PolicyType {
    /// Attached to a user, a group or a role
    Identity,
    /// Attached to a resource; trust policies too
    Resource,
}

#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// The policy as it is; a folder for all its .json files together
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The policy as it is to be
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// What kind of policies they are
    #[arg(long, value_enum, default_value = "identity")]
    r#type: PolicyType,
    /// How to print the answer
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Can {
    /// The policy; a folder for all its .json files together
    #[arg(value_name = "POLICY")]
    policy: PathBuf,
    /// The action; wildcards ask for any of several
    #[arg(value_name = "ACTION")]
    action: String,
    /// The resource; wildcards ask for any of several, nothing for any at all
    #[arg(value_name = "ARN")]
    resource: Option<String>,
    /// What kind of policy it is
    #[arg(long, value_enum, default_value = "identity")]
    r#type: PolicyType,
    /// How to print the answer
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Public {
    /// The resource policy
    #[arg(value_name = "POLICY")]
    policy: PathBuf,
    /// How to print the answer
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) fn run(arguments: &Compare) -> Result<ExitCode, Failure> {
    let old = read(&arguments.old, arguments.r#type)?;
    let new = read(&arguments.new, arguments.r#type)?;
    let found = compare(&old, &new, &CompareOptions::default());
    answer(found, Question::NewAccess, arguments.format)
}

pub(crate) fn run_can(arguments: &Can) -> Result<ExitCode, Failure> {
    named::action(&arguments.action)?;
    arguments
        .resource
        .as_deref()
        .map_or(Ok(()), named::resource)?;
    let policies = read(&arguments.policy, arguments.r#type)?;
    let access = Access {
        actions: vec![arguments.action.clone()],
        resources: arguments.resource.iter().cloned().collect(),
    };
    let found = granted(&policies, &access, &CompareOptions::default());
    answer(found, Question::Granted, arguments.format)
}

pub(crate) fn run_public(arguments: &Public) -> Result<ExitCode, Failure> {
    let policies = read(&arguments.policy, PolicyType::Resource)?;
    let [policy] = policies.as_slice() else {
        return Err(Failure::input(&CompareError::SeveralResourcePolicies(
            policies.len(),
        )));
    };
    answer(
        public(policy, &CompareOptions::default()),
        Question::Public,
        arguments.format,
    )
}

/// What is not proven to be harmless is a finding, as AWS's checks have it.
fn answer(
    found: Result<Comparison, CompareError>,
    question: Question,
    format: Format,
) -> Result<ExitCode, Failure> {
    let found = found.map_err(|error| match error {
        CompareError::CatalogDamaged(_) | CompareError::Printing(_) => Failure::fault(&error),
        _ => Failure::input(&error),
    })?;
    print(&match format {
        Format::Text => found.to_text(question),
        Format::Json => format!("{:#}\n", found.to_json(question)),
    })?;
    Ok(match found.verdict {
        Verdict::NoNewAccess => ExitCode::SUCCESS,
        Verdict::NewAccess | Verdict::Unknown => ExitCode::from(1),
    })
}

fn read(path: &Path, kind: PolicyType) -> Result<Vec<Arc<Policy>>, Failure> {
    if !path.is_dir() {
        return Ok(vec![read_one(path, kind)?]);
    }
    let unreadable =
        |error| Failure::rendered(format!("`{}` cannot be read: {error}", path.display()));
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if file.extension().is_some_and(|ending| ending == "json") {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        let text = format!("`{}` has no .json file in it", path.display());
        return Err(Failure::rendered(text));
    }
    files.iter().map(|file| read_one(file, kind)).collect()
}

fn read_one(path: &Path, kind: PolicyType) -> Result<Arc<Policy>, Failure> {
    let name = path.display().to_string();
    let bytes = fs::read(path)
        .map_err(|error| Failure::rendered(format!("`{name}` cannot be read: {error}")))?;
    let kind = match kind {
        PolicyType::Identity => PolicyKind::Identity,
        PolicyType::Resource => PolicyKind::Resource,
    };
    let text = String::from_utf8_lossy(&bytes);
    let parsed = Policy::parse_bytes(&name, kind, &bytes);
    parsed
        .map(Arc::new)
        .map_err(|error| Failure::rendered(error.render(&name, &text)))
}
