//! In the policy, and never needed.

use std::collections::BTreeSet;

use rolecall_policy::{
    Action, ActionPattern,
    document::{Polarity, Statement, Text},
};

use super::case::Case;
use crate::{
    ablation::{Ablation, Element, Place, wildcards},
    evidence::{Evidence, counted},
    replay::Need,
    report::{Finding, FindingKind, Report},
};

/// How many names a message lists.
const SHOWN: usize = 8;

/// Reports what can be taken out, and says what that is.
pub(super) fn find(case: &Case<'_>, report: &mut Report) -> BTreeSet<Place> {
    let mut ablation = Ablation::new(&case.policies, &case.needs);
    ablation.run();
    let removed = ablation.removed;
    report
        .findings
        .extend(removed.iter().filter_map(|place| finding(case, *place)));
    for (policy, index, statement) in case.allows() {
        let gone = |element| {
            removed.contains(&Place {
                policy,
                statement: index,
                element,
            })
        };
        if gone(Element::Statement) {
            continue;
        }
        let needs = case.spoken_of(policy, statement);
        report.findings.extend(match statement.actions.polarity {
            Polarity::AllBut => all_but(case, policy, index, statement, &needs)
                .into_iter()
                .collect(),
            Polarity::Listed => {
                let actions = statement.actions.values.items.iter().enumerate();
                actions
                    .filter(|(n, _)| !gone(Element::Action(*n)))
                    .filter_map(|(_, text)| wide(case, policy, index, text, &needs))
                    .collect::<Vec<_>>()
            }
        });
    }
    removed
}

/// The finding for something that can be taken out.
fn finding(case: &Case<'_>, place: Place) -> Option<Finding> {
    let file = case.files.get(place.policy)?;
    let statement = file.statements().get(place.statement)?;
    let (text, message) = match place.element {
        Element::Statement => (
            None,
            "the whole statement: nothing that was recorded needs it".to_owned(),
        ),
        Element::Action(index) => {
            let text = statement.actions.values.items.get(index)?;
            (
                Some(text),
                format!("the action `{}` was not needed here", text.value),
            )
        }
        Element::Resource(index) => {
            let text = statement.resources.as_ref()?.values.items.get(index)?;
            (
                Some(text),
                format!("the resource `{}` was not needed here", text.value),
            )
        }
        Element::Condition { condition, value } => {
            let condition = statement.conditions.get(condition)?;
            let text = condition.values.items.get(value)?;
            let key = &condition.key.value;
            (
                Some(text),
                format!("the value `{}` of `{key}` was not needed here", text.value),
            )
        }
    };
    let span = text.map_or(statement.span, |text| text.span);
    let finding =
        Finding::new(FindingKind::Unused, message).at(Some(file.place(place.statement, span)));
    let value = text.map_or("", |text| text.value.as_str());
    Some(match place.element {
        Element::Action(_) => finding.about(value, ""),
        Element::Resource(_) => finding.about("", value),
        Element::Statement | Element::Condition { .. } => finding,
    })
}

/// A pattern that stands for more actions than were needed.
fn wide(
    case: &Case<'_>,
    policy: usize,
    statement: usize,
    text: &Text,
    needs: &[&Need<'_>],
) -> Option<Finding> {
    if wildcards(&text.value) == 0 {
        return None;
    }
    let pattern = ActionPattern::new(&text.value);
    let (needed, attempts) = needed(needs, |action| pattern.matches(action));
    let stands_for = case.catalog.expand_action(&text.value);
    let spare = stands_for
        .iter()
        .filter(|action| !needed.contains(*action))
        .count();
    let file = case.files.get(policy).filter(|_| spare > 0)?;
    let message = format!(
        "`{}` stands for {}, of which {} needed here",
        text.value,
        counted(stands_for.len(), "action"),
        were(needed.len())
    );
    let finding = Finding::new(FindingKind::Unused, message)
        .with_help(format!("name what is needed: {}", names(&needed)))
        .about(&text.value, "")
        .at(Some(file.place(statement, text.span)));
    Some(finding.with_evidence(attempts))
}

/// `NotAction` stands for everything else.
fn all_but(
    case: &Case<'_>,
    policy: usize,
    index: usize,
    statement: &Statement,
    needs: &[&Need<'_>],
) -> Option<Finding> {
    let excluded: Vec<_> = statement
        .actions
        .values
        .iter()
        .map(ActionPattern::new)
        .collect();
    let included = |action: &str| !excluded.iter().any(|pattern| pattern.matches(action));
    let (needed, attempts) = needed(needs, included);
    let all = case.catalog.expand_action("*");
    let stands_for = all
        .iter()
        .filter(|action| included(action.as_str()))
        .count();
    let file = case.files.get(policy)?;
    let message = format!(
        "`NotAction` stands for {}, of which {} needed here",
        counted(stands_for, "action"),
        were(needed.len())
    );
    let finding = Finding::new(FindingKind::Unused, message)
        .with_help(format!(
            "name what is needed under `Action`: {}",
            names(&needed)
        ))
        .at(Some(file.place(index, statement.actions.values.span)));
    Some(finding.with_evidence(attempts))
}

fn needed<'a>(
    needs: &[&Need<'a>],
    matches: impl Fn(&str) -> bool,
) -> (BTreeSet<&'a Action>, Evidence) {
    let needs = needs
        .iter()
        .filter(|need| matches(need.requirement.action.as_str()));
    let needs: Vec<_> = needs.collect();
    let actions = needs.iter().map(|need| &need.requirement.action).collect();
    (actions, Evidence::of(needs.iter().map(|need| need.attempt)))
}

fn were(count: usize) -> String {
    match count {
        1 => "1 was".to_owned(),
        _ => format!("{count} were"),
    }
}

fn names(actions: &BTreeSet<&Action>) -> String {
    let shown: Vec<_> = actions
        .iter()
        .take(SHOWN)
        .map(|action| format!("`{action}`"))
        .collect();
    match actions.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
