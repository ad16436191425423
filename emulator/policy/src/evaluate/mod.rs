//! The decision.

mod decide;
mod explain;
mod index;
mod inputs;
mod layers;
mod parts;
mod principals;
mod statement;
mod text;
mod truth;
mod why;

pub use decide::evaluate;
pub use explain::{
    ConditionExplanation, Explanation, PolicyExplanation, ResourceExplanation,
    StatementExplanation, explain,
};
pub(crate) use index::{ActionIndex, ActionKey};
pub use inputs::{PolicySet, RequestContext};
pub(crate) use statement::CompiledStatement;
pub use truth::Truth;
