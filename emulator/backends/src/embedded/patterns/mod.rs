//! Event patterns: of EventBridge, and the filter policies of SNS, which are their kin.

mod check;
mod cidr;
mod matching;
mod wildcard;

pub(crate) use check::{Dialect, check};
pub(crate) use matching::matches;
