//! Wider than the recording: a note, and a finding where the policy is to be exact.

use std::collections::BTreeSet;

use rolecall_policy::{
    Action, ActionPattern,
    document::{Polarity, Scope, Span, Statement},
};

use super::{
    Exactness,
    case::{Case, Matcher},
    existence,
};
use crate::{
    ablation::{Element, Place, variable, wildcards},
    evidence::counted,
    generate::{OPEN_SUFFIX, open_secret},
    replay::Need,
    report::{Finding, FindingKind, Note, Report},
};

/// Whether a resource is written without wildcards and variables.
fn is_literal(text: &str) -> bool {
    wildcards(text) == 0 && !variable(text)
}

/// The resource without the open suffix of a secret, which stands for that secret alone.
fn without_suffix(text: &str) -> &str {
    match text.strip_suffix(OPEN_SUFFIX) {
        Some(named) if named.contains(":secretsmanager:") => named,
        _ => text,
    }
}

/// How many names a message lists.
const SHOWN: usize = 5;

pub(super) fn find(case: &Case<'_>, removed: &BTreeSet<Place>, report: &mut Report) {
    for (policy, index, statement) in case.allows() {
        let gone = |element| {
            removed.contains(&Place {
                policy,
                statement: index,
                element,
            })
        };
        let (Some(file), Some(resources)) = (case.files.get(policy), &statement.resources) else {
            continue;
        };
        if gone(Element::Statement) {
            continue;
        }
        let at = At {
            case,
            policy,
            statement,
            needs: case.spoken_of(policy, statement),
        };
        let mut found = at.resources(resources, |n| gone(Element::Resource(n)));
        found.extend(at.pairs(resources, &gone));
        for (message, span) in found {
            let place = Some(file.place(index, span));
            match case.options.exactness {
                Exactness::Noted => report.notes.push(Note { message, place }),
                Exactness::Exact => {
                    let finding = Finding::new(FindingKind::Unused, message).at(place);
                    report.findings.push(finding);
                }
            }
        }
    }
}

struct At<'c, 'a> {
    case: &'c Case<'a>,
    policy: usize,
    statement: &'c Statement,
    needs: Vec<&'c Need<'a>>,
}

impl At<'_, '_> {
    /// Patterns of resources that stand for more than was recorded.
    fn resources(&self, scope: &Scope, gone: impl Fn(usize) -> bool) -> Vec<(String, Span)> {
        if scope.polarity == Polarity::AllBut {
            let message = format!("`NotResource` is wider than {}", self.recorded(|_| true));
            return vec![(message, scope.values.span)];
        }
        let version = self.case.version(self.policy);
        let items = scope
            .values
            .items
            .iter()
            .enumerate()
            .filter(|(n, _)| !gone(*n));
        let wide = items.filter_map(|(_, text)| {
            let pattern = Matcher::new(&text.value, version);
            // A pattern that was itself asked for, by every action: `*`, or one of the catalog's.
            let literal = is_literal(&text.value);
            let asked_for = self.is_asked_for(&text.value, &pattern);
            let recorded = self.recorded(|resource| pattern.matches(resource));
            (!literal && !asked_for).then(|| {
                (
                    format!("`{}` is wider than {recorded}", text.value),
                    text.span,
                )
            })
        });
        wide.collect()
    }

    fn is_asked_for(&self, text: &str, pattern: &Matcher) -> bool {
        let of = |matches: &dyn Fn(&str) -> bool| -> BTreeSet<&Action> {
            let needs = self.needs.iter().map(|need| need.requirement);
            needs
                .filter(|one| matches(&one.resource))
                .map(|one| &one.action)
                .collect()
        };
        let exactly: BTreeSet<&Action> = self
            .needs
            .iter()
            .map(|need| need.requirement)
            .filter(|one| one.resource == text || open_secret(one).is_some_and(|open| open == text))
            .map(|one| &one.action)
            .collect();
        of(&|resource| pattern.matches(resource)) == exactly
    }

    fn recorded(&self, matches: impl Fn(&str) -> bool) -> String {
        let resources = self
            .needs
            .iter()
            .map(|need| need.requirement.resource.as_str());
        let resources: BTreeSet<_> = resources.filter(|resource| matches(resource)).collect();
        let shown: Vec<_> = resources
            .iter()
            .take(SHOWN)
            .map(|r| format!("`{r}`"))
            .collect();
        let more = match resources.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!(
            "the {} that {} recorded: {}{more}",
            counted(resources.len(), "resource"),
            if resources.len() == 1 { "was" } else { "were" },
            shown.join(", ")
        )
    }

    /// Pairs of an action and a resource that the statement grants, that can exist, and that
    /// nobody asked for.
    fn pairs(&self, scope: &Scope, gone: &impl Fn(Element) -> bool) -> Vec<(String, Span)> {
        if scope.polarity == Polarity::AllBut {
            return Vec::new();
        }
        let actions = self.actions(gone);
        let items = scope.values.items.iter().enumerate();
        let literal = items.filter(|(n, text)| {
            !gone(Element::Resource(*n)) && is_literal(without_suffix(&text.value))
        });
        let version = self.case.version(self.policy);
        let mut found = Vec::new();
        for (_, text) in literal {
            let pattern = Matcher::new(&text.value, version);
            let asked_for: BTreeSet<_> = self
                .needs
                .iter()
                .filter(|need| pattern.matches(&need.requirement.resource))
                .map(|need| &need.requirement.action)
                .collect();
            let spare = actions.iter().filter(|action| !asked_for.contains(*action));
            let spare = spare.filter(|one| existence::can_be(self.case.catalog, one, &text.value));
            let spare: Vec<_> = spare.map(|action| format!("`{action}`")).collect();
            if !spare.is_empty() {
                let spare = spare.join(", ");
                let message = format!("{spare} on `{}` was never asked for", text.value);
                found.push((message, text.span));
            }
        }
        found
    }

    /// The actions that the statement names, and those of its patterns that were needed.
    fn actions(&self, gone: &impl Fn(Element) -> bool) -> BTreeSet<Action> {
        let scope = &self.statement.actions;
        let items = scope.values.items.iter().enumerate();
        let left = items.filter(|(n, _)| !gone(Element::Action(*n)));
        let left: Vec<_> = left.map(|(_, text)| text.value.as_str()).collect();
        let named = left.iter().filter_map(|text| Action::parse(text).ok());
        let patterns: Vec<_> = left.iter().map(|text| ActionPattern::new(text)).collect();
        let needed = self
            .needs
            .iter()
            .map(|need| &need.requirement.action)
            .filter(|action| {
                scope.polarity == Polarity::AllBut
                    || patterns
                        .iter()
                        .any(|pattern| pattern.matches(action.as_str()))
            });
        let named = named.filter(|_| scope.polarity == Polarity::Listed);
        named.chain(needed.cloned()).collect()
    }
}
