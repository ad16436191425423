//! Tries every removal from policies: what can go, and what cannot.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rolecall_policy::{
    Action, ActionPattern, Policy, PolicyDocument, PolicyKind, ResourcePattern,
    document::{Comparison, Effect, Polarity, Scope, Statement, Values, Version},
};

use crate::replay::{Need, rank};

/// Something that can be taken out of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Element {
    Statement,
    Action(usize),
    Resource(usize),
    Condition { condition: usize, value: usize },
}

/// An element of one of several policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) policy: usize,
    pub(crate) statement: usize,
    pub(crate) element: Element,
}

/// The policies as they are, without what was found to be of no use.
pub(crate) struct Ablation<'d, 'n, 'a> {
    documents: Vec<(&'d str, &'d PolicyDocument)>,
    needs: &'n [Need<'a>],
    by_action: BTreeMap<&'a Action, Vec<usize>>,
    // How far each need gets under all of the policies.
    ranks: Vec<u8>,
    pub(crate) removed: BTreeSet<Place>,
    compiled: Vec<Option<Arc<Policy>>>,
}

impl<'d, 'n, 'a> Ablation<'d, 'n, 'a> {
    pub(crate) fn new(policies: &'d [Arc<Policy>], needs: &'n [Need<'a>]) -> Self {
        let mut by_action: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (index, need) in needs.iter().enumerate() {
            by_action
                .entry(&need.requirement.action)
                .or_default()
                .push(index);
        }
        Self {
            documents: policies
                .iter()
                .map(|p| (p.name.as_str(), p.document()))
                .collect(),
            needs,
            by_action,
            ranks: needs
                .iter()
                .map(|need| rank(need.decide(policies).kind))
                .collect(),
            removed: BTreeSet::new(),
            compiled: policies
                .iter()
                .map(|policy| Some(Arc::clone(policy)))
                .collect(),
        }
    }

    /// Tries every removal, the widest first, and keeps those that no need notices.
    ///
    /// One after the other: all that is found can be taken out at once, and nothing that is left
    /// can be.
    pub(crate) fn run(&mut self) {
        for place in self.statements() {
            self.attempt(place);
        }
        for place in self.statements() {
            for place in self.elements(place) {
                self.attempt(place);
            }
        }
    }

    /// The document of a policy without what was removed; none if nothing is left of it.
    pub(crate) fn document(&self, policy: usize) -> Option<PolicyDocument> {
        let (_, document) = self.documents.get(policy)?;
        without(document, policy, &self.removed)
    }

    fn statement(&self, place: Place) -> Option<&'d Statement> {
        self.documents
            .get(place.policy)?
            .1
            .statements
            .get(place.statement)
    }

    fn version(&self, place: Place) -> Version {
        let document = self.documents.get(place.policy);
        document.map_or(Version::V2012, |(_, document)| document.effective_version())
    }

    /// A deny takes away nothing that was needed: it is a guard, and not tried.
    fn statements(&self) -> Vec<Place> {
        let documents = self.documents.iter().enumerate();
        let mut found: Vec<_> = documents
            .flat_map(|(policy, (_, document))| {
                let statements = document.statements.iter().enumerate();
                statements
                    .filter(|(_, one)| one.effect == Effect::Allow)
                    .map(move |(statement, one)| {
                        (
                            width(one),
                            Place {
                                policy,
                                statement,
                                element: Element::Statement,
                            },
                        )
                    })
            })
            .filter(|(_, place)| !self.removed.contains(place))
            .collect();
        found.sort_by(|a, b| b.cmp(a));
        found.into_iter().map(|(_, place)| place).collect()
    }

