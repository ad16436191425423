//! Assumed, undetermined or lost: nobody can say.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_policy::{Action, DecisionKind, Provenance};
use rolecall_trace::Attempt;

use super::{Waiver, case::Case};
use crate::{
    evidence::{Evidence, counted, operation},
    reason,
    replay::{Need, Owner},
    report::{Finding, FindingKind, Note, Report},
};

/// What is unknown, by its action and its message.
#[derive(Default)]
struct Unknown<'a>(BTreeMap<(&'a Action, String), Seen<'a>>);

/// Where it was seen: the resource and the attempts.
type Seen<'a> = (String, Vec<&'a Attempt>);

pub(super) fn find(case: &Case<'_>, report: &mut Report) {
    let mut unknown = Unknown::default();
    for (need, decision) in case.decided() {
        unknown.add_assumed(need);
        if need.owner == Owner::Supposed {
            let why = "the resource's own policy was not recorded; it is supposed to let the \
                       caller's account decide";
            unknown.add(need, format!("{}: {why}", pair(need)));
        }
        if decision.kind == DecisionKind::Undetermined {
            let why = reason::undetermined(&decision.undetermined_keys);
            unknown.add(need, format!("{}: {why}", pair(need)));
        }
        let facts = need.requirement.unknown_facts.iter();
        report.notes.extend(facts.map(|fact| Note {
            message: format!("not known: {fact}, for {}", pair(need)),
            place: None,
        }));
    }
    for one in &case.undecidable {
        let requirement = one.requirement;
        let message = format!(
            "`{}` on `{}` cannot be decided again: {}",
            requirement.action, requirement.resource, one.reason
        );
        unknown.push(
            &requirement.action,
            message,
            &requirement.resource,
            one.attempt,
        );
    }
    let mut used = unknown.report(case, report);
    used.extend(lost(case, report));
    for (index, waiver) in case.options.waive.iter().enumerate() {
        if !used.contains(&index) {
            let message = format!("the waiver `{}` waives nothing", name(waiver));
            report.notes.push(Note {
                message,
                place: None,
            });
        }
    }
    report
        .notes
        .sort_by(|a, b| (&a.place, &a.message).cmp(&(&b.place, &b.message)));
    report.notes.dedup();
}

impl<'a> Unknown<'a> {
    fn add_assumed(&mut self, need: &Need<'a>) {
        let requirement = need.requirement;
        if requirement.action_provenance == Provenance::Assumed {
            let operation = operation(need.attempt);
            let action = &requirement.action;
            let message =
                format!("that {operation} needs `{action}` is assumed: no source says so");
            self.add(need, message);
        } else if requirement.resource_provenance == Provenance::Assumed {
            self.add(need, format!("the resource of {} is assumed", pair(need)));
        }
    }

    fn add(&mut self, need: &Need<'a>, message: String) {
        let requirement = need.requirement;
        self.push(
            &requirement.action,
            message,
            &requirement.resource,
            need.attempt,
        );
    }

    fn push(&mut self, action: &'a Action, message: String, resource: &str, attempt: &'a Attempt) {
        let entry = self.0.entry((action, message));
        let (_, attempts) = entry.or_insert_with(|| (resource.to_owned(), Vec::new()));
        attempts.push(attempt);
    }

    /// Reports all, and says which waivers were of use.
    fn report(self, case: &Case<'_>, report: &mut Report) -> BTreeSet<usize> {
        let mut used = BTreeSet::new();
        for ((action, message), (resource, attempts)) in self.0 {
            let waives = |waiver: &Waiver| match waiver {
                Waiver::Action(waived) => waived == action,
                Waiver::Lost => false,
            };
            if let Some(index) = case.options.waive.iter().position(waives) {
                used.insert(index);
                report.notes.push(Note {
                    message: format!("waived: {message}"),
                    place: None,
                });
                continue;
            }
            let action = action.as_str();
            report.findings.push(
                Finding::new(FindingKind::Unknown, message)
                    .with_help(format!("if you know better, `--waive {action}`"))
                    .about(action, &resource)
                    .with_evidence(Evidence::of(attempts)),
            );
        }
        used
    }
}

/// What was lost may have needed anything.
fn lost(case: &Case<'_>, report: &mut Report) -> Option<usize> {
    let losses = &case.recording.losses;
    if losses.is_empty() {
        return None;
    }
    let lost: u64 = losses.iter().map(|loss| loss.lost).sum();
    let count = usize::try_from(lost).unwrap_or(usize::MAX);
    let message = if count == 0 {
        // Cut off between two lines: how much is missing, nobody knows.
        "a recording has no end: it was cut off, or is going on".to_owned()
    } else {
        format!("{} of the recording lost", counted(count, "line"))
    };
    let waiver = case
        .options
        .waive
        .iter()
        .position(|waiver| *waiver == Waiver::Lost);
    if waiver.is_some() {
        report.notes.push(Note {
            message: format!("waived: {message}"),
            place: None,
        });
    } else {
        let finding = Finding::new(FindingKind::Unknown, message)
            .with_help("record again, or accept it with `--waive lost`");
        report.findings.push(finding);
    }
    waiver
}

fn name(waiver: &Waiver) -> &str {
    match waiver {
        Waiver::Lost => "lost",
        Waiver::Action(action) => action.as_str(),
    }
}

fn pair(need: &Need<'_>) -> String {
    format!(
        "`{}` on `{}`",
        need.requirement.action, need.requirement.resource
    )
}
