//! The curated rules: `rules/*.toml`, read, checked and compiled, one service at a time.
//!
//! The language is described in `rules/README.md`.

pub(crate) mod check;
pub(crate) mod compile;
pub(crate) mod curated;
pub(crate) mod error;
pub(crate) mod expression;
pub(crate) mod function;
pub(crate) mod intern;
pub(crate) mod item;
mod lexer;
#[cfg(test)]
mod mistakes;
pub(crate) mod nearest;
mod operation;
pub(crate) mod parse;
pub(crate) mod partiql;
pub(crate) mod projection;
mod read;
pub(crate) mod registry;
pub(crate) mod rule;
mod sections;
mod written;

pub use check::check_all;
pub use error::RuleError;
pub use rule::FormText;
