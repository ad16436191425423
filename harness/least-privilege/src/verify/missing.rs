//! Needed, and not allowed.

use std::collections::BTreeMap;

use rolecall_policy::{Action, CheckEffect, CheckKind, Decision, DecisionKind};

use super::case::Case;
use crate::{
    evidence::Evidence,
    reason,
    replay::Need,
    report::{Finding, FindingKind, Report, StatementPlace},
};

type Missing<'n, 'a> = (Vec<&'n Need<'a>>, &'n Decision);

pub(super) fn find(case: &Case<'_>, report: &mut Report) {
    let mut missing: BTreeMap<(&Action, &str, String), Missing<'_, '_>> = BTreeMap::new();
    for (need, decision) in case.decided() {
        if matches!(
            decision.kind,
            DecisionKind::ImplicitDeny | DecisionKind::ExplicitDeny
        ) {
            let requirement = need.requirement;
            let key = (
                &requirement.action,
                requirement.resource.as_str(),
                reason::of(decision),
            );
            missing
                .entry(key)
                .or_insert_with(|| (Vec::new(), decision))
                .0
                .push(need);
        }
    }
    for ((action, resource, reason), (needs, decision)) in missing {
        let message = format!("`{action}` on `{resource}`: {reason}");
        let finding = Finding::new(FindingKind::Missing, message)
            .about(action.as_str(), resource)
            .at(denying(case, decision))
            .with_evidence(Evidence::of(needs.iter().map(|need| need.attempt)));
        report.findings.push(match help(decision) {
            Some(help) => finding.with_help(help),
            None => finding,
        });
    }
}

/// The statement of a policy under verification that denies.
fn denying(case: &Case<'_>, decision: &Decision) -> Option<StatementPlace> {
    let explicit = decision.checks.iter().find(|check| {
        check.kind == CheckKind::Principal && check.effect == CheckEffect::ExplicitDeny
    })?;
    let at = explicit.statements.first()?;
    let file = case.files.iter().find(|file| file.name() == at.policy)?;
    let statement = file.statements().get(at.statement)?;
    Some(file.place(at.statement, statement.span))
}

fn help(decision: &Decision) -> Option<&'static str> {
    let elsewhere = decision
        .blocked_by
        .iter()
        .any(|kind| *kind != CheckKind::Principal);
    elsewhere.then_some("no identity policy can allow it: another policy stands in the way")
}
