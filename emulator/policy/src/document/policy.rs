//! A policy as it is stored: its text, its document and the compiled statements.

use std::sync::Arc;

use super::{PolicyDocument, PolicyError, PolicyKind, grammar, span::line_and_column};
use crate::evaluate::{CompiledStatement, StatementIndex, number_keys};

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
    pub(crate) index: Arc<StatementIndex>,
}

impl Policy {
    /// Parses and compiles a document.
    pub fn parse(name: &str, kind: PolicyKind, text: &str) -> Result<Self, PolicyError> {
        let document = grammar::parse(kind, text, grammar::MaxChars::of(name))?;
        let version = document.effective_version();
        let compile = |statement| CompiledStatement::new(kind, version, statement);
        let mut statements: Vec<_> = document.statements.iter().map(compile).collect();
        number_keys(&mut statements);
        let statements: Arc<[_]> = statements.into();
        let index = Arc::new(StatementIndex::new(&statements, &document.statements));
        let (name, text) = (name.to_owned(), text.to_owned());
        Ok(Self {
            name,
            kind,
            text,
            document,
            statements,
            index,
        })
    }

    /// Parses and compiles a document that may not be UTF-8.
    pub fn parse_bytes(name: &str, kind: PolicyKind, bytes: &[u8]) -> Result<Self, PolicyError> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::parse(name, kind, text),
            Err(error) => Err(PolicyError::encoding(bytes, error)),
        }
    }

    /// Compiles a document that was built or changed.
    ///
    /// It is printed and parsed, so that the same grammar holds and spans and text agree.
    pub fn compile(
        name: &str,
        kind: PolicyKind,
        document: &PolicyDocument,
    ) -> Result<Self, PolicyError> {
        Self::parse(name, kind, &super::compact(&document.to_json()))
    }

    /// Several policies as one that says what all of them say; none of none.
    ///
    /// AWS knows one permissions boundary and one endpoint policy at a time, so this is for requests
    /// that are supposed: that one of several has to allow is assumed.
    pub(crate) fn united(mut policies: Vec<Arc<Self>>) -> Option<Arc<Self>> {
        let last = policies.pop()?;
        if policies.is_empty() {
            return Some(last);
        }
        policies.push(last);
        let compiled = policies
            .iter()
            .flat_map(|one| one.statements.iter().cloned());
        let mut statements: Vec<_> = compiled.collect();
        number_keys(&mut statements);
        let statements: Arc<[_]> = statements.into();
        let written = policies
            .iter()
            .flat_map(|one| one.document.statements.iter().cloned());
        let (first, names) = (
            policies.first()?,
            policies.iter().map(|one| one.name.as_str()),
        );
        let document = PolicyDocument::new(written.collect());
        Some(Arc::new(Self {
            name: names.collect::<Vec<_>>().join(" + "),
            kind: first.kind,
            text: first.text.clone(),
            index: Arc::new(StatementIndex::new(&statements, &document.statements)),
            document,
            statements,
        }))
    }

    /// Where a statement stands in the text, each place as line and column from 1: from just behind
    /// what comes before it (a bracket, a comma) to just behind its end, as IAM's simulator counts.
    ///
    /// Source: AdministratorAccess in answers of SimulatePrincipalPolicy (observed); that it is so
    /// behind a comma too is assumed.
    pub fn place_of(&self, statement: usize) -> Option<((usize, usize), (usize, usize))> {
        let span = self.document.statements.get(statement)?.span;
        let before = self.text.get(..span.start)?.trim_end().len();
        Some((
            line_and_column(&self.text, before),
            line_and_column(&self.text, span.end),
        ))
    }

    /// The document, to walk; spans refer to `text`.
    pub fn document(&self) -> &PolicyDocument {
        &self.document
    }
}
