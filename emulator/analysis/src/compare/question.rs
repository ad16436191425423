//! The question, and how it is answered part by part.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    sync::Arc,
};

use rolecall_catalog::Catalog;
use rolecall_policy::{
    Action, ActionPattern, Policy, PolicyKind, Principal, ResourcePattern, document::Effect,
};

use super::{
    actions::{Group, groups},
    court::Court,
    guess,
    principals::{Class, Names, classes},
    report::{Comparison, NewAccess, UnknownAccess},
    search::{Cause, Outcome, Question, Search},
    statements::{Model, Side},
    witness::{Sides, Witness},
};
use crate::language::{Bits, Limits, widened};

/// How much to look for.
#[derive(Clone, Copy, Debug)]
pub struct CompareOptions {
    /// How many requests that show new access are looked for.
    pub examples: usize,
    /// How much may be spent on one statement.
    pub limits: Limits,
}

impl Default for CompareOptions {
    fn default() -> Self {
        Self {
            examples: 10,
            limits: Limits::default(),
        }
    }
}

/// Why policies cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// Identity policies and resource policies at once.
    #[error("identity policies and resource policies cannot be compared with each other")]
    DifferentKinds,
    /// A kind that grants nothing by itself.
    #[error("only identity policies and resource policies can be compared")]
    UnsupportedKind,
    /// More than one resource policy on a side.
    #[error("a resource has one policy: {0} were given")]
    SeveralResourcePolicies(usize),
    /// A document that was taken apart could not be put together.
    #[error("the policy could not be printed: {0}")]
    Printing(String),
    /// The committed catalog is damaged.
    #[error("the catalog is damaged: {0}")]
    CatalogDamaged(String),
}

/// Says whether the new policies grant anything that the old ones do not.
///
/// Identity policies are those of one user or role together. Of a resource policy it is asked what
/// it lets in by itself, as for callers of other accounts whose own policies allow everything.
///
/// # Errors
///
/// Fails on policies that cannot be compared.
pub fn compare(
    old: &[Arc<Policy>],
    new: &[Arc<Policy>],
    options: &CompareOptions,
) -> Result<Comparison, CompareError> {
    ask(old, new, &Asked::default(), options)
}

/// What part of all access a question is about.
#[derive(Default)]
pub(crate) struct Asked<'a> {
    pub(crate) actions: Option<&'a [ActionPattern]>,
    /// Empty where all are meant.
    pub(crate) resources: &'a [ResourcePattern],
    /// Of the principals that a resource policy tells apart.
    pub(crate) principals: Option<&'a dyn Fn(&Principal) -> bool>,
}

/// Answers a question.
pub(crate) fn ask(
    old: &[Arc<Policy>],
    new: &[Arc<Policy>],
    asked: &Asked<'_>,
    options: &CompareOptions,
) -> Result<Comparison, CompareError> {
    let kind = kind(old, new)?;
    let catalog = Catalog::embedded();
    if let Some(damage) = catalog.damage() {
        return Err(CompareError::CatalogDamaged(damage.to_string()));
    }
    let model = Model::new(old, new);
    let names = Names::of(&model);
    let steps = asked.resources.iter().filter_map(ResourcePattern::steps);
    let (classes, identities) = if kind == PolicyKind::Identity {
        (vec![whoever(&model)], names.identities())
    } else {
        let among = |one: &Principal| asked.principals.is_none_or(|among| among(one));
        (classes(&model, &names, among), Vec::new())
    };
    let search = Search {
        model: &model,
        catalog,
        limits: options.limits,
        court: Court::new(kind),
        asked: steps.map(|steps| widened(&steps)).collect(),
        identities,
        relations: RefCell::default(),
        attempts: Cell::new(0),
    };
    let groups = groups(&model, catalog, asked.actions, options.limits);
    let mut answers = Answers {
        search: &search,
        new_access: Vec::new(),
        unknown: Vec::new(),
        nothing: BTreeSet::new(),
    };
    if !groups.complete {
        answers.unknown.push(unknown(None, Cause::TooManyPatterns));
    }
    let mut groups: Vec<(Bits, Group)> = groups.by_statements.into_iter().collect();
    // Examples with actions that exist come first.
    groups.sort_by_key(|(_, group)| group.known.is_empty());
    'all: for (statements, group) in &groups {
        for class in &classes {
            answers.add(statements, group, class);
            if answers.new_access.len() >= options.examples.max(1) {
                break 'all;
            }
        }
    }
    Ok(Comparison::new(answers.new_access, answers.unknown))
}

