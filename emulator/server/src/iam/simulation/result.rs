//! One EvaluationResult for each action, with a ResourceSpecificResult for each resource.

use rolecall_policy::{Action, Check, CheckEffect, CheckKind, Decision, DecisionKind};
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{case::Asked, sources::Sources};
use crate::iam::members;

/// Source: EvaluationResult: one for each action, and what stands in it is the most restrictive of
/// its resources' decisions.
#[expect(clippy::unnecessary_wraps, reason = "collected beside what can fail")]
pub(super) fn of_action(
    asked: &Asked,
    sources: &Sources,
    action: &Action,
) -> Result<Value, ServiceError> {
    let decided: Vec<(&str, Decision)> = asked
        .resources
        .iter()
        .map(|resource| (resource.as_str(), asked.decide(action, resource)))
        .collect();
    let worst = decided
        .iter()
        .max_by_key(|(_, decision)| severity(decision));
    let (resource, decision) = worst.map_or(("*", None), |(resource, decision)| {
        (*resource, Some(decision))
    });
    let is_listed = asked.resources.iter().any(|resource| resource != "*");
    let mut shape = members(json!({
        "EvalActionName": action.as_str(),
        "EvalResourceName": resource,
        "EvalDecision": decision.map_or("implicitDeny", word),
        "MatchedStatements": decision.map_or_else(Vec::new, |one| matched(sources, one)),
        // Source: EvaluationResult, `MissingContextValues`: with listed resources they stand there.
        "MissingContextValues": if is_listed { Vec::new() } else { asked.missing_keys() },
    }));
    if let Some(decision) = decision {
        boundary(decision, &mut shape);
    }
    if is_listed {
        let details = decided
            .iter()
            .find(|(resource, _)| asked.is_cross_account(resource));
        let details = details.map_or_else(|| json!({}), |(_, decision)| json!(sides(decision)));
        shape.insert("EvalDecisionDetails".to_owned(), details);
        let each = decided
            .iter()
            .map(|(resource, one)| of_resource(asked, sources, resource, one));
        shape.insert("ResourceSpecificResults".to_owned(), each.collect());
    }
    Ok(Value::Object(shape))
}

fn of_resource(asked: &Asked, sources: &Sources, resource: &str, decision: &Decision) -> Value {
    let mut shape = members(json!({
        "EvalResourceName": resource,
        "EvalResourceDecision": word(decision),
        "MatchedStatements": matched(sources, decision),
        "MissingContextValues": asked.missing_keys(),
    }));
    if asked.is_cross_account(resource) {
        shape.insert("EvalDecisionDetails".to_owned(), json!(sides(decision)));
    }
    boundary(decision, &mut shape);
    Value::Object(shape)
}

fn severity(decision: &Decision) -> u8 {
    match decision.kind {
        DecisionKind::Allow => 0,
        DecisionKind::ImplicitDeny | DecisionKind::Undetermined => 1,
        DecisionKind::ExplicitDeny => 2,
    }
}

fn word(decision: &Decision) -> &'static str {
    match decision.kind {
        DecisionKind::Allow => "allowed",
        DecisionKind::ImplicitDeny | DecisionKind::Undetermined => "implicitDeny",
        DecisionKind::ExplicitDeny => "explicitDeny",
    }
}

/// The statements that made the decision: those that deny, or those that allow; nothing matched
/// where the denial is implicit.
fn matched(sources: &Sources, decision: &Decision) -> Vec<Value> {
    let effect = match decision.kind {
        DecisionKind::Allow => CheckEffect::Allow,
        DecisionKind::ExplicitDeny => CheckEffect::ExplicitDeny,
        DecisionKind::ImplicitDeny | DecisionKind::Undetermined => return Vec::new(),
    };
    let checks = decision
        .checks
        .iter()
        .filter(|check| check.effect == effect);
    let statements = checks.flat_map(|check| check.statements.iter().map(|one| (check.kind, one)));
    let described = statements.filter_map(|(kind, statement)| {
        let source = sources.named(kind, &statement.policy)?;
        let (start, end) = source.policy.place_of(statement.statement)?;
        let position = |(line, column)| json!({ "Line": line, "Column": column });
        Some(json!({
            "SourcePolicyId": source.policy.name,
            "SourcePolicyType": source.kind,
            "StartPosition": position(start),
            "EndPosition": position(end),
        }))
    });
    described.collect()
}

fn boundary(decision: &Decision, shape: &mut Map<String, Value>) {
    let of_boundary = |check: &&Check| check.kind == CheckKind::PermissionsBoundary;
    if let Some(check) = decision.checks.iter().find(of_boundary) {
        let allows = matches!(check.effect, CheckEffect::Allow | CheckEffect::NoImpact);
        let detail = json!({ "AllowedByPermissionsBoundary": allows });
        shape.insert("PermissionsBoundaryDecisionDetail".to_owned(), detail);
    }
}

/// What each side says of a call across accounts. That the keys are these words is assumed.
fn sides(decision: &Decision) -> Map<String, Value> {
    let sides = [
        ("IAM Policy", CheckKind::Principal),
        ("Resource Policy", CheckKind::Resource),
    ];
    let of = |kind| decision.checks.iter().find(|check| check.kind == kind);
    let described = sides.into_iter().filter_map(|(name, kind)| {
        let word = match of(kind)?.effect {
            CheckEffect::Allow | CheckEffect::NoImpact => "allowed",
            CheckEffect::ImplicitDeny => "implicitDeny",
            CheckEffect::ExplicitDeny => "explicitDeny",
        };
        Some((name.to_owned(), json!(word)))
    });
    described.collect()
}
