//! Parts of a decision by themselves, for those who reason about policies.

use std::cmp::Ordering;

use super::{RequestContext, Truth, statement::Scan};
use crate::{
    condition::{CompiledCondition, compare_values},
    document::{Comparison, Condition, Policy, Version},
};

impl Policy {
    /// Says whether the statement with this index applies to the principal of a request, whatever
    /// the action, the resource and the conditions.
    pub fn applies_to_principal(
        &self,
        statement: usize,
        request: &RequestContext<'_>,
        has_boundary: bool,
    ) -> bool {
        let scan = Scan {
            request,
            has_boundary,
        };
        let statement = self.statements.get(statement);
        statement.is_some_and(|statement| statement.reach(scan).is_some())
    }

    /// Says whether the statement with this index is about the resource of a request.
    pub fn applies_to_resource(&self, statement: usize, request: &RequestContext<'_>) -> Truth {
        let statement = self.statements.get(statement);
        statement.map_or(Truth::False, |one| one.resource_matches(request))
    }
}

impl Condition {
    /// Says whether the condition holds for a request, in a document of this version.
    pub fn holds(&self, version: Version, request: &RequestContext<'_>) -> Truth {
        CompiledCondition::new(self, version).holds(request)
    }
}

impl Comparison {
    /// How two values of a numeric or date operator stand to each other; none for other operators
    /// and for values that it cannot read.
    pub fn order(self, one: &str, other: &str) -> Option<Ordering> {
        compare_values(self, one, other)
    }
}
