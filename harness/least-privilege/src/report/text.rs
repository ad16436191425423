//! The report for people.

use std::fmt::Write;

use super::finding::{Finding, FindingKind, Note, Report, StatementPlace};
use crate::evidence::{Evidence, counted};

/// Renders a report; ends in a line feed.
pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        add_finding(&mut out, finding);
        out.push('\n');
    }
    for note in &report.notes {
        add_note(&mut out, note);
    }
    if !report.notes.is_empty() {
        out.push('\n');
    }
    out.push_str(&closing(report));
    out
}

fn add_finding(out: &mut String, finding: &Finding) {
    line(
        out,
        &format!("{}: {}", finding.kind.as_str(), finding.message),
    );
    if let Some(place) = &finding.place {
        line(out, &format!("  --> {}", at(place)));
    }
    if let Some(evidence) = &finding.evidence {
        line(out, &format!("  evidence: {}", describe(evidence)));
    }
    if let Some(help) = &finding.help {
        line(out, &format!("  help: {help}"));
    }
}

fn add_note(out: &mut String, note: &Note) {
    line(out, &format!("note: {}", note.message));
    if let Some(place) = &note.place {
        line(out, &format!("  --> {}", at(place)));
    }
}

fn line(out: &mut String, text: &str) {
    // Writing to a String does not fail.
    let _ = writeln!(out, "{text}");
}

fn at(place: &StatementPlace) -> String {
    let StatementPlace {
        file,
        line,
        column,
        statement,
        sid,
    } = place;
    let sid = sid
        .as_ref()
        .map(|sid| format!(" (`{sid}`)"))
        .unwrap_or_default();
    format!("{file}:{line}:{column}, statement {statement}{sid}")
}

/// `3 attempts (s3.CopyObject 2, s3.GetObject 1), the first at 2026-... (request r-1)`.
fn describe(evidence: &Evidence) -> String {
    let operations: Vec<_> = evidence
        .operations
        .iter()
        .map(|(operation, count)| format!("{operation} {count}"))
        .collect();
    let mut text = counted(evidence.attempts, "attempt");
    if !operations.is_empty() {
        let _ = write!(text, " ({})", operations.join(", "));
    }
    if let Some(first) = &evidence.first {
        let _ = write!(
            text,
            ", the first at {} (request {})",
            first.time, first.request_id
        );
    }
    text
}

fn closing(report: &Report) -> String {
    let subject = report.subject.as_deref().unwrap_or("no role");
    let counts: Vec<_> = FindingKind::ALL
        .into_iter()
        .filter(|kind| report.count(*kind) > 0)
        .map(|kind| format!("{} {}", report.count(kind), kind.as_str()))
        .collect();
    let findings = match counts.as_slice() {
        [] => "no finding".to_owned(),
        counts => format!(
            "{}: {}",
            counted(report.findings.len(), "finding"),
            counts.join(", ")
        ),
    };
    format!(
        "{subject}: {}, {}; {findings}\n",
        counted(report.requirements, "requirement"),
        counted(report.notes.len(), "note"),
    )
}
