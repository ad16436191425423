//! Over policies, without a server: validate, expand and shrink, compare, prove.

pub mod compare;
pub mod language;

pub use compare::{Comparison, compare};
