//! The search for a request that shows an access to be new: likely ones first, then one for each
//! place that statements tell apart.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_policy::{Action, ContextValue, Lookup};

use super::{
    guess,
    principals::{DECIDED, Representative, context},
    search::{Question, Search},
    track::{Plan, Track, Variables},
    witness::{Attempt, Sides, Witness, attempt},
};
use crate::language::{Machine, Symbols, Visit, explore, substituted};

/// Principals for which all resources are looked at.
const FEW: usize = 4;

impl Search<'_> {
    pub(crate) fn find(
        &self,
        question: &Question<'_>,
        sides: &Sides,
        focus: Option<usize>,
    ) -> Option<(Action, Witness)> {
        let group = question.group;
        let actions = group.known.iter().take(3).chain(&group.unknown);
        let actions: Vec<&Action> = actions.collect();
        let who = if self.identities.is_empty() {
            &question.class.representatives
        } else {
            &self.identities
        };
        let fillings = self.fillings(sides);
        for filling in &fillings {
            for who in who {
                for action in &actions {
                    let found = self.guess(sides, focus, action, who, filling);
                    if let Some(witness) = found {
                        return Some(((*action).clone(), witness));
                    }
                }
            }
        }
        let action = actions.first()?;
        for filling in &fillings {
            for who in who.iter().take(FEW) {
                let found = self.search(question, sides, focus, action, who, filling);
                if let Some(witness) = found {
                    return Some(((*action).clone(), witness));
                }
            }
        }
        None
    }

    /// Values for the variables of some statements: a word each, what conditions name, nothing.
    fn fillings(&self, sides: &Sides) -> Vec<BTreeMap<String, Option<String>>> {
        let statements = sides.all();
        let statements = statements
            .iter()
            .filter_map(|n| self.model.statements.get(*n));
        let mut keys = BTreeSet::new();
        for statement in statements {
            let patterns = statement.resources.iter().flat_map(|(_, numbers)| numbers);
            let patterns = patterns.filter_map(|n| self.model.patterns.get(*n));
            keys.extend(patterns.flat_map(|pattern| pattern.variables.clone()));
            let atoms = statement.conditions.iter();
            let atoms = atoms.filter_map(|n| self.model.atoms.get(*n));
            keys.extend(atoms.flat_map(|atom| atom.variables.clone()));
        }
        if keys.is_empty() {
            return vec![BTreeMap::new()];
        }
        let named = |key: &String| {
            let mut atoms = self.model.atoms.iter();
            let atom = atoms.find(|atom| atom.key == *key)?;
            let value = atom.condition.values.iter().next()?;
            (!value.contains("${")).then(|| value.replace('*', "example").replace('?', "x"))
        };
        let word = |_: &String| Some("example".to_owned());
        let fill = |value: &dyn Fn(&String) -> Option<String>| {
            keys.iter().map(|key| (key.clone(), value(key))).collect()
        };
        vec![
            fill(&word),
            fill(&|key| named(key).or_else(|| word(key))),
            fill(&|_| None),
        ]
    }

    fn attempt(&self, sides: &Sides, one: &Attempt<'_>) -> Option<Witness> {
        let left = self.attempts.get().checked_sub(1)?;
        self.attempts.set(left);
        let asked = self.asked.is_empty() || {
            let machine = Machine::new(&self.asked, Symbols::All);
            let state = machine.run(one.resource);
            (0..machine.patterns()).any(|pattern| machine.accepts(&state, pattern))
        };
        asked.then(|| attempt(self.model, &self.court, sides, one))?
    }

    fn guess(
        &self,
        sides: &Sides,
        focus: Option<usize>,
        action: &Action,
        who: &Representative,
        filling: &BTreeMap<String, Option<String>>,
    ) -> Option<Witness> {
        let pattern = focus.and_then(|number| self.model.patterns.get(number));
        let values = values(who, filling);
        let resources = guess::candidates(self.catalog, action, pattern, |key| {
            values.get(key).cloned().flatten()
        });
        resources.iter().find_map(|resource| {
            self.attempt(
                sides,
                &Attempt {
                    action,
                    resource,
                    who,
                    fixed: &values,
                },
            )
        })
    }

    /// Looks at every resource that statements tell apart.
    fn search(
        &self,
        question: &Question<'_>,
        sides: &Sides,
        focus: Option<usize>,
        action: &Action,
        who: &Representative,
        filling: &BTreeMap<String, Option<String>>,
    ) -> Option<Witness> {
        let values = values(who, filling);
        let plan = Plan {
            statements: &sides.all(),
            focus,
            partition: question.class.partition.as_deref(),
            asked: &self.asked,
            variables: Variables::Filled,
        };
        let track = Track::new(self.model, &plan, |steps| {
            substituted(steps, |key| values.get(key).cloned().flatten())
        });
        let mut seen = BTreeSet::new();
        let mut found = None;
        let attempt = |resource: &str| {
            self.attempt(
                sides,
                &Attempt {
                    action,
                    resource,
                    who,
                    fixed: &values,
                },
            )
        };
        explore(&track.machine, self.limits, |place| {
            if !track.is_alive(place.state) || self.attempts.get() == 0 {
                return Visit::Leave;
            }
            let fresh =
                track.is_resource(place.state) && seen.insert(track.machine.accepted(place.state));
            if fresh {
                found = attempt(&place.text());
            }
            match found {
                Some(_) => Visit::Stop,
                None => Visit::On,
            }
        });
        let mut found = found?;
        for part in 0..5 {
            let changed = guess::prettier(action, &found.resource);
            if let Some(parts) = changed.get(part)
                && let Some(better) = attempt(&parts.join(":"))
            {
                found = better;
            }
        }
        Some(found)
    }
}

/// The values of variables, those that follow from the principal as they do.
fn values(
    who: &Representative,
    filling: &BTreeMap<String, Option<String>>,
) -> BTreeMap<String, Option<String>> {
    let known = context(&who.principal);
    let of = |(key, value): (&String, &Option<String>)| {
        let value = if DECIDED.contains(&key.as_str()) {
            match known.lookup(key) {
                Lookup::Present(ContextValue::One(text)) => Some(text.clone()),
                _ => None,
            }
        } else {
            value.clone()
        };
        (key.clone(), value)
    };
    filling.iter().map(of).collect()
}
