//! What EC2's encoded failure message says once `sts:DecodeAuthorizationMessage` has decoded it.
//!
//! Source: denied-messages.md 3.4; STS API reference, `DecodeAuthorizationMessage`.

use serde_json::{Value, json};

use crate::{CheckEffect, Context, ContextValue, Decision, RequestContext, StatementRef};

/// The decoded message of a denial.
pub fn failure_details(request: &RequestContext<'_>, decision: &Decision) -> Value {
    let denying = decision
        .checks
        .iter()
        .filter(|check| check.effect == CheckEffect::ExplicitDeny);
    let statements: Vec<&StatementRef> = denying.flat_map(|check| &check.statements).collect();
    let matched: Vec<Value> = statements.iter().map(|one| statement(one)).collect();
    json!({
        "allowed": decision.is_allowed(),
        "explicitDeny": !statements.is_empty(),
        "matchedStatements": { "items": matched },
        "failures": { "items": [] },
        "context": {
            "principal": {
                "id": request.principal.user_id,
                "name": name(&request.principal.arn),
                "arn": request.principal.arn,
            },
            "action": request.action.as_str(),
            "resource": request.resource,
            "conditions": { "items": conditions(request.context) },
        },
    })
}

fn statement(statement: &StatementRef) -> Value {
    json!({
        "statementId": statement.sid.as_deref().unwrap_or(""),
        "effect": "DENY",
        "sourcePolicyId": statement.policy,
    })
}

fn name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

fn conditions(layers: &[&Context]) -> Vec<Value> {
    layers
        .iter()
        .flat_map(|layer| layer.iter())
        .filter_map(condition)
        .collect()
}

fn condition((key, value): (&str, &ContextValue)) -> Option<Value> {
    let values = match value {
        ContextValue::One(one) => std::slice::from_ref(one),
        ContextValue::Many(many) => many,
        ContextValue::NotComputed { .. } | ContextValue::Redacted(_) => return None,
    };
    let items: Vec<Value> = values
        .iter()
        .map(|value| json!({ "value": value }))
        .collect();
    Some(json!({ "key": key, "values": { "items": items } }))
}
