//! What the statements of one kind of policy come to, without their names.

use super::{Truth, layers::View, principals::Reach};
use crate::document::Effect;

/// A number for what holds for sure, and one for what holds where an unknown value is favourable to
/// the statement.
#[derive(Clone, Copy, Debug, Default)]
struct Both<T> {
    surely: T,
    perhaps: T,
}

impl<T: Copy> Both<T> {
    /// What counts: a favourable view believes allows, an unfavourable one denies.
    fn allowing(&self, view: View) -> T {
        match view {
            View::Optimistic => self.perhaps,
            View::Pessimistic => self.surely,
        }
    }

    fn denying(&self, view: View) -> T {
        match view {
            View::Optimistic => self.surely,
            View::Pessimistic => self.perhaps,
        }
    }
}

impl<T: Ord> Both<T> {
    /// Raises what a statement that matches so raises.
    fn raise(&mut self, truth: Truth, value: T)
    where
        T: Copy,
    {
        self.perhaps = self.perhaps.max(value);
        if truth == Truth::True {
            self.surely = self.surely.max(value);
        }
    }
}

/// Denies and allows, counted as far as a decision needs them.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    denies: Both<bool>,
    /// Of the statements of all levels.
    reach: Both<Option<Reach>>,
    /// Of the statements of this level.
    of_level: Both<Option<Reach>>,
    levels_that_allow: Both<usize>,
    has_unknown: bool,
}

impl Tally {
    pub(super) fn begin_level(&mut self) {
        self.of_level = Both::default();
    }

    pub(super) fn end_level(&mut self) {
        let Both { surely, perhaps } = self.of_level;
        self.levels_that_allow.surely += usize::from(surely.is_some());
        self.levels_that_allow.perhaps += usize::from(perhaps.is_some());
    }

    /// Counts a statement that matches.
    pub(super) fn count(&mut self, effect: Effect, truth: Truth, reach: Reach) {
        self.has_unknown |= truth == Truth::Unknown;
        match effect {
            Effect::Deny => self.denies.raise(truth, true),
            Effect::Allow => {
                self.reach.raise(truth, Some(reach));
                self.of_level.raise(truth, Some(reach));
            }
        }
    }

    /// Whether further statements with the effect, in this level, make no difference: a deny that
    /// is certain decides, and beside an allow without limits others add nothing.
    pub(super) fn is_settled(&self, effect: Effect) -> bool {
        let farthest = self.of_level.surely == Some(Reach::Caller);
        self.denies.surely || (effect == Effect::Allow && farthest)
    }

    pub(super) fn denies(&self, view: View) -> bool {
        self.denies.denying(view)
    }

    pub(super) fn levels_that_allow(&self, view: View) -> usize {
        self.levels_that_allow.allowing(view)
    }

    pub(super) fn reach(&self, view: View) -> Option<Reach> {
        self.reach.allowing(view)
    }

    pub(super) fn has_unknown(&self) -> bool {
        self.has_unknown
    }
}
