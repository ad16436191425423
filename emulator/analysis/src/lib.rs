//! Over policies, without a server: validate, expand and shrink, compare, prove.

pub mod access;
pub mod actions;
pub mod compare;
pub mod language;
pub mod validate;
