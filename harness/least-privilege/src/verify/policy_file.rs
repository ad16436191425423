//! A policy file under verification.

use std::sync::Arc;

use rolecall_policy::{
    Policy, PolicyKind,
    document::{Span, Statement},
};

use super::VerifyError;
use crate::report::StatementPlace;

/// A policy with the name of its file.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    pub(crate) policy: Arc<Policy>,
}

impl PolicyFile {
    /// Parses a file's text.
    pub fn parse(file: &str, text: &str) -> Result<Self, VerifyError> {
        match Policy::parse(file, PolicyKind::Identity, text) {
            Ok(policy) => Ok(Self {
                policy: Arc::new(policy),
            }),
            Err(error) => Err(VerifyError::Policy {
                file: file.to_owned(),
                rendered: error.render(file, text),
                error: Box::new(error),
            }),
        }
    }

    /// The file, as it was named.
    pub fn name(&self) -> &str {
        &self.policy.name
    }

    pub(crate) fn statements(&self) -> &[Statement] {
        &self.policy.document().statements
    }

    /// A place in a statement, by its index.
    pub(crate) fn place(&self, statement: usize, span: Span) -> StatementPlace {
        let (line, column) = line_and_column(&self.policy.text, span.start);
        let sid = self
            .statements()
            .get(statement)
            .and_then(|one| one.sid.as_ref());
        StatementPlace {
            file: self.name().to_owned(),
            line,
            column,
            statement: statement + 1,
            sid: sid.map(|sid| sid.value.clone()),
        }
    }
}

fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    (line, column)
}
