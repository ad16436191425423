//! Conditions, compiled.

mod compiled;
mod date;
mod decimal;
mod ip;
mod values;

pub(crate) use compiled::CompiledCondition;
