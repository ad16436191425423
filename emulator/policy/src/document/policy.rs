//! A policy as it is stored: its text, its document and the compiled statements.

use std::sync::Arc;

use super::{PolicyDocument, PolicyError, PolicyKind, grammar};
use crate::evaluate::CompiledStatement;

/// A policy, parsed, checked and compiled.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The ARN of a managed policy, or the name of an inline one.
    pub name: String,
    /// What it is used as.
    pub kind: PolicyKind,
    /// The document as it was given.
    pub text: String,
    document: PolicyDocument,
    pub(crate) statements: Arc<[CompiledStatement]>,
}

impl Policy {
    /// Parses and compiles a document.
    pub fn parse(name: &str, kind: PolicyKind, text: &str) -> Result<Self, PolicyError> {
        let document = grammar::parse(kind, text, grammar::MaxChars::of(name))?;
        let version = document.effective_version();
        let compile = |statement| CompiledStatement::new(kind, version, statement);
        let statements = document.statements.iter().map(compile).collect();
        Ok(Self {
            name: name.to_owned(),
            kind,
            text: text.to_owned(),
            document,
            statements,
        })
    }

    /// Compiles a document that was built or changed.
    ///
    /// It is printed and parsed, so that the same grammar holds and spans and text agree.
    pub fn compile(
        name: &str,
        kind: PolicyKind,
        document: &PolicyDocument,
    ) -> Result<Self, PolicyError> {
        Self::parse(name, kind, &document.to_json().to_string())
    }

    /// The document, to walk; spans refer to `text`.
    pub fn document(&self) -> &PolicyDocument {
        &self.document
    }
}