    fn elements(&self, of: Place) -> Vec<Place> {
        let Some(statement) = self.statement(of) else {
            return Vec::new();
        };
        let actions = listed(Some(&statement.actions)).map(|(n, text)| (text, Element::Action(n)));
        let resources = listed(statement.resources.as_ref());
        let resources = resources.map(|(n, text)| (text, Element::Resource(n)));
        let conditions = statement.conditions.iter().enumerate();
        let values = conditions
            .filter(|(_, condition)| narrows(condition.operator.comparison))
            .flat_map(|(condition, one)| {
                let values = one.values.iter().enumerate();
                values.map(move |(value, text)| (text, Element::Condition { condition, value }))
            });
        let mut found: Vec<_> = actions.chain(resources).chain(values).collect();
        found.sort_by_key(|(text, element)| (std::cmp::Reverse(wildcards(text)), *element));
        found
            .into_iter()
            .map(|(_, element)| Place { element, ..of })
            .collect()
    }

    fn attempt(&mut self, place: Place) {
        if self.is_last(place) {
            return;
        }
        self.removed.insert(place);
        let Some(reduced) = self.compile(place.policy) else {
            self.removed.remove(&place);
            return;
        };
        let Some(slot) = self.compiled.get_mut(place.policy) else {
            return;
        };
        let before = std::mem::replace(slot, reduced);
        if !self.holds(place)
            && let Some(slot) = self.compiled.get_mut(place.policy)
        {
            *slot = before;
            self.removed.remove(&place);
        }
    }

    /// Whether it is the last of its list: then it is the statement that has to go.
    fn is_last(&self, place: Place) -> bool {
        let Some(statement) = self.statement(place) else {
            return true;
        };
        let of_kind = |other: &&Place| {
            other.policy == place.policy
                && other.statement == place.statement
                && same_list(other.element, place.element)
        };
        let removed = self.removed.iter().filter(of_kind).count();
        let length = match place.element {
            Element::Statement => return false,
            Element::Action(_) => statement.actions.values.items.len(),
            Element::Resource(_) => statement
                .resources
                .as_ref()
                .map_or(0, |scope| scope.values.items.len()),
            Element::Condition { condition, .. } => statement
                .conditions
                .get(condition)
                .map_or(0, |one| one.values.items.len()),
        };
        removed + 1 >= length
    }

    /// The outer none: it does not compile, so that this removal cannot be tried.
    #[expect(
        clippy::option_option,
        reason = "the inner none is a policy of which nothing is left"
    )]
    fn compile(&self, policy: usize) -> Option<Option<Arc<Policy>>> {
        let (name, _) = self.documents.get(policy)?;
        match self.document(policy) {
            Some(document) => {
                let compiled = Policy::compile(name, PolicyKind::Identity, &document).ok()?;
                Some(Some(Arc::new(compiled)))
            }
            None => Some(None),
        }
    }

    fn holds(&self, place: Place) -> bool {
        let policies: Vec<_> = self.compiled.iter().flatten().cloned().collect();
        let concerned = self.concerned(place);
        let mut concerned = concerned
            .iter()
            .filter_map(|index| Some((self.needs.get(*index)?, *self.ranks.get(*index)?)));
        concerned.all(|(need, before)| rank(need.decide(&policies).kind) >= before)
    }

    /// The needs that the removal can touch at all.
    fn concerned(&self, place: Place) -> Vec<usize> {
        let Some(statement) = self.statement(place) else {
            return Vec::new();
        };
        let actions = match place.element {
            Element::Action(index) => item(&statement.actions, index),
            _ => statement.actions.values.iter().collect(),
        };
        let actions: Vec<_> = match statement.actions.polarity {
            Polarity::AllBut => vec![ActionPattern::new("*")],
            Polarity::Listed => actions.into_iter().map(ActionPattern::new).collect(),
        };
        let version = self.version(place);
        let resources = statement.resources.as_ref().and_then(|scope| {
            let texts = match place.element {
                Element::Resource(index) => item(scope, index),
                _ => scope.values.iter().collect(),
            };
            // What a variable stands for differs between the needs.
            let known = scope.polarity == Polarity::Listed && !texts.iter().any(|t| variable(t));
            {
                let compile = |text| ResourcePattern::compile(text, PolicyKind::Identity, version);
                known.then(|| texts.into_iter().map(compile).collect::<Vec<_>>())
            }
        });
        let on = |need: &usize| match (&resources, self.needs.get(*need)) {
            (Some(patterns), Some(need)) => patterns
                .iter()
                .any(|pattern| pattern.matches(&need.requirement.resource)),
            _ => true,
        };
        let matches = |action: &Action| actions.iter().any(|p| p.matches(action.as_str()));
        let by_action = self.by_action.iter().filter(|(action, _)| matches(action));
        by_action
            .flat_map(|(_, needs)| needs.iter().copied())
            .filter(on)
            .collect()
    }
}

