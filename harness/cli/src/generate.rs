//! `rolecall generate`.

use std::process::ExitCode;

use rolecall::{
    least_privilege::{Blocked, GeneratedPolicy, generate},
    trace,
};
use serde_json::{Value, json};

use crate::{
    arguments::Generate,
    failure::{Failure, print, say},
};

pub(crate) fn run(arguments: &Generate) -> Result<ExitCode, Failure> {
    let recording = trace::read(&arguments.recordings).map_err(|error| Failure::input(&error))?;
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
    Ok(ExitCode::SUCCESS)
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
    serde_json::to_string_pretty(&all).unwrap_or_default()
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
