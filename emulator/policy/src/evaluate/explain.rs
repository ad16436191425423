//! Every statement of every policy: whether it matched, and why not. The same matching code as
//! the decision, without its haste.

use std::sync::Arc;

use serde::Serialize;

use super::{
    CompiledStatement, PolicySet, RequestContext, Truth, evaluate, statement::Scan, why::why_not,
};
use crate::{
    AuthorizationModel, CheckEffect, CheckKind, Decision, Lookup, StatementRef,
    condition::CompiledCondition,
    context::ContextValue,
    document::{Condition, Effect, Policy, Statement},
    pattern::ResourcePattern,
    resource_control::exemption,
};

/// A decision with everything that led to it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// All policies that were given, in AWS's order of checks.
    pub policies: Vec<PolicyExplanation>,
    /// What would have to change for an allow; empty for one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<String>,
    /// How policies combine here.
    #[serde(skip)]
    pub model: AuthorizationModel,
}

impl Explanation {
    /// Puts a decision in the place of the one that policies alone came to.
    pub(crate) fn replace_decision(&mut self, request: &RequestContext<'_>, decision: &Decision) {
        if self.decision != *decision {
            self.decision = decision.clone();
            self.remedies = remedies(request, decision);
        }
    }
}

/// What one policy had to say.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyExplanation {
    /// The check that it belongs to.
    pub check: CheckKind,
    /// For SCPs and RCPs: the level, from 0 at the root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<usize>,
    /// Its name or ARN.
    pub policy: String,
    /// Whether it takes part: SCPs have no say about service-linked roles, for one.
    pub takes_part: bool,
    /// Why it takes no part, where that is not plain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Its statements, in their order.
    pub statements: Vec<StatementExplanation>,
}

/// Whether one statement matched, part by part.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementExplanation {
    /// Which.
    pub statement: StatementRef,
    /// What it does.
    pub effect: Effect,
    /// Whether it matched as a whole.
    pub matches: Truth,
    /// Whether it is about this principal.
    pub principal: bool,
    /// Whether it is about this action.
    pub action: bool,
    /// Whether it is about this resource.
    pub resource: Truth,
    /// Each listed resource.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<ResourceExplanation>,
    /// Each condition.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<ConditionExplanation>,
    /// Why it does not match, or not for sure: a reason for each part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub why_not: Vec<String>,
}

/// Whether one listed resource matched.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceExplanation {
    /// As it is written.
    pub pattern: String,
    /// With its variables filled in; none if one has no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved: Option<String>,
    /// Whether it matched.
    pub matches: Truth,
}

/// Whether one condition held.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConditionExplanation {
    /// The operator, as it is written.
    pub operator: String,
    /// The key, as it is written.
    pub key: String,
    /// The policy's values, with variables filled in where they have values.
    pub expected: Vec<String>,
    /// The request's value, if it was sent and is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<ContextValue>,
    /// Whether it held.
    pub holds: Truth,
    /// Why, where the values do not show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Explains the decision on one request.
pub fn explain(request: &RequestContext<'_>, policies: &PolicySet) -> Explanation {
    let decision = evaluate(request, policies);
    let scan = Scan::new(request, policies);
    let explained = all_policies(policies)
        .into_iter()
        .map(|(check, level, policy)| PolicyExplanation {
            takes_part: decision.checks.iter().any(|one| one.kind == check),
            note: note(request, check),
            ..explain_policy(scan, check, level, policy)
        })
        .collect();
    let remedies = remedies(request, &decision);
    Explanation {
        decision,
        policies: explained,
        remedies,
        model: request.model,
    }
}

/// Why a kind of policy takes no part.
fn note(request: &RequestContext<'_>, check: CheckKind) -> Option<String> {
    match check {
        CheckKind::ResourceControlPolicy => exemption(request.principal, request.action),
        _ => None,
    }
}

type Listed<'a> = Vec<(CheckKind, Option<usize>, &'a Policy)>;

fn all_policies(set: &PolicySet) -> Listed<'_> {
    use CheckKind as Check;
    let mut out = Vec::new();
    add_levels(
        &mut out,
        Check::ResourceControlPolicy,
        &set.resource_control,
    );
    add_levels(&mut out, Check::ServiceControlPolicy, &set.service_control);
    add(&mut out, Check::VpcEndpoint, &set.vpc_endpoint);
    add(&mut out, Check::Resource, &set.resource);
    add(&mut out, Check::Principal, &set.identity);
    add(
        &mut out,
        Check::PermissionsBoundary,
        &set.permissions_boundary,
    );
    add(&mut out, Check::Session, set.session.iter().flatten());
    out
}

fn add<'a>(
    out: &mut Listed<'a>,
    kind: CheckKind,
    policies: impl IntoIterator<Item = &'a Arc<Policy>>,
) {
    out.extend(policies.into_iter().map(|policy| (kind, None, &**policy)));
}

fn add_levels<'a>(out: &mut Listed<'a>, kind: CheckKind, levels: &'a [Vec<Arc<Policy>>]) {
    for (level, policies) in levels.iter().enumerate() {
        out.extend(policies.iter().map(|policy| (kind, Some(level), &**policy)));
    }
}

