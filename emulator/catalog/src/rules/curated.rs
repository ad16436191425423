//! The curated rules of a service, kept beside its model once they were looked up.

use std::{fmt, sync::OnceLock};

use super::{
    registry,
    rule::{OperationRules, RuleSet},
};
use crate::model::Service;

/// What the curated rules say of a service and its operations: nothing that is the service's own, so
/// that it is equal to every other.
#[derive(Default)]
pub struct Curated {
    rules: OnceLock<Option<&'static RuleSet>>,
    operations: OnceLock<Box<[OnceLock<Option<&'static OperationRules>>]>>,
}

impl Curated {
    /// The rules of the service that has this; none if nobody has written any.
    pub(crate) fn rules(&self, service: &Service) -> Option<&'static RuleSet> {
        *self.rules.get_or_init(|| registry::rules(&service.name))
    }

    /// The rules of an operation, by its index in the service that has this.
    pub(crate) fn operation(
        &self,
        service: &Service,
        index: usize,
    ) -> Option<&'static OperationRules> {
        let rules = self.rules(service)?;
        let cells = self.operations.get_or_init(|| {
            let operations = service.operations.iter();
            operations.map(|_| OnceLock::new()).collect()
        });
        let find = || rules.operation(&service.operations.get(index)?.name);
        *cells.get(index)?.get_or_init(find)
    }
}

impl Clone for Curated {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Curated {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Curated {}

impl fmt::Debug for Curated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Curated")
    }
}
