//! Filter policies of subscriptions.
//!
//! Source: developer guide, "Amazon SNS subscription filter policies".

use rolecall_protocol::ServiceError;
use serde_json::{Map, Number, Value};

use super::errors;
use crate::embedded::patterns::{Dialect, check as check_pattern, matches};

/// Source: developer guide, "Filter policy constraints".
const MOST_KEYS: usize = 5;

/// Refuses what is no filter policy.
pub(super) fn check(policy: &str) -> Result<(), ServiceError> {
    let refused = |reason: &str| {
        errors::invalid_because(&format!("Invalid parameter: FilterPolicy: {reason}"))
    };
    if !matches!(serde_json::from_str::<Value>(policy), Ok(Value::Object(_))) {
        return Err(refused("failed to parse JSON."));
    }
    // An empty policy lets everything through.
    if policy.trim() == "{}" {
        return Ok(());
    }
    let pattern =
        check_pattern(policy, Dialect::Notifications).map_err(|reason| refused(&reason))?;
    if pattern.len() > MOST_KEYS {
        return Err(refused("Filter policy can not have more than 5 keys"));
    }
    Ok(())
}

/// Whether a message's attributes pass.
pub(super) fn attributes_pass(policy: &str, attributes: &Map<String, Value>) -> bool {
    let values = attributes
        .iter()
        .map(|(name, attribute)| (name.clone(), attribute_values(attribute)));
    passes(policy, &Value::Object(values.collect()))
}

/// Whether a message's body passes.
pub(super) fn body_passes(policy: &str, body: &str) -> bool {
    let body: Option<Value> = serde_json::from_str(body).ok();
    match body {
        Some(body @ Value::Object(_)) => passes(policy, &body),
        _ => policy.trim() == "{}",
    }
}

fn passes(policy: &str, values: &Value) -> bool {
    match serde_json::from_str(policy) {
        Ok(Value::Object(policy)) => matches(&policy, values),
        _ => true,
    }
}

fn attribute_values(attribute: &Value) -> Value {
    let text = |name: &str| {
        attribute
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let value = text("StringValue");
    match text("DataType") {
        "String.Array" => match serde_json::from_str(value) {
            Ok(Value::Array(items)) => Value::Array(items),
            _ => value.into(),
        },
        kind if kind.starts_with("Number") => number(value).unwrap_or_else(|| value.into()),
        _ => value.into(),
    }
}

/// A number as a policy would write it: whole ones without a fraction.
fn number(text: &str) -> Option<Value> {
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    let number = Number::from_f64(text.parse().ok()?)?;
    Some(Value::Number(number))
}
