//! Patterns of actions, resources and texts.

mod action;
mod escape;
pub(crate) mod glob;
mod prefixes;
mod resource;
mod signature;
mod steps;
pub(crate) mod variable;

pub use action::ActionPattern;
pub use escape::{escape_arn, escape_literal};
pub(crate) use prefixes::Prefixes;
pub(crate) use resource::Indexed;
pub use resource::ResourcePattern;
pub(crate) use signature::Signature;
pub use steps::{PatternStep, Within, text_steps};
pub use variable::Wildcards;
