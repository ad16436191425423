//! `rolecall verify`.

use std::process::ExitCode;

use rolecall::{
    least_privilege::{
        Exactness, Guard, PolicyFile, Report, RolePolicies, VerifyError, VerifyOptions, Waiver,
        exit_status, verify,
    },
    trace,
};

use crate::{
    arguments::{Format, Verify},
    failure::{Failure, print, say},
    named,
};

pub(crate) fn run(arguments: &Verify) -> Result<ExitCode, Failure> {
    for path in &arguments.recordings {
        named::not_a_folder(path, "a recording")?;
    }
    let recording = trace::read(&arguments.recordings).map_err(|error| Failure::input(&error))?;
    let files = Files::read(arguments)?;
    let options = options(arguments).map_err(|error| failed(&error))?;
    warn_of_waivers(&options.waive);
    for guard in &options.forbid {
        named::action(&guard.action)?;
    }
    if files.by_role.is_empty() {
        let outcome = verify(&recording, &files.for_all, &options);
        let status = exit_status(&outcome).code();
        let report = outcome.map_err(|error| failed(&error))?;
        print(&text(&report, arguments.format))?;
        return Ok(ExitCode::from(status));
    }
    let mut status = 0;
    let mut reports = Vec::new();
    for (role, own) in files.of(arguments.role.as_deref())? {
        let policies: Vec<PolicyFile> = files.for_all.iter().cloned().chain(own).collect();
        let options = VerifyOptions {
            role: Some(role),
            ..options.clone()
        };
        let outcome = verify(&recording, &policies, &options);
        status = status.max(exit_status(&outcome).code());
        reports.push(outcome.map_err(|error| failed(&error))?);
    }
    print(&all(&reports, arguments.format))?;
    Ok(ExitCode::from(status))
}

/// The policies: those of files with one document, and those of files with one for each role, as
/// `generate` writes them for a recording with several.
#[derive(Default)]
struct Files {
    for_all: Vec<PolicyFile>,
    by_role: Vec<RolePolicies>,
}

impl Files {
    fn read(arguments: &Verify) -> Result<Self, Failure> {
        let mut files = Self::default();
        for path in &arguments.policy {
            let name = path.display().to_string();
            let what = "a policy file (`--policy` may be given several times)";
            let text = named::file(path, what)?;
            match RolePolicies::parse(&name, &text).map_err(|error| failed(&error))? {
                Some(roles) => files.by_role.extend(roles),
                None => files
                    .for_all
                    .push(PolicyFile::parse(&name, &text).map_err(|error| failed(&error))?),
            }
        }
        Ok(files)
    }

    /// The roles to verify: the one that is named, or all that the files have.
    fn of(&self, wanted: Option<&str>) -> Result<Vec<(String, Vec<PolicyFile>)>, Failure> {
        let mut roles: Vec<(String, Vec<PolicyFile>)> = Vec::new();
        let is_wanted = |arn: &str| {
            wanted.is_none_or(|wanted| arn == wanted || arn.rsplit('/').next() == Some(wanted))
        };
        for one in self.by_role.iter().filter(|one| is_wanted(&one.role)) {
            let policies = one.policies.clone();
            match roles.iter_mut().find(|(role, _)| *role == one.role) {
                Some((_, known)) => known.extend(policies),
                None => roles.push((one.role.clone(), policies)),
            }
        }
        if roles.is_empty() {
            let known: Vec<&str> = self.by_role.iter().map(|one| one.role.as_str()).collect();
            return Err(Failure::rendered(format!(
                "no policy of `{}` is given: the files have those of {}",
                wanted.unwrap_or_default(),
                known.join(", ")
            )));
        }
        Ok(roles)
    }
}

/// Says which waivers are of actions that AWS does not have: they waive nothing.
fn warn_of_waivers(waivers: &[Waiver]) {
    for waiver in waivers {
        if let Waiver::Action(action) = waiver
            && let Some(unknown) = named::unknown_action(action)
        {
            say(&format!("rolecall: warning: --waive {action}: {unknown}"));
        }
    }
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

fn all(reports: &[Report], format: Format) -> String {
    match format {
        Format::Text => {
            let each: Vec<String> = reports.iter().map(Report::to_text).collect();
            each.join("\n")
        }
        Format::Json => {
            let each: Vec<_> = reports.iter().map(Report::to_json).collect();
            format!("{:#}\n", serde_json::Value::from(each))
        }
    }
}
