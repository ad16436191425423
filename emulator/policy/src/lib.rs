//! The vocabulary of IAM, its policy language, and the decision.
//!
//! No I/O, no async, no clock, no HTTP: what AWS would decide for one [`RequestContext`] under one
//! [`PolicySet`] is a pure function, [`evaluate`].

pub mod account;
pub mod action;
pub mod arn;
mod condition;
pub mod context;
pub mod decision;
pub mod document;
pub mod evaluate;
pub mod pattern;
pub mod principal;
pub mod requirement;

pub use account::AccountId;
pub use action::Action;
pub use arn::Arn;
pub use context::{ConditionKey, Context, ContextValue, Lookup};
pub use decision::{Check, CheckEffect, CheckKind, Decision, DecisionKind, StatementRef};
pub use document::{Policy, PolicyDocument, PolicyError, PolicyKind};
pub use evaluate::{PolicySet, RequestContext, evaluate};
pub use pattern::{ActionPattern, ResourcePattern, escape_arn, escape_literal};
pub use principal::{Principal, PrincipalKind};
pub use requirement::{AuthorizationModel, Provenance, Requirement};
