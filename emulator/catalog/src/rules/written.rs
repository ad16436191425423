//! The rules of an operation, read when it is called.

use std::sync::OnceLock;

use super::{
    error::RuleError,
    operation::operation,
    rule::{OperationRules, RuleSet},
    sections::Section,
};

/// Where the rules of an operation are written and, once they were asked for, what they say.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) section: Section,
    pub(crate) variants: Vec<Section>,
    compiled: OnceLock<Result<Box<OperationRules>, Box<RuleError>>>,
}

impl Written {
    /// Rules that are written here, and nowhere else so far.
    pub(crate) fn new(section: Section) -> Self {
        Self {
            section,
            variants: Vec::new(),
            compiled: OnceLock::new(),
        }
    }
}

impl RuleSet {
    /// The rules of an operation; none if nobody has written any.
    ///
    /// Rules with a mistake count as none: a test compiles all of them.
    pub(crate) fn operation(&self, name: &str) -> Option<&OperationRules> {
        let written = self.operations.get(name)?;
        self.compiled(name, written).ok()
    }

    /// Every operation, compiled or refused, in the order of their names.
    pub(crate) fn every_operation(
        &self,
    ) -> impl Iterator<Item = (&'static str, Result<&OperationRules, &RuleError>)> {
        let all = self.operations.iter();
        all.map(|(name, written)| (*name, self.compiled(name, written)))
    }

    fn compiled<'r>(
        &'r self,
        name: &str,
        written: &'r Written,
    ) -> Result<&'r OperationRules, &'r RuleError> {
        let compile = || operation(self, name, written);
        let compiled = written
            .compiled
            .get_or_init(|| compile().map(Box::new).map_err(Box::new));
        compiled.as_deref().map_err(|error| &**error)
    }
}
