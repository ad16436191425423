//! Many patterns run side by side: one bit for each place in each pattern.

use std::collections::BTreeSet;

use rolecall_policy::pattern::Within;

use super::unit::{Unit, is_opaque};

const WIDTH: usize = u64::BITS as usize;

/// A set of small numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    pub(crate) fn new(len: usize) -> Self {
        Self(vec![0; len.div_ceil(WIDTH)])
    }

    pub(crate) fn insert(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at / WIDTH) {
            *word |= 1 << (at % WIDTH);
        }
    }

    pub(crate) fn contains(&self, at: usize) -> bool {
        let word = self.0.get(at / WIDTH);
        word.is_some_and(|word| word & (1 << (at % WIDTH)) != 0)
    }

    pub(crate) fn toggle(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at / WIDTH) {
            *word ^= 1 << (at % WIDTH);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    fn overlaps(&self, from: usize, to: usize) -> bool {
        (from..=to).any(|at| self.contains(at))
    }

    pub(crate) fn words(&self) -> usize {
        self.0.len()
    }
}

/// Which characters texts are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbols {
    /// All of them.
    All,
    /// Those of an action's name, in lower case.
    Action,
}

/// A character that no pattern has stands for all others; these are tried in turn.
const FRESH: &str = "xyzabcdefghijklmnopqrstuvw0123456789-_XYZABCDEFGHIJKLMNOPQRSTUVW.=@+,#~!%&";

/// The patterns, ready to run.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    /// The characters to run over, the one that stands for all others last.
    pub(crate) symbols: Vec<char>,
    moves: Vec<Bits>,
    stays: Vec<Bits>,
    runs: Bits,
    places: usize,
    /// First and last place of each pattern, and whether its last unit takes everything.
    spans: Vec<(usize, usize, bool)>,
}

impl Machine {
    pub(crate) fn new(patterns: &[Vec<Unit>], symbols: Symbols) -> Self {
        let symbols = alphabet(patterns, symbols);
        let places: usize = patterns.iter().map(|units| units.len() + 1).sum();
        let mut machine = Self {
            moves: vec![Bits::new(places); symbols.len()],
            stays: vec![Bits::new(places); symbols.len()],
            symbols,
            runs: Bits::new(places),
            places,
            spans: Vec::with_capacity(patterns.len()),
        };
        let mut first = 0;
        for units in patterns {
            for (offset, unit) in units.iter().enumerate() {
                machine.place(first + offset, *unit);
            }
            let last = first + units.len();
            let open = units.last() == Some(&Unit::Run(Within::Whole));
            machine.spans.push((first, last, open));
            first = last + 1;
        }
        machine
    }

    fn place(&mut self, at: usize, unit: Unit) {
        if matches!(unit, Unit::Run(_)) {
            self.runs.insert(at);
        }
        let tables = self.moves.iter_mut().zip(&mut self.stays);
        for (symbol, (moves, stays)) in self.symbols.iter().zip(tables) {
            match unit {
                Unit::Letter(letter) if *symbol == letter => moves.insert(at),
                Unit::AnyCase(letter) if symbol.eq_ignore_ascii_case(&letter) => moves.insert(at),
                Unit::One(Within::Part) if *symbol != ':' && !is_opaque(*symbol) => {
                    moves.insert(at);
                }
                Unit::One(Within::Whole) if !is_opaque(*symbol) => moves.insert(at),
                Unit::Run(Within::Part) if *symbol != ':' => stays.insert(at),
                Unit::Run(Within::Whole) => stays.insert(at),
                _ => {}
            }
        }
    }

    /// Where all patterns are before the first character.
    pub(crate) fn start(&self) -> Bits {
        let mut state = Bits::new(self.places);
        for (first, ..) in &self.spans {
            state.insert(*first);
        }
        self.closed(state)
    }