/// The kind of all policies: identity policies or resource policies.
fn kind(old: &[Arc<Policy>], new: &[Arc<Policy>]) -> Result<PolicyKind, CompareError> {
    let mut kinds = BTreeSet::new();
    for policy in old.iter().chain(new) {
        kinds.insert(match policy.kind {
            PolicyKind::Identity => PolicyKind::Identity,
            PolicyKind::Resource | PolicyKind::Trust => PolicyKind::Resource,
            _ => return Err(CompareError::UnsupportedKind),
        });
    }
    if kinds.len() > 1 {
        return Err(CompareError::DifferentKinds);
    }
    let kind = kinds.into_iter().next().unwrap_or(PolicyKind::Identity);
    let most = old.len().max(new.len());
    match kind {
        PolicyKind::Resource if most > 1 => Err(CompareError::SeveralResourcePolicies(most)),
        kind => Ok(kind),
    }
}

/// Identity policies apply to whom they are attached to.
fn whoever(model: &Model<'_>) -> Class {
    let mut statements = Bits::new(model.statements.len());
    (0..model.statements.len()).for_each(|number| statements.insert(number));
    Class {
        statements,
        partition: None,
        representatives: Vec::new(),
    }
}

fn unknown(statement: Option<rolecall_policy::StatementRef>, cause: Cause) -> UnknownAccess {
    UnknownAccess {
        statement,
        cause,
        reason: cause.reason().to_owned(),
    }
}

struct Answers<'a> {
    search: &'a Search<'a>,
    new_access: Vec<NewAccess>,
    unknown: Vec<UnknownAccess>,
    /// What has been proven to give nothing new.
    nothing: BTreeSet<(Sides, Option<String>)>,
}

impl Answers<'_> {
    fn add(&mut self, statements: &Bits, group: &Group, class: &Class) {
        let sides = self.sides(statements, class);
        if sides.new_allows.is_empty() {
            return;
        }
        let key = (sides, class.partition.clone());
        if self.nothing.contains(&key) {
            return;
        }
        let sides = &key.0;
        for allow in &sides.new_allows {
            let question = Question {
                sides,
                group,
                class,
            };
            match self.search.examine(&question, *allow) {
                Outcome::Nothing => {}
                Outcome::New(action, witness) => {
                    self.new_access.extend(self.shown(group, action, *witness));
                    return;
                }
                Outcome::Unknown(cause) => {
                    let statement = self.search.model.reference(*allow);
                    self.unknown.push(unknown(statement, cause));
                }
            }
        }
        self.nothing.insert(key);
    }

    /// The statements about a group of actions and a class of principals.
    fn sides(&self, statements: &Bits, class: &Class) -> Sides {
        let of = |side: Side, effect: Effect| {
            let all = self.search.model.statements.iter().enumerate();
            all.filter(|(number, one)| {
                one.side == side
                    && one.effect == effect
                    && statements.contains(*number)
                    && class.statements.contains(*number)
            })
            .map(|(number, _)| number)
            .collect()
        };
        Sides {
            new_allows: of(Side::New, Effect::Allow),
            new_denies: of(Side::New, Effect::Deny),
            old_allows: of(Side::Old, Effect::Allow),
            old_denies: of(Side::Old, Effect::Deny),
        }
    }

    fn shown(&self, group: &Group, action: Action, witness: Witness) -> Option<NewAccess> {
        let catalog = self.search.catalog;
        let in_catalog = catalog.action(&action).is_some();
        let action = if in_catalog {
            action
        } else {
            self.search.model.spelled(witness.allow, action)
        };
        Some(NewAccess {
            in_catalog,
            more_actions: group.count.saturating_sub(1),
            resource_fits_action: guess::fits(catalog, &action, &witness.resource),
            action,
            resource: witness.resource,
            principal: witness.principal,
            has_permissions_boundary: witness.bounded,
            context: witness.context,
            allowed_by: self.search.model.reference(witness.allow)?,
            old_decision: witness.old,
        })
    }
}
