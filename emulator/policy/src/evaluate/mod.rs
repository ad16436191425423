//! The decision.

mod decide;
mod inputs;
mod layers;
mod principals;
mod statement;
mod truth;

pub use decide::evaluate;
pub use inputs::{PolicySet, RequestContext};
pub(crate) use statement::CompiledStatement;
pub use truth::Truth;
