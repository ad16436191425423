//! The checks, grouped by what they look at.

mod actions;
mod addresses;
mod condition_keys;
mod emptiness;
mod key_support;
mod operators;
mod organizations;
mod passing;
mod principals;
mod redundancy;
mod resources;
mod sensitive;
mod sids;
mod size;
mod structure;
mod tags;
mod trust;
mod values;
mod variables;

use rolecall_policy::document::{Comparison, ConditionOperator, Existence, SetOperator};

use super::report::{Input, Report};

/// Runs all of them.
pub(super) use size::check_of as too_long;

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    for check in [
        structure::run,
        size::run,
        sids::run,
        emptiness::run,
        actions::run,
        resources::run,
        principals::run,
        trust::run,
        operators::run,
        condition_keys::run,
        key_support::run,
        values::run,
        addresses::run,
        sensitive::run,
        tags::run,
        variables::run,
        passing::run,
        organizations::run,
        redundancy::run,
    ] {
        check(input, report);
    }
}

/// Whether a condition with this operator never holds where the key is absent.
fn needs_key(operator: ConditionOperator) -> bool {
    operator.comparison != Comparison::Null
        && !operator.comparison.is_negated()
        && operator.existence == Existence::Plain
        && operator.set != Some(SetOperator::ForAllValues)
}
