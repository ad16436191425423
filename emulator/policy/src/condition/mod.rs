//! Conditions, compiled.

mod compiled;
mod date;
mod decimal;
mod ip;
mod values;

pub(crate) use compiled::CompiledCondition;
pub(crate) use values::compare_values;
