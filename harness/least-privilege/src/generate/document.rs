//! Policy documents out of groups of grants.

use std::sync::Arc;

use rolecall_catalog::Catalog;
use rolecall_policy::{
    ActionPattern, Policy, PolicyDocument, PolicyKind, ResourcePattern,
    document::{Effect, Polarity, Scope, Statement, Values},
};
use serde_json::Value;

use super::{GenerateError, grants};
use crate::{evidence::Evidence, replay::Need, subject::Subject};

/// The document that grants these needs; none if there are none.
pub(super) fn of(needs: &[&Need<'_>], catalog: &Catalog) -> Option<PolicyDocument> {
    let groups = grants::group(needs, catalog);
    let statements: Vec<_> = groups
        .iter()
        .map(|group| statement(&group.actions, &group.resources))
        .collect();
    (!statements.is_empty()).then(|| PolicyDocument::new(statements))
}

/// A statement that allows actions on resources; one of them stands by itself.
pub(super) fn statement(actions: &[String], resources: &[String]) -> Statement {
    let scope = |texts: &[String]| Scope {
        polarity: Polarity::Listed,
        values: match texts {
            [one] => Values::one(one),
            several => Values::list(several),
        },
    };
    Statement::new(Effect::Allow, scope(actions), Some(scope(resources)))
}

/// The policy that allows everything, to see what no identity policy can allow.
pub(super) fn everything(subject: &Subject) -> Result<[Arc<Policy>; 1], GenerateError> {
    let all = ["*".to_owned()];
    compile(
        subject,
        "everything",
        &PolicyDocument::new(vec![statement(&all, &all)]),
    )
    .map(|policy| [policy])
}

/// Compiles a generated document.
pub(super) fn compile(
    subject: &Subject,
    name: &str,
    document: &PolicyDocument,
) -> Result<Arc<Policy>, GenerateError> {
    let invalid = |error: rolecall_policy::PolicyError| GenerateError::Invalid {
        subject: subject.arn.clone(),
        message: error.to_string(),
    };
    Policy::compile(name, PolicyKind::Identity, document)
        .map(Arc::new)
        .map_err(invalid)
}

/// The attempts that a statement is there for.
pub(super) fn evidence(statement: &Statement, needs: &[&Need<'_>]) -> Evidence {
    let actions: Vec<_> = statement
        .actions
        .values
        .iter()
        .map(ActionPattern::new)
        .collect();
    let resources = statement
        .resources
        .iter()
        .flat_map(|scope| scope.values.iter());
    let resources: Vec<_> = resources.map(ResourcePattern::new).collect();
    let rests_on = |need: &&&Need<'_>| {
        let requirement = need.requirement;
        actions
            .iter()
            .any(|pattern| pattern.matches(requirement.action.as_str()))
            && resources
                .iter()
                .any(|pattern| pattern.matches(&requirement.resource))
    };
    Evidence::of(needs.iter().filter(rests_on).map(|need| need.attempt))
}

/// The document as it is printed.
pub(super) fn text(document: &Value) -> String {
    let mut out = rolecall_policy::document::text(document);
    out.push('\n');
    out
}