    /// A `*` may be empty. Two in a row are never in a pattern but of different reach, so twice is
    /// enough for what stands in a row.
    fn closed(&self, mut state: Bits) -> Bits {
        for _ in 0..2 {
            let mut carry = 0;
            for (word, runs) in state.0.iter_mut().zip(&self.runs.0) {
                let open = *word & runs;
                let shifted = (open << 1) | carry;
                carry = open >> (WIDTH - 1);
                *word |= shifted;
            }
        }
        state
    }

    /// Where all patterns are one character on.
    pub(crate) fn step(&self, state: &Bits, symbol: usize) -> Bits {
        let (Some(moves), Some(stays)) = (self.moves.get(symbol), self.stays.get(symbol)) else {
            return Bits::new(self.places);
        };
        let mut carry = 0;
        let words = state.0.iter().zip(&moves.0).zip(&stays.0);
        let next = words.map(|((word, moves), stays)| {
            let moved = word & moves;
            let out = (moved << 1) | carry | (word & stays);
            carry = moved >> (WIDTH - 1);
            out
        });
        self.closed(Bits(next.collect()))
    }

    pub(crate) fn patterns(&self) -> usize {
        self.spans.len()
    }

    /// Whether a pattern matches what was read.
    pub(crate) fn accepts(&self, state: &Bits, pattern: usize) -> bool {
        let span = self.spans.get(pattern);
        span.is_some_and(|(_, last, _)| state.contains(*last))
    }

    /// Whether a pattern may still match with more characters, or matches now.
    pub(crate) fn is_alive(&self, state: &Bits, pattern: usize) -> bool {
        let span = self.spans.get(pattern);
        span.is_some_and(|(first, last, _)| state.overlaps(*first, *last))
    }

    /// Whether a pattern matches whatever follows.
    pub(crate) fn is_settled(&self, state: &Bits, pattern: usize) -> bool {
        let span = self.spans.get(pattern);
        span.is_some_and(|(_, last, open)| *open && state.contains(last - 1))
    }

    /// The patterns that match what was read.
    pub(crate) fn accepted(&self, state: &Bits) -> Bits {
        let mut out = Bits::new(self.spans.len());
        for (pattern, (_, last, _)) in self.spans.iter().enumerate() {
            if state.contains(*last) {
                out.insert(pattern);
            }
        }
        out
    }

    /// Runs over a text; characters that no pattern has count as the one that stands for them.
    pub(crate) fn run(&self, text: &str) -> Bits {
        let last = self.symbols.len().saturating_sub(1);
        text.chars().fold(self.start(), |state, letter| {
            let symbol = self.symbols.iter().position(|one| *one == letter);
            self.step(&state, symbol.unwrap_or(last))
        })
    }
}

fn alphabet(patterns: &[Vec<Unit>], symbols: Symbols) -> Vec<char> {
    let mut letters = BTreeSet::from([':']);
    for unit in patterns.iter().flatten() {
        match unit {
            Unit::Letter(letter) => {
                letters.insert(*letter);
            }
            Unit::AnyCase(letter) => {
                letters.extend([letter.to_ascii_lowercase(), letter.to_ascii_uppercase()]);
            }
            Unit::One(_) | Unit::Run(_) => {}
        }
    }
    if symbols == Symbols::Action {
        let allowed = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_:".contains(*c);
        letters.retain(allowed);
    }
    let candidates = FRESH.chars().filter(|c| {
        symbols == Symbols::All || c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(*c)
    });
    let beyond = ('\u{4e00}'..'\u{9fff}').filter(|_| symbols == Symbols::All);
    let fresh = candidates.chain(beyond).find(|c| !letters.contains(c));
    // Lower case and what is common first: found texts read better.
    let mut out: Vec<char> = letters.into_iter().collect();
    out.sort_by_key(|c| (!c.is_ascii_lowercase(), !c.is_ascii_alphanumeric(), *c));
    out.extend(fresh);
    out
}
