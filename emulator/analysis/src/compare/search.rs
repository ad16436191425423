//! The search for new access: proven away where possible, shown by a request otherwise.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

use rolecall_catalog::Catalog;
use rolecall_policy::{Action, document::Polarity};

use super::{
    actions::Group,
    court::Court,
    guess,
    logic::Numbering,
    principals::{Class, Representative},
    relations::{implies, relate},
    solver::{Clauses, Solution, solve},
    statements::{Model, Statement},
    track::{About, Plan, Track, Variables},
    witness::{Sides, Witness},
};
use crate::language::{Bits, Exploration, Limits, Unit, Visit, explore, widened};

/// Why it cannot be said whether an access is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// The patterns are too many or too involved for the limits.
    TooManyPatterns,
    /// The conditions are too many for the limits.
    TooManyConditions,
    /// Conditions or variables could not be proven away, and no request was found that shows the
    /// access.
    Conditions,
    /// There may be actions that the catalog does not have, and none was found to show the access.
    UnknownActions,
}

/// What came of one statement.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Nothing,
    New(Action, Box<Witness>),
    Unknown(Cause),
}

/// Requests that are tried before the search for one ends.
const ATTEMPTS: usize = 2_000;
/// Pairs of conditions that are related to each other, for one question.
const PAIRS: usize = 4_000;

/// The search over one comparison.
#[derive(Debug)]
pub(crate) struct Search<'a> {
    pub(crate) model: &'a Model<'a>,
    pub(crate) catalog: &'a Catalog,
    pub(crate) limits: Limits,
    pub(crate) court: Court,
    /// The resources that are asked about; empty where all are.
    pub(crate) asked: Vec<Vec<Unit>>,
    pub(crate) identities: Vec<Representative>,
    pub(crate) relations: RefCell<BTreeMap<(usize, usize), Clauses>>,
    pub(crate) attempts: Cell<usize>,
}

/// The statements about some actions and some principals.
#[derive(Debug)]
pub(crate) struct Question<'q> {
    pub(crate) sides: &'q Sides,
    pub(crate) group: &'q Group,
    pub(crate) class: &'q Class,
}

/// Whether a statement is proven to give nothing new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    Proven,
    Open(Cause),
}

