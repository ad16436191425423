//! The decision.

mod decide;
mod explain;
mod guards;
mod index;
mod inputs;
mod layers;
mod lookups;
mod marks;
mod parts;
mod principals;
mod statement;
mod tally;
mod text;
mod truth;
mod why;

pub use decide::{Verdict, decide, evaluate};
pub use explain::{
    ConditionExplanation, Explanation, PolicyExplanation, ResourceExplanation,
    StatementExplanation, explain,
};
pub(crate) use index::StatementIndex;
pub use inputs::{PolicySet, RequestContext};
pub(crate) use lookups::{Lookups, number_keys};
pub(crate) use statement::CompiledStatement;
pub use truth::Truth;
