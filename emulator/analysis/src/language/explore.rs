//! Breadth first over all texts, each place of the patterns visited once.

use std::collections::BTreeMap;

use super::machine::{Bits, Machine};

/// How much may be spent on one question; beyond it the answer is *unknown*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Combinations of places in patterns.
    pub states: usize,
    /// Steps, each counted with the machine words that it touches.
    pub work: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            states: 20_000,
            work: 60_000_000,
        }
    }
}

/// What to do at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visit {
    /// Go on from here.
    On,
    /// Nothing of interest lies beyond.
    Leave,
    /// Found.
    Stop,
}

/// How an exploration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exploration {
    /// Everything was seen.
    Whole,
    /// The visitor stopped it.
    Stopped,
    /// It was too much.
    Limited,
}

/// A place, with the text that leads to it.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) state: &'a Bits,
    machine: &'a Machine,
    parents: &'a [(usize, usize)],
    at: usize,
}

impl Found<'_> {
    /// A shortest text that leads here.
    pub(crate) fn text(&self) -> String {
        let mut out: Vec<char> = Vec::new();
        let mut at = self.at;
        while at != 0 {
            let Some((parent, symbol)) = self.parents.get(at) else {
                break;
            };
            out.extend(self.machine.symbols.get(*symbol));
            at = *parent;
        }
        out.iter().rev().collect()
    }
}

/// Visits every combination of places that some text leads to, shortest texts first.
pub(crate) fn explore(
    machine: &Machine,
    limits: Limits,
    mut visit: impl FnMut(&Found<'_>) -> Visit,
) -> Exploration {
    let start = machine.start();
    let cost = start.words().max(1) * 4;
    let mut work = 0_usize;
    let mut index = BTreeMap::from([(start.clone(), 0_usize)]);
    let mut states = vec![start];
    let mut parents = vec![(0, 0)];
    let mut at = 0;
    while let Some(state) = states.get(at).cloned() {
        let found = Found {
            state: &state,
            machine,
            parents: &parents,
            at,
        };
        match visit(&found) {
            Visit::Stop => return Exploration::Stopped,
            Visit::Leave => {}
            Visit::On => {
                for symbol in 0..machine.symbols.len() {
                    work += cost;
                    let next = machine.step(&state, symbol);
                    if next.is_empty() || index.contains_key(&next) {
                        continue;
                    }
                    if states.len() >= limits.states || work >= limits.work {
                        return Exploration::Limited;
                    }
                    index.insert(next.clone(), states.len());
                    states.push(next);
                    parents.push((at, symbol));
                }
            }
        }
        at += 1;
    }
    Exploration::Whole
}