impl Search<'_> {
    /// Looks at one Allow of the new policy.
    pub(crate) fn examine(&self, question: &Question<'_>, allow: usize) -> Outcome {
        let mut outcome = Outcome::Nothing;
        for focus in self.parts(allow) {
            match self.examine_part(question, allow, focus) {
                Outcome::Nothing => {}
                Outcome::New(action, witness) => {
                    // A resource that the action takes makes a better example.
                    if guess::fits(self.catalog, &action, &witness.resource) != Some(false) {
                        return Outcome::New(action, witness);
                    }
                    if !matches!(outcome, Outcome::New(..)) {
                        outcome = Outcome::New(action, witness);
                    }
                }
                Outcome::Unknown(cause) => {
                    if matches!(outcome, Outcome::Nothing) {
                        outcome = Outcome::Unknown(cause);
                    }
                }
            }
        }
        outcome
    }

    /// The patterns of a statement, one by one; none stands for all resources at once.
    fn parts(&self, statement: usize) -> Vec<Option<usize>> {
        let resources = self
            .model
            .statements
            .get(statement)
            .map(|one| &one.resources);
        match resources {
            Some(Some((Polarity::Listed, patterns))) => {
                let patterns: BTreeSet<usize> = patterns.iter().copied().collect();
                patterns.into_iter().map(Some).collect()
            }
            _ => vec![None],
        }
    }

    fn examine_part(&self, question: &Question<'_>, allow: usize, focus: Option<usize>) -> Outcome {
        let sides = Sides {
            new_allows: vec![allow],
            ..question.sides.clone()
        };
        let partition = question.class.partition.as_deref();
        let Proof::Open(cause) = self.prove(&sides, allow, focus, partition) else {
            return Outcome::Nothing;
        };
        self.attempts.set(ATTEMPTS);
        match self.find(question, &sides, focus) {
            Some((action, witness)) => Outcome::New(action, Box::new(witness)),
            None if question.group.known.is_empty() && question.group.unknown.is_none() => {
                Outcome::Unknown(Cause::UnknownActions)
            }
            None => Outcome::Unknown(cause),
        }
    }

    /// Tries to prove that a statement allows nothing that is new.
    fn prove(
        &self,
        sides: &Sides,
        allow: usize,
        focus: Option<usize>,
        partition: Option<&str>,
    ) -> Proof {
        let Some(statement) = self.model.statements.get(allow) else {
            return Proof::Proven;
        };
        let sides = self.without_kept_denies(sides);
        let plan = Plan {
            statements: &sides.all(),
            focus,
            partition,
            asked: &self.asked,
            variables: Variables::Open,
        };
        let track = Track::new(self.model, &plan, |steps| Some(widened(steps)));
        let covers = self.covering(&sides, statement);
        let mut seen = BTreeSet::new();
        let mut open = None;
        let end = explore(&track.machine, self.limits, |place| {
            if !track.is_alive(place.state) {
                return Visit::Leave;
            }
            let fresh =
                track.is_resource(place.state) && seen.insert(track.machine.accepted(place.state));
            if fresh {
                match self.can_be_new(&track, place.state, &sides, statement) {
                    Solution::Impossible => {}
                    Solution::Possible(_) => open = Some(Cause::Conditions),
                    Solution::Unknown => open = Some(Cause::TooManyConditions),
                }
            }
            match open {
                Some(_) => Visit::Stop,
                None if self.is_over(&track, place.state, &sides, &covers) => Visit::Leave,
                None => Visit::On,
            }
        });
        match (open, end) {
            (Some(cause), _) => Proof::Open(cause),
            (None, Exploration::Limited) => Proof::Open(Cause::TooManyPatterns),
            (None, _) => Proof::Proven,
        }
    }

    /// An old Deny that a new Deny contains never gives way.
    fn without_kept_denies(&self, sides: &Sides) -> Sides {
        let statement = |number: &usize| self.model.statements.get(*number);
        let kept = |old: &&usize| {
            statement(old).is_some_and(|old| {
                let new = sides.new_denies.iter().filter_map(statement);
                new.into_iter().any(|new| contains(new, old))
            })
        };
        Sides {
            old_denies: sides
                .old_denies
                .iter()
                .filter(|n| !kept(n))
                .copied()
                .collect(),
            ..sides.clone()
        }
    }

    /// The old Allows that hold whenever the new one does, as far as conditions go.
    fn covering(&self, sides: &Sides, allow: &Statement) -> Vec<usize> {
        let follows = |condition: &usize| {
            let wanted = self.model.atoms.get(*condition);
            allow.conditions.iter().any(|given| {
                let given = (given == condition, self.model.atoms.get(*given));
                given.0 || matches!((given.1, wanted), (Some(a), Some(b)) if implies(a, b))
            })
        };
        let covers = |number: &&usize| {
            let statement = self.model.statements.get(**number);
            statement.is_some_and(|one| one.conditions.iter().all(follows))
        };
        sides.old_allows.iter().filter(covers).copied().collect()
    }

    /// Whether nothing can be new from here on.
    fn is_over(&self, track: &Track<'_>, state: &Bits, sides: &Sides, covers: &[usize]) -> bool {
        let of = |numbers: &[usize]| {
            let statements = numbers.iter().filter_map(|n| self.model.statements.get(*n));
            statements.collect::<Vec<_>>()
        };
        let settled = |one: &&Statement| track.is_settled(state, one);
        let denied = of(&sides.new_denies)
            .into_iter()
            .any(|one| one.conditions.is_empty() && settled(&one));
        let mut denies = of(&sides.old_denies).into_iter();
        let covered = of(covers).iter().any(settled) && denies.all(|one| track.is_over(state, one));
        denied || covered
    }

    /// Whether conditions, taken as far as they are understood, let an access be new here.
    fn can_be_new(
        &self,
        track: &Track<'_>,
        state: &Bits,
        sides: &Sides,
        allow: &Statement,
    ) -> Solution {
        let with = |numbers: &[usize]| {
            let statements = numbers.iter().filter_map(|n| self.model.statements.get(*n));
            let each = statements.map(|one| (one, track.about(state, one)));
            each.filter(|(_, about)| *about != About::No)
                .collect::<Vec<_>>()
        };
        let atoms = self.model.atoms.len();
        let cases = Numbering { atoms }.new_access(
            (allow, &track.about(state, allow)),
            with(&sides.new_denies).into_iter(),
            with(&sides.old_allows).into_iter(),
            with(&sides.old_denies).into_iter(),
        );
        let mut unknown = false;
        for case in cases {
            let known = self.known_of(&case);
            let clauses = [case, known].concat();
            match solve(&clauses, atoms + self.model.patterns.len()) {
                Solution::Impossible => {}
                Solution::Unknown => unknown = true,
                found @ Solution::Possible(_) => return found,
            }
        }
        if unknown {
            Solution::Unknown
        } else {
            Solution::Impossible
        }
    }

    /// What is certain of the conditions in some clauses.
    fn known_of(&self, clauses: &Clauses) -> Clauses {
        let literals = clauses.iter().flatten().map(|literal| literal.proposition);
        let propositions: BTreeSet<usize> = literals.collect();
        let propositions: Vec<usize> = propositions.into_iter().collect();
        let pairs = propositions.iter().enumerate();
        let pairs = pairs.flat_map(|(index, one)| {
            propositions
                .iter()
                .skip(index + 1)
                .map(|other| (*one, *other))
        });
        let mut relations = self.relations.borrow_mut();
        let mut left = PAIRS;
        let mut out = Clauses::new();
        for (one, other) in pairs {
            if let Some(known) = relations.get(&(one, other)) {
                out.extend(known.iter().cloned());
                continue;
            }
            if left == 0 {
                break;
            }
            left -= 1;
            let known = self.relation(one, other);
            out.extend(known.iter().cloned());
            relations.insert((one, other), known);
        }
        out
    }

    fn relation(&self, one: usize, other: usize) -> Clauses {
        let atoms = self.model.atoms.len();
        match (self.model.atoms.get(one), self.model.atoms.get(other)) {
            (Some(a), Some(b)) => relate((one, a), (other, b), self.catalog),
            (None, None) => self.relation_of_patterns(one - atoms, other - atoms, atoms),
            _ => Clauses::new(),
        }
    }

    /// Whether one pattern with variables includes another, whatever the values.
    fn relation_of_patterns(&self, one: usize, other: usize, atoms: usize) -> Clauses {
        use super::solver::{no, yes};
        let steps = |number: usize| self.model.patterns.get(number)?.steps.as_deref();
        let (Some(a), Some(b)) = (steps(one), steps(other)) else {
            return Clauses::new();
        };
        let mut names = Vec::new();
        let units = [a, b].map(|steps| crate::language::with_opaque(steps, &mut names));
        let includes = |wide: usize, narrow: usize| {
            let machine = crate::language::Machine::new(&units, crate::language::Symbols::All);
            let mut beyond = false;
            let end = explore(&machine, self.limits, |place| {
                let accepts = |one| machine.accepts(place.state, one);
                beyond |= accepts(narrow) && !accepts(wide);
                match (beyond, machine.is_alive(place.state, narrow)) {
                    (true, _) => Visit::Stop,
                    (false, true) => Visit::On,
                    (false, false) => Visit::Leave,
                }
            });
            end == Exploration::Whole && !beyond
        };
        let mut out = Clauses::new();
        if includes(1, 0) {
            out.push(vec![no(atoms + one), yes(atoms + other)]);
        }
        if includes(0, 1) {
            out.push(vec![no(atoms + other), yes(atoms + one)]);
        }
        out
    }
}

/// Whether one Deny is about everything that another is about.
fn contains(wide: &Statement, narrow: &Statement) -> bool {
    let conditions = wide.conditions.iter();
    let fewer = conditions
        .into_iter()
        .all(|one| narrow.conditions.contains(one));
    let resources = match (&wide.resources, &narrow.resources) {
        (None, _) => true,
        (Some((Polarity::Listed, wide)), Some((Polarity::Listed, narrow))) => {
            narrow.iter().all(|one| wide.contains(one))
        }
        (Some((Polarity::AllBut, wide)), Some((Polarity::AllBut, narrow))) => {
            wide.iter().all(|one| narrow.contains(one))
        }
        _ => false,
    };
    fewer && resources
}
