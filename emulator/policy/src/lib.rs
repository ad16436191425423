//! The vocabulary of IAM, its policy language, and the decision.
//!
//! No I/O, no async, no clock, no HTTP: what AWS would decide for one [`RequestContext`] under one
//! [`PolicySet`] is a pure function, [`evaluate`].
//!
//! ```
//! use std::sync::Arc;
//! use rolecall_policy::{
//!     AccountId, Action, AuthorizationModel, Context, Denial, DecisionKind, Policy, PolicyKind,
//!     PolicySet, Principal, PrincipalKind, RequestContext, denial_message, evaluate, explain,
//!     escape_arn, document::{PolicyDocument, Statement},
//! };
//!
//! // Parse: the error has code, line, column, span and help, and renders itself.
//! let text = r#"{"Version": "2012-10-17", "Statement": [
//!     {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*"}
//! ]}"#;
//! let policy = Policy::parse("inline", PolicyKind::Identity, text).unwrap();
//! let error = Policy::parse("inline", PolicyKind::Identity, "{\"Statment\": []}").unwrap_err();
//! assert_eq!(error.code, "policy::unknown_element");
//! assert_eq!(error.help.as_deref(), Some("did you mean `Statement`?"));
//! eprintln!("{}", error.render("policy.json", "{\"Statment\": []}"));
//!
//! // Evaluate.
//! let account = AccountId::parse("123456789012").unwrap();
//! let caller = Principal {
//!     kind: PrincipalKind::AssumedRole,
//!     arn: "arn:aws:sts::123456789012:assumed-role/app/session".to_owned(),
//!     account: Some(account.clone()),
//!     issuer: Some("arn:aws:iam::123456789012:role/app".to_owned()),
//!     ..Principal::anonymous()
//! };
//! let context = Context::new().with("aws:SourceIp", "203.0.113.7");
//! let action = Action::parse("s3:PutObject").unwrap();
//! let request = RequestContext {
//!     principal: &caller,
//!     action: &action,
//!     resource: "arn:aws:s3:::b/key",
//!     resource_account: Some(&account),
//!     model: AuthorizationModel::Standard,
//!     context: &[&context],
//! };
//! let policies = PolicySet { identity: vec![Arc::new(policy.clone())], ..PolicySet::default() };
//! let decision = evaluate(&request, &policies);
//! assert_eq!(decision.kind, DecisionKind::ImplicitDeny);
//!
//! // Explain: every statement, part by part.
//! let explanation = explain(&request, &policies);
//! assert!(!explanation.policies[0].statements[0].action);
//!
//! // Say it in AWS's words.
//! let denial = Denial::new(&request, &decision, "s3", "PutObject");
//! assert_eq!(
//!     denial_message(&denial).text,
//!     "User: arn:aws:sts::123456789012:assumed-role/app/session is not authorized to perform: \
//!      s3:PutObject on resource: \"arn:aws:s3:::b/key\" because no identity-based policy allows \
//!      the s3:PutObject action",
//! );
//!
//! // Walk a document, build one, take something out of one, print it, compile it.
//! for statement in &policy.document().statements {
//!     for action in statement.actions.values.iter() {
//!         assert_eq!(action, "s3:Get*");
//!     }
//! }
//! let mut built = PolicyDocument::new(vec![
//!     Statement::allow(["s3:GetObject", "s3:PutObject"], [escape_arn("arn:aws:s3:::b/what?")])
//!         .with_sid("App"),
//! ]);
//! built.statements[0].actions.values.items.pop();
//! assert_eq!(built.to_json()["Statement"][0]["Resource"][0], "arn:aws:s3:::b/what${?}");
//! Policy::compile("generated", PolicyKind::Identity, &built).unwrap();
//! ```

pub mod account;
pub mod action;
pub mod arn;
mod condition;
pub mod context;
pub mod decision;
pub mod document;
pub mod evaluate;
pub mod grant;
pub mod message;
pub mod pattern;
pub mod principal;
pub mod redacted;
pub mod requirement;
pub mod resource_control;
pub mod simulate;

pub use account::AccountId;
pub use action::Action;
pub use arn::Arn;
pub use context::{ConditionKey, Context, ContextValue, Lookup};
pub use decision::{Check, CheckEffect, CheckKind, Decision, DecisionKind, StatementRef};
pub use document::{Policy, PolicyDocument, PolicyError, PolicyKind};
pub use evaluate::{
    Explanation, PolicySet, RequestContext, Truth, Verdict, decide, evaluate, explain,
};
pub use grant::{GrantConstraints, KmsGrant};
pub use message::{Denial, DenialMessage, ResourceLevel, denial_message};
pub use pattern::{ActionPattern, ResourcePattern, escape_arn, escape_literal};
pub use principal::{Principal, PrincipalKind};
pub use redacted::Redacted;
pub use requirement::{AuthorizationModel, Provenance, Requirement};
