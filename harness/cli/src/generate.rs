//! `rolecall generate`.

use std::process::ExitCode;

use rolecall::{
    least_privilege::{Blocked, GeneratedPolicy, Guard, LeftOut, VerifyError, generate, leave_out},
    trace,
};
use serde_json::{Value, json};

use crate::{
    arguments::Generate,
    failure::{FINDINGS, Failure, print, say},
};

pub(crate) fn run(arguments: &Generate) -> Result<ExitCode, Failure> {
    let guards = arguments.leave_out.iter().map(|text| Guard::parse(text));
    let guards = guards
        .collect::<Result<Vec<_>, VerifyError>>()
        .map_err(|error| Failure::input(&error))?;
    let mut recording =
        trace::read(&arguments.recordings).map_err(|error| Failure::input(&error))?;
    let left_out = leave_out(&mut recording, &guards);
    let blocked = if arguments.leave_out_blocked {
        Blocked::LeftOut
    } else {
        Blocked::Refused
    };
    let policies = generate(&recording, arguments.role.as_deref(), blocked).map_err(|error| {
        if error.is_internal() {
            Failure::fault(&error)
        } else {
            Failure::input(&error)
        }
    })?;
    print(&format!("{}\n", data(&policies).trim_end()))?;
    for policy in &policies {
        report(policy);
    }
    left_out.iter().for_each(report_left_out);
    // What was lost may have needed more: whoever deploys this has to see that.
    Ok(if recording.losses.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FINDINGS)
    })
}

/// One document where there is one; a document or a list of documents for each role otherwise.
fn data(policies: &[GeneratedPolicy]) -> String {
    if let [GeneratedPolicy { documents, .. }] = policies
        && let [document] = documents.as_slice()
    {
        return document.text.clone();
    }
    let of_role = |policy: &GeneratedPolicy| {
        let mut documents: Vec<Value> = policy
            .documents
            .iter()
            .map(|document| document.document.clone())
            .collect();
        if documents.len() == 1 {
            documents.remove(0)
        } else {
            json!(documents)
        }
    };
    let all: serde_json::Map<String, Value> = policies
        .iter()
        .map(|policy| (policy.subject.arn.clone(), of_role(policy)))
        .collect();
    rolecall::policy::document::text(&Value::Object(all))
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

fn report(policy: &GeneratedPolicy) {
    let statements: usize = policy
        .documents
        .iter()
        .map(|document| document.evidence.len())
        .sum();
    say(&format!(
        "rolecall: {}: {} in {}, sufficient and irreducible by our own evaluator",
        policy.subject.arn,
        counted(statements, "statement"),
        counted(policy.documents.len(), "document")
    ));
    for note in &policy.notes {
        say(&format!("  note: {note}"));
    }
}

fn report_left_out(left_out: &LeftOut) {
    let LeftOut {
        guard,
        requirements,
    } = left_out;
    if requirements.is_empty() {
        say(&format!(
            "rolecall: `--leave-out {guard}` is nothing that was recorded"
        ));
    }
    for requirement in requirements {
        say(&format!(
            "rolecall: left out, as `{guard}` says: {requirement}"
        ));
    }
}
