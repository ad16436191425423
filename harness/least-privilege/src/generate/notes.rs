//! What a reader of a generated policy should know.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_policy::Provenance;
use rolecall_trace::Recording;

use super::{Sorted, grants};
use crate::{
    caveats,
    evidence::{counted, operation},
    reason,
    replay::{Need, Owner},
    subject::Subject,
};

/// All notes, sorted.
pub(super) fn of(
    recording: &Recording,
    subject: &Subject,
    sorted: &Sorted<'_, '_>,
) -> BTreeSet<String> {
    let mut notes = caveats::of(recording, Some(subject));
    for (pair, count) in pairs(&sorted.elsewhere) {
        let attempts = counted(count, "attempt");
        notes.insert(format!(
            "left out, since a resource policy allows it: {pair} ({attempts})"
        ));
    }
    for unmet in &sorted.blocked {
        notes.insert(format!(
            "left out, since no policy of the role can allow it: {unmet}"
        ));
    }
    for (need, keys) in &sorted.undetermined {
        notes.insert(format!(
            "undetermined: {}: {}",
            pair(need),
            reason::undetermined(keys)
        ));
    }
    for need in sorted.granted.iter().chain(&sorted.elsewhere) {
        notes.extend(uncertain(need));
    }
    notes
}

fn pairs(needs: &[&Need<'_>]) -> BTreeMap<String, usize> {
    let mut pairs = BTreeMap::new();
    for need in needs {
        *pairs.entry(pair(need)).or_default() += 1;
    }
    pairs
}

fn pair(need: &Need<'_>) -> String {
    format!(
        "`{}` on `{}`",
        need.requirement.action, need.requirement.resource
    )
}

fn uncertain(need: &Need<'_>) -> Vec<String> {
    let requirement = need.requirement;
    let mut notes = Vec::new();
    if requirement.action_provenance == Provenance::Assumed {
        notes.push(format!(
            "assumed: that {} needs `{}`; no source says so",
            operation(need.attempt),
            requirement.action
        ));
    }
    match requirement.resource_provenance {
        Provenance::Assumed => notes.push(format!("assumed: the resource of {}", pair(need))),
        Provenance::Heuristic => {
            notes.push(format!("matched by name: the resource of {}", pair(need)));
        }
        _ => {}
    }
    if grants::stands_for_several(requirement) {
        notes.push(format!("wider than one resource: {}", pair(need)));
    }
    if need.owner == Owner::Supposed {
        notes.push(format!(
            "supposed: that the resource's own policy, which was not recorded, lets the caller's \
             account decide: {}",
            pair(need)
        ));
    }
    for fact in &requirement.unknown_facts {
        notes.push(format!("not known: {fact}, for {}", pair(need)));
    }
    notes
}
