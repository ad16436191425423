//! Policy documents: the grammar, its errors with line and column, the form to walk and print.

mod ast;
mod error;
mod grammar;
pub mod json;
mod kind;
mod operator;
mod policy;
mod print;
mod rules;
mod span;
mod suggest;

pub use ast::{
    Condition, Effect, Form, Literal, Polarity, PolicyDocument, PrincipalSet, PrincipalType,
    Principals, Scope, Statement, Text, Values, Version,
};
pub use error::{POLICY_ERROR_CODES, PolicyError};
pub use kind::PolicyKind;
pub use operator::{Comparison, ConditionOperator, Existence, SetOperator};
pub use policy::Policy;
pub use print::{compact, text};
pub use span::Span;
pub use suggest::nearest;
