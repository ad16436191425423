//! Filter policies of subscriptions.
//!
//! Source: developer guide, "Amazon SNS subscription filter policies": every key must match; of
//! its conditions one must.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value};

use super::errors;

/// Refuses what is not a JSON object.
pub(super) fn check(policy: &str) -> Result<(), ServiceError> {
    match serde_json::from_str::<Value>(policy) {
        Ok(Value::Object(_)) => Ok(()),
        _ => Err(errors::invalid_because(
            "Invalid parameter: FilterPolicy: failed to parse JSON.",
        )),
    }
}

/// Whether a message's attributes pass.
pub(super) fn attributes_pass(policy: &str, attributes: &Map<String, Value>) -> bool {
    let Ok(Value::Object(policy)) = serde_json::from_str(policy) else {
        return true;
    };
    policy.iter().all(|(name, conditions)| {
        let values = attributes.get(name).map(attribute_values);
        any_condition(conditions, values.as_deref())
    })
}

/// Whether a message's body passes.
pub(super) fn body_passes(policy: &str, body: &str) -> bool {
    let Ok(Value::Object(policy)) = serde_json::from_str(policy) else {
        return true;
    };
    let Ok(body) = serde_json::from_str::<Value>(body) else {
        return false;
    };
    object_passes(&policy, &body)
}

fn object_passes(policy: &Map<String, Value>, body: &Value) -> bool {
    policy
        .iter()
        .all(|(name, conditions)| match (conditions, body.get(name)) {
            (Value::Object(nested), Some(inner)) => object_passes(nested, inner),
            (Value::Object(_), None) => false,
            (_, Some(Value::Array(items))) => any_condition(conditions, Some(items)),
            (_, Some(value)) => any_condition(conditions, Some(std::slice::from_ref(value))),
            (_, None) => any_condition(conditions, None),
        })
}

fn attribute_values(attribute: &Value) -> Vec<Value> {
    let text = |name: &str| {
        attribute
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let value = text("StringValue");
    match text("DataType") {
        "String.Array" => match serde_json::from_str(value) {
            Ok(Value::Array(items)) => items,
            _ => vec![value.into()],
        },
        kind if kind.starts_with("Number") => {
            vec![
                value
                    .parse::<f64>()
                    .map_or_else(|_| value.into(), Value::from),
            ]
        }
        _ => vec![value.into()],
    }
}

fn any_condition(conditions: &Value, values: Option<&[Value]>) -> bool {
    let Value::Array(conditions) = conditions else {
        return false;
    };
    conditions
        .iter()
        .any(|condition| match (condition.get("exists"), values) {
            (Some(Value::Bool(wanted)), _) => *wanted == values.is_some(),
            (_, None) => false,
            (_, Some(values)) => values.iter().any(|value| matches(condition, value)),
        })
}

fn matches(condition: &Value, value: &Value) -> bool {
    let Value::Object(operator) = condition else {
        return equal(condition, value);
    };
    let text = value.as_str().unwrap_or_default();
    operator.iter().all(|(name, operand)| match name.as_str() {
        "prefix" => operand
            .as_str()
            .is_some_and(|prefix| text.starts_with(prefix)),
        "suffix" => operand
            .as_str()
            .is_some_and(|suffix| text.ends_with(suffix)),
        "equals-ignore-case" => operand
            .as_str()
            .is_some_and(|o| o.eq_ignore_ascii_case(text)),
        "anything-but" => !anything_but(operand, value),
        "numeric" => numeric(operand, value),
        _ => false,
    })
}

/// Whether the operand of `anything-but` names the value.
fn anything_but(operand: &Value, value: &Value) -> bool {
    match operand {
        Value::Array(unwanted) => unwanted.iter().any(|one| equal(one, value)),
        Value::Object(_) => matches(operand, value),
        one => equal(one, value),
    }
}

fn numeric(operand: &Value, value: &Value) -> bool {
    let (Some(number), Value::Array(parts)) = (value.as_f64(), operand) else {
        return false;
    };
    parts.chunks(2).all(|pair| {
        let (Some(Value::String(operator)), Some(bound)) =
            (pair.first(), pair.get(1).and_then(Value::as_f64))
        else {
            return false;
        };
        match operator.as_str() {
            "=" => (number - bound).abs() < f64::EPSILON,
            "<" => number < bound,
            "<=" => number <= bound,
            ">" => number > bound,
            ">=" => number >= bound,
            _ => false,
        }
    })
}

fn equal(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() < f64::EPSILON,
        _ => one == other,
    }
}