fn explain_policy(
    scan: Scan<'_>,
    check: CheckKind,
    level: Option<usize>,
    policy: &Policy,
) -> PolicyExplanation {
    let written = &policy.document().statements;
    let statements = policy.statements.iter().zip(written).enumerate();
    let statements = statements.map(|(index, (compiled, written))| {
        let sid = compiled.sid.as_deref().map(ToOwned::to_owned);
        let statement = StatementRef {
            policy: policy.name.clone(),
            statement: index,
            sid,
        };
        explain_statement(scan, statement, compiled, written)
    });
    PolicyExplanation {
        check,
        level,
        policy: policy.name.clone(),
        takes_part: true,
        note: None,
        statements: statements.collect(),
    }
}

fn explain_statement(
    scan: Scan<'_>,
    statement: StatementRef,
    compiled: &CompiledStatement,
    written: &Statement,
) -> StatementExplanation {
    let request = scan.request;
    let patterns = written
        .resources
        .iter()
        .flat_map(|scope| scope.values.iter());
    let resources = compiled.resource_patterns().iter().zip(patterns);
    let conditions = compiled.conditions().iter().zip(&written.conditions);
    let matches = compiled
        .matches(scan)
        .map_or(Truth::False, |(truth, _)| truth);
    let mut out = StatementExplanation {
        statement,
        effect: compiled.effect,
        matches,
        principal: compiled.reach(scan).is_some(),
        action: compiled.action_matches(request.action.as_str()),
        resource: compiled.resource_matches(request),
        resources: resources
            .map(|(one, text)| explain_resource(request, one, text))
            .collect(),
        conditions: conditions
            .map(|(one, text)| explain_condition(request, one, text))
            .collect(),
        why_not: Vec::new(),
    };
    out.why_not = why_not(request, written, &out);
    out
}

fn explain_resource(
    request: &RequestContext<'_>,
    pattern: &ResourcePattern,
    text: &str,
) -> ResourceExplanation {
    let resolved = if pattern.has_variables() {
        pattern.resolved(text, request)
    } else {
        None
    };
    let matches = pattern.matches_with(request.resource, request);
    ResourceExplanation {
        pattern: text.to_owned(),
        resolved,
        matches,
    }
}

fn explain_condition(
    request: &RequestContext<'_>,
    compiled: &CompiledCondition,
    written: &Condition,
) -> ConditionExplanation {
    let key = &written.key.value;
    let expected = written.values.iter().enumerate().map(|(index, text)| {
        let resolved = compiled
            .values()
            .resolved(index, request)
            .filter(|_| text.contains("${"));
        resolved.unwrap_or_else(|| text.to_owned())
    });
    let (actual, note) = match request.lookup(key) {
        Lookup::Present(value) => (Some(value.clone()), set_operator_note(value, written)),
        Lookup::Absent => (None, Some(format!("the request has no `{key}`"))),
        Lookup::NotComputed => (
            None,
            Some(format!("the value of `{key}` is not known here")),
        ),
    };
    ConditionExplanation {
        operator: written.operator_text.value.clone(),
        key: key.clone(),
        expected: expected.collect(),
        actual,
        holds: compiled.holds(request),
        note,
    }
}

fn set_operator_note(value: &ContextValue, written: &Condition) -> Option<String> {
    let several = matches!(value, ContextValue::Many(_));
    let unfit = several
        && written.operator.set.is_none()
        && written.operator.comparison != crate::document::Comparison::Null;
    unfit.then(|| "a key with several values needs `ForAllValues` or `ForAnyValue`".to_owned())
}

fn remedies(request: &RequestContext<'_>, decision: &Decision) -> Vec<String> {
    // Behind an explicit deny an allow may be missing too.
    let blocking = decision.checks.iter().filter(|check| {
        matches!(
            check.effect,
            CheckEffect::ExplicitDeny | CheckEffect::ImplicitDeny
        )
    });
    let mut out: Vec<String> = blocking
        .flat_map(|check| match check.effect {
            CheckEffect::ExplicitDeny => check.statements.iter().map(no_longer_deny).collect(),
            _ => vec![has_to_allow(request, check.kind)],
        })
        .collect();
    if !decision.undetermined_keys.is_empty() {
        let keys = decision.undetermined_keys.join("`, `");
        out.push(format!("the values of `{keys}` have to be known"));
    }
    out
}

fn no_longer_deny(statement: &StatementRef) -> String {
    let name = match &statement.sid {
        Some(sid) => format!("`{sid}`"),
        None => format!("number {}", statement.statement + 1),
    };
    format!(
        "statement {name} of `{}` must not match: it denies",
        statement.policy
    )
}

fn has_to_allow(request: &RequestContext<'_>, kind: CheckKind) -> String {
    let what = match kind {
        CheckKind::ResourceControlPolicy => "a resource control policy at every level",
        CheckKind::ServiceControlPolicy => "a service control policy at every level",
        CheckKind::VpcEndpoint => "the policy of the VPC endpoint",
        CheckKind::Resource => match request.model {
            AuthorizationModel::TrustPolicy => "the trust policy of the role",
            AuthorizationModel::KmsKey => "the key policy",
            AuthorizationModel::Standard => "the policy of the resource",
        },
        CheckKind::Principal => "an identity policy",
        CheckKind::PermissionsBoundary => "the permissions boundary",
        CheckKind::Session => "a session policy",
    };
    format!(
        "{what} has to allow `{}` on `{}`",
        request.action, request.resource
    )
}