fn item(scope: &Scope, index: usize) -> Vec<&str> {
    scope.values.iter().skip(index).take(1).collect()
}

/// Whether a pattern has a variable; `${*}` is none.
pub(crate) fn variable(pattern: &str) -> bool {
    let literals = ["${*}", "${?}", "${$}"];
    literals
        .iter()
        .fold(pattern.to_owned(), |text, literal| {
            text.replace(literal, "")
        })
        .contains("${")
}

/// Widest last: everything but something, `*` as a resource, then by the number of wildcards.
fn width(statement: &Statement) -> (bool, bool, usize) {
    let all_but = statement.actions.polarity == Polarity::AllBut
        || statement
            .resources
            .as_ref()
            .is_some_and(|r| r.polarity == Polarity::AllBut);
    let resources: Vec<_> = statement
        .resources
        .iter()
        .flat_map(|scope| scope.values.iter())
        .collect();
    let actions: usize = statement.actions.values.iter().map(wildcards).sum();
    let in_resources: usize = resources.iter().map(|text| wildcards(text)).sum();
    (all_but, resources.contains(&"*"), actions + in_resources)
}

/// The number of wildcards in a pattern; `${*}` is none.
pub(crate) fn wildcards(pattern: &str) -> usize {
    let plain = pattern.replace("${*}", "").replace("${?}", "");
    plain
        .bytes()
        .filter(|byte| matches!(byte, b'*' | b'?'))
        .count()
}

/// Whether one value less in the list makes the condition hold for less.
pub(crate) fn narrows(comparison: Comparison) -> bool {
    !comparison.is_negated() && comparison != Comparison::Null
}

/// The items of `Action` or `Resource`; one less in `NotAction` would allow more.
fn listed(scope: Option<&Scope>) -> impl Iterator<Item = (usize, &str)> {
    let scope = scope.filter(|scope| scope.polarity == Polarity::Listed);
    scope
        .into_iter()
        .flat_map(|scope| scope.values.iter().enumerate())
}

fn same_list(one: Element, other: Element) -> bool {
    match (one, other) {
        (Element::Action(_), Element::Action(_)) | (Element::Resource(_), Element::Resource(_)) => {
            true
        }
        (
            Element::Condition { condition: one, .. },
            Element::Condition {
                condition: other, ..
            },
        ) => one == other,
        _ => false,
    }
}

fn without(
    document: &PolicyDocument,
    policy: usize,
    removed: &BTreeSet<Place>,
) -> Option<PolicyDocument> {
    let mut reduced = document.clone();
    reduced.statements.clear();
    for (index, statement) in document.statements.iter().enumerate() {
        let gone = |element| {
            removed.contains(&Place {
                policy,
                statement: index,
                element,
            })
        };
        if !gone(Element::Statement) {
            reduced.statements.push(reduce(statement, gone));
        }
    }
    (!reduced.statements.is_empty()).then_some(reduced)
}

fn reduce(statement: &Statement, gone: impl Fn(Element) -> bool) -> Statement {
    let mut reduced = statement.clone();
    keep(&mut reduced.actions.values, |n| !gone(Element::Action(n)));
    if let Some(resources) = &mut reduced.resources {
        keep(&mut resources.values, |n| !gone(Element::Resource(n)));
    }
    for (condition, one) in reduced.conditions.iter_mut().enumerate() {
        keep(&mut one.values, |value| {
            !gone(Element::Condition { condition, value })
        });
    }
    reduced
}

fn keep(values: &mut Values, kept: impl Fn(usize) -> bool) {
    let mut index = 0;
    values.items.retain(|_| {
        index += 1;
        kept(index - 1)
    });
}
