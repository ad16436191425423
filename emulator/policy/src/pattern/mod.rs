//! Patterns of actions, resources and texts.

mod action;
mod escape;
pub(crate) mod glob;
mod resource;
pub(crate) mod variable;

pub use action::ActionPattern;
pub use escape::{escape_arn, escape_literal};
pub use resource::ResourcePattern;
