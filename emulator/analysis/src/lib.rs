//! Over policies, without a server: validate, expand and shrink, compare, prove.

pub mod validate;
