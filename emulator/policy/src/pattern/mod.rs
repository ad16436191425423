//! Patterns of actions, resources and texts.

mod action;
mod escape;
pub(crate) mod glob;
mod resource;
mod steps;
pub(crate) mod variable;

pub use action::ActionPattern;
pub use escape::{escape_arn, escape_literal};
pub use resource::ResourcePattern;
pub use steps::{PatternStep, Within, text_steps};
pub use variable::Wildcards;
