//! Why a requirement is there, and what the rules of an operation say.

use std::sync::Arc;

use std::cell::RefCell;

use rolecall_policy::{Action, Requirement};

use super::{
    Notes, outcome,
    plan::{Computed, Plan},
};
use crate::{
    Call, Facts,
    rules::{
        FormText, registry,
        rule::{OperationRules, Rule, RuleSet},
    },
};

/// A requirement, and what brought it in.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// The requirement.
    pub requirement: Requirement,
    /// The row of the curated rules that it comes from; none for what the generated part says.
    pub row: Option<Row>,
}

/// A row of the curated rules, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The file, such as `s3.toml`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The action.
    pub action: String,
    /// The template of the resource.
    pub resource: String,
    /// The loops, outermost first: `key in object|fact('object-key')`.
    pub loops: Vec<String>,
    /// The predicate.
    pub when: Option<String>,
    /// The kinds of fact that loops and predicate ask for, through forms too: `object-key`.
    pub facts: Vec<String>,
    /// The service that makes the call with the caller's permissions.
    pub on_behalf_of: Option<String>,
    /// Where it is documented, or was observed.
    pub source: Option<Arc<str>>,
}

/// What the curated rules say of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The file, such as `s3.toml`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// Whether AWS authorizes nothing.
    pub none_needed: bool,
    /// Where it is documented.
    pub source: Option<Arc<str>>,
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// The forms that the rows use, and those that these use, in the order of the file.
    pub forms: Vec<FormText>,
}

impl Row {
    fn of(rule: &Rule, set: &RuleSet) -> Self {
        let mut texts: Vec<&str> = rule.text.loops.iter().map(|text| &**text).collect();
        texts.extend(rule.text.when.as_deref());
        Self {
            file: format!("{}.toml", set.file),
            facts: facts_in(set, texts),
            line: rule.line,
            action: rule.action.to_string(),
            resource: rule.text.resource.to_string(),
            loops: rule.text.loops.iter().map(ToString::to_string).collect(),
            when: rule.text.when.as_deref().map(str::to_owned),
            on_behalf_of: rule.on_behalf_of.clone(),
            source: rule.source.clone(),
        }
    }

    /// When the row applies: `VersionId absent`, `for each key in object|fact('object-key') (by the
    /// fact object-key)`, or `always`.
    pub fn condition(&self) -> String {
        let loops = self.loops.iter().map(|of| format!("for each {of}"));
        let parts: Vec<String> = loops.chain(self.when.clone()).collect();
        let facts = self.facts.join(", ");
        match (parts.as_slice(), self.facts.len()) {
            ([], _) => "always".to_owned(),
            (parts, 0) => parts.join(", "),
            (parts, 1) => format!("{} (by the fact {facts})", parts.join(", ")),
            (parts, _) => format!("{} (by the facts {facts})", parts.join(", ")),
        }
    }
}

/// What AWS authorizes for a call, with every fact asked for, and the row behind each requirement.
///
/// The requirements are those of [`resolve`](super::resolve).
pub fn explained(call: &Call, facts: &dyn Facts) -> Vec<Explained> {
    let notes = RefCell::new(Notes {
        lines: Some(Vec::new()),
        ..Notes::default()
    });
    let found = outcome::collect(call, &outcome::AtOnce(facts), &notes);
    let lines = notes.into_inner().lines.unwrap_or_default();
    let curated = curated(&call.service.name, &call.operation().name);
    let row = |requirement: &Requirement, line: Option<&usize>| {
        let (set, rules) = curated?;
        let is_it = |rule: &&Rule| Some(&rule.line) == line && rule.action == requirement.action;
        every(rules).find(is_it).map(|rule| Row::of(rule, set))
    };
    found
        .into_iter()
        .enumerate()
        .map(|(index, requirement)| Explained {
            row: row(&requirement, lines.get(index)),
            requirement,
        })
        .collect()
}

/// What the curated rules say of an operation; none if nobody has written a rule for it.
pub fn rules_of(service: &str, operation: &str) -> Option<Rules> {
    let (set, rules) = curated(service, operation)?;
    let mut texts: Vec<&str> = Vec::new();
    for rule in every(rules) {
        texts.push(&rule.text.resource);
        texts.extend(rule.text.loops.iter().map(|text| &**text));
        texts.extend(rule.text.when.as_deref());
    }
    Some(Rules {
        forms: forms(set, texts).into_iter().cloned().collect(),
        file: format!("{}.toml", set.file),
        line: rules.line,
        none_needed: rules.none_needed,
        source: rules.source.clone(),
        rows: every(rules).map(|rule| Row::of(rule, set)).collect(),
    })
}

/// The rows of an operation, those of its variants after its own.
fn every(rules: &OperationRules) -> impl Iterator<Item = &Rule> {
    let variants = rules
        .variants
        .iter()
        .flat_map(|(_, variant)| &variant.rules);
    rules.rules.iter().chain(variants)
}

/// The forms whose names are words of these texts, or of a form that is used: what a form uses stands
/// before it.
fn forms<'s>(set: &'s RuleSet, mut texts: Vec<&'s str>) -> Vec<&'s FormText> {
    let mut used = Vec::new();
    for form in set.forms.iter().rev().map(|form| &form.text) {
        if texts.iter().any(|text| has_word(text, &form.name)) {
            texts.extend(form.texts());
            used.push(form);
        }
    }
    used.reverse();
    used
}

/// The kinds of fact that texts ask for, and the forms that they use.
fn facts_in<'s>(set: &'s RuleSet, texts: Vec<&'s str>) -> Vec<String> {
    let used = forms(set, texts.clone());
    let all = texts.into_iter().chain(used.iter().flat_map(|f| f.texts()));
    let mut kinds: Vec<String> = all
        .flat_map(|text| text.split("fact('").skip(1))
        .filter_map(|rest| Some(rest.split_once('\'')?.0.to_owned()))
        .collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

/// Words have hyphens; what follows a full stop is a member.
fn has_word(text: &str, word: &str) -> bool {
    let is_part =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    text.split(|letter| !is_part(letter))
        .any(|found| found == word)
}

fn curated(service: &str, operation: &str) -> Option<(&'static RuleSet, &'static OperationRules)> {
    let set = registry::rules(service)?;
    Some((set, set.operation(operation)?))
}

/// A condition key of an action, and who computes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// As in the authorization data; `*` at its end stands for a family.
    pub name: String,
    /// File and line of the rule that computes it, such as `s3.toml:64`; none if nobody does, so
    /// that it is *not computed*.
    pub rule: Option<String>,
}

/// The keys of an action that a service's operation needs, but for those that every request has.
pub fn keys(service: &str, action: &Action) -> Vec<Key> {
    let rules = registry::rules(service).filter(|rules| rules.prefix == action.prefix());
    let place = |rules: &RuleSet, index: usize| {
        let rule = rules.keys.get(index)?;
        Some(format!("{}.toml:{}", rules.file, rule.line))
    };
    let plan = Plan::new(action, rules);
    plan.keys
        .iter()
        .map(|key| Key {
            name: key.name.to_owned(),
            rule: match key.by {
                Computed::Service(index) => rules.and_then(|rules| place(rules, index)),
                Computed::Global(index) => place(registry::global(), index),
                Computed::Nobody => None,
            },
        })
        .collect()
}
