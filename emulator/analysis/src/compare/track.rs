//! Which statements are about a resource, followed over all resources at once.

use std::collections::BTreeMap;

use rolecall_policy::{
    document::Polarity,
    pattern::{PatternStep, Within},
};

use super::statements::{Model, Pattern, Statement};
use crate::language::{Bits, Machine, Symbols, Unit};

/// What statements are about, at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum About {
    Yes,
    No,
    /// If one of these patterns with variables matches.
    IfAny(Vec<usize>),
    /// If none of them does.
    IfNone(Vec<usize>),
}

/// What becomes of patterns with variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variables {
    /// They match at most what they would with `*`.
    Open,
    /// Their values have been put in.
    Filled,
}

/// The patterns of several statements, ready to run over resources.
#[derive(Debug)]
pub(crate) struct Track<'a> {
    pub(crate) machine: Machine,
    patterns: &'a [Pattern],
    variables: Variables,
    universe: usize,
    asked: usize,
    focus: Option<usize>,
    places: BTreeMap<usize, usize>,
}

/// What a track is laid over.
#[derive(Debug)]
pub(crate) struct Plan<'p> {
    /// Statements of interest, by number.
    pub(crate) statements: &'p [usize],
    /// The pattern that has to match.
    pub(crate) focus: Option<usize>,
    /// The partition that resources have to be of.
    pub(crate) partition: Option<&'p str>,
    /// The resources that are asked about; empty where all are.
    pub(crate) asked: &'p [Vec<Unit>],
    pub(crate) variables: Variables,
}

impl<'a> Track<'a> {
    pub(crate) fn new(
        model: &'a Model<'_>,
        plan: &Plan<'_>,
        units: impl Fn(&[PatternStep]) -> Option<Vec<Unit>>,
    ) -> Self {
        let of = |number: usize| {
            let steps = model.patterns.get(number)?.steps.as_deref()?;
            units(steps)
        };
        let has_texts = model.patterns.iter().any(|pattern| pattern.is_text);
        let mut all = universe(plan.partition, has_texts);
        let universe = all.len();
        all.extend(plan.asked.iter().cloned());
        let asked = all.len();
        let focus = plan.focus.map(|number| of(number).unwrap_or_else(nothing));
        let mut places = BTreeMap::new();
        let relevant = plan
            .statements
            .iter()
            .filter_map(|s| model.statements.get(*s));
        let relevant = relevant.filter_map(|s| s.resources.as_ref());
        for number in relevant.flat_map(|(_, numbers)| numbers) {
            if places.contains_key(number) {
                continue;
            }
            let meets =
                |units: &Vec<Unit>| focus.as_ref().is_none_or(|focus| may_meet(focus, units));
            if let Some(units) = of(*number).filter(meets) {
                places.insert(*number, all.len());
                all.push(units);
            }
        }
        Self {
            machine: Machine::new(&all, Symbols::All),
            patterns: &model.patterns,
            variables: plan.variables,
            universe,
            asked,
            focus: plan.focus,
            places,
        }
    }

    fn of_focus(&self) -> Option<usize> {
        self.focus
            .map(|focus| *self.places.get(&focus).unwrap_or(&usize::MAX))
    }

    /// Whether some resource of interest lies here or beyond.
    pub(crate) fn is_alive(&self, state: &Bits) -> bool {
        let alive = |one: usize| self.machine.is_alive(state, one);
        (0..self.universe).any(alive)
            && (self.universe == self.asked || (self.universe..self.asked).any(alive))
            && self.of_focus().is_none_or(alive)
    }

    /// Whether a resource of interest ends here.
    pub(crate) fn is_resource(&self, state: &Bits) -> bool {
        let accepts = |one: usize| self.machine.accepts(state, one);
        (0..self.universe).any(accepts)
            && (self.universe == self.asked || (self.universe..self.asked).any(accepts))
            && self.of_focus().is_none_or(accepts)
    }

    fn has_variables(&self, pattern: usize) -> bool {
        let pattern = self.patterns.get(pattern);
        self.variables == Variables::Open && pattern.is_some_and(|p| !p.variables.is_empty())
    }

    /// Whether a statement is about the resource that ends here.
    pub(crate) fn about(&self, state: &Bits, statement: &Statement) -> About {
        let Some((polarity, numbers)) = &statement.resources else {
            return About::Yes;
        };
        let accepts = |number: &&usize| {
            let place = self.places.get(number);
            place.is_some_and(|place| self.machine.accepts(state, *place))
        };
        let matching: Vec<usize> = numbers.iter().filter(accepts).copied().collect();
        let surely = matching.iter().any(|number| !self.has_variables(*number));
        match (polarity, surely, matching.is_empty()) {
            (Polarity::Listed, true, _) | (Polarity::AllBut, _, true) => About::Yes,
            (Polarity::Listed, _, true) | (Polarity::AllBut, true, _) => About::No,
            (Polarity::Listed, false, false) => About::IfAny(matching),
            (Polarity::AllBut, false, false) => About::IfNone(matching),
        }
    }

    /// Whether a statement is about every resource from here on.
    pub(crate) fn is_settled(&self, state: &Bits, statement: &Statement) -> bool {
        match &statement.resources {
            None => true,
            Some((Polarity::AllBut, _)) => false,
            Some((Polarity::Listed, numbers)) => numbers.iter().any(|number| {
                let place = self.places.get(number);
                !self.has_variables(*number)
                    && place.is_some_and(|place| self.machine.is_settled(state, *place))
            }),
        }
    }

    /// Whether a statement is about no resource from here on.
    pub(crate) fn is_over(&self, state: &Bits, statement: &Statement) -> bool {
        match &statement.resources {
            Some((Polarity::Listed, numbers)) => numbers.iter().all(|number| {
                let place = self.places.get(number);
                place.is_none_or(|place| !self.machine.is_alive(state, *place))
            }),
            _ => false,
        }
    }
}

/// A pattern that matches nothing: no text has this character.
fn nothing() -> Vec<Unit> {
    vec![Unit::Letter('\u{F0000}')]
}

/// All resources: `*` and ARNs of six parts; any text where a policy has such patterns.
fn universe(partition: Option<&str>, has_texts: bool) -> Vec<Vec<Unit>> {
    let some = |within| [Unit::One(within), Unit::Run(within)];
    let colon = Unit::Letter(':');
    let letters = |text: &str| text.chars().map(Unit::Letter).collect::<Vec<_>>();
    let mut arn = letters("arn:");
    match partition {
        Some(partition) => arn.extend(letters(partition)),
        None => arn.extend(some(Within::Part)),
    }
    arn.push(colon);
    arn.extend(some(Within::Part));
    arn.extend([
        colon,
        Unit::Run(Within::Part),
        colon,
        Unit::Run(Within::Part),
        colon,
    ]);
    arn.extend(some(Within::Whole));
    let mut out = vec![vec![Unit::Letter('*')], arn];
    if has_texts {
        out.push(some(Within::Whole).to_vec());
    }
    out
}

/// Whether two patterns may match one text, by what they begin with.
fn may_meet(one: &[Unit], other: &[Unit]) -> bool {
    for pair in one.iter().zip(other) {
        let apart = match pair {
            (Unit::Letter(a), Unit::Letter(b)) => a != b,
            (Unit::Letter(a) | Unit::AnyCase(a), Unit::Letter(b) | Unit::AnyCase(b)) => {
                !a.eq_ignore_ascii_case(b)
            }
            _ => return true,
        };
        if apart {
            return false;
        }
    }
    true
}
