//! Whether an event matches a pattern.
//!
//! Source: EventBridge user guide, "Amazon EventBridge event patterns" and "Comparison operators for
//! use in event patterns": every field of the pattern must match; of its conditions one must; of an
//! array in the event any element may be the one.

use serde_json::{Map, Value};

use super::{cidr, wildcard};

/// Whether an event matches a pattern that was checked.
pub(crate) fn matches(pattern: &Map<String, Value>, event: &Value) -> bool {
    pattern
        .iter()
        .all(|(name, wanted)| match (name.as_str(), wanted) {
            ("$or", Value::Array(alternatives)) => alternatives
                .iter()
                .filter_map(Value::as_object)
                .any(|alternative| matches(alternative, event)),
            (_, Value::Object(inner)) => inside(inner, event.get(name)),
            (_, conditions) => any_condition(conditions, &leaves(event.get(name))),
        })
}

/// A pattern inside of a pattern; of an array of objects one has to match it as a whole.
fn inside(pattern: &Map<String, Value>, value: Option<&Value>) -> bool {
    match value {
        Some(Value::Array(items)) => items.iter().any(|item| inside(pattern, Some(item))),
        Some(value @ Value::Object(_)) => matches(pattern, value),
        // What is not there may be asked not to be there.
        _ => matches(pattern, &Value::Null),
    }
}

/// The plain values at a place; objects are none.
fn leaves(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(Value::Array(items)) => items.iter().flat_map(|item| leaves(Some(item))).collect(),
        None | Some(Value::Object(_)) => Vec::new(),
        Some(plain) => vec![plain],
    }
}

/// Whether one of the conditions holds for the values at a place.
fn any_condition(conditions: &Value, values: &[&Value]) -> bool {
    let Value::Array(conditions) = conditions else {
        return false;
    };
    conditions.iter().any(
        |condition| match condition.get("exists").and_then(Value::as_bool) {
            Some(wanted) => wanted != values.is_empty(),
            None => values.iter().any(|value| holds(condition, value)),
        },
    )
}

/// Whether a condition holds for one value.
fn holds(condition: &Value, value: &Value) -> bool {
    let Value::Object(operators) = condition else {
        return condition == value;
    };
    operators
        .iter()
        .all(|(operator, operand)| compare(operator, operand, value))
}

fn compare(operator: &str, operand: &Value, value: &Value) -> bool {
    match operator {
        "anything-but" => !is_named(operand, value),
        "numeric" => numeric(operand, value),
        _ => value
            .as_str()
            .is_some_and(|text| compare_text(operator, operand, text)),
    }
}

fn compare_text(operator: &str, operand: &Value, text: &str) -> bool {
    let folded = operand.get("equals-ignore-case").and_then(Value::as_str);
    match (operator, operand.as_str(), folded) {
        ("prefix", Some(wanted), _) => text.starts_with(wanted),
        ("suffix", Some(wanted), _) => text.ends_with(wanted),
        ("prefix", None, Some(wanted)) => fold(text).starts_with(&fold(wanted)),
        ("suffix", None, Some(wanted)) => fold(text).ends_with(&fold(wanted)),
        ("equals-ignore-case", Some(wanted), _) => fold(text) == fold(wanted),
        ("wildcard", Some(wanted), _) => wildcard::matches(wanted, text),
        ("cidr", Some(block), _) => cidr::contains(block, text),
        _ => false,
    }
}

fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// Whether the operand of `anything-but` names the value.
fn is_named(operand: &Value, value: &Value) -> bool {
    match operand {
        Value::Array(unwanted) => unwanted.iter().any(|one| same(one, value)),
        Value::Object(operators) => operators.iter().any(|(operator, inner)| {
            let text = value.as_str();
            let one = |one: &Value| text.is_some_and(|text| compare_text(operator, one, text));
            match inner {
                Value::Array(several) => several.iter().any(one),
                single => one(single),
            }
        }),
        single => same(single, value),
    }
}

/// Equal, whatever the form of a number.
fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(a), Some(b)) => is_equal(a, b),
        _ => one == other,
    }
}

fn is_equal(a: f64, b: f64) -> bool {
    a.total_cmp(&b).is_eq() || (a == 0.0 && b == 0.0)
}

fn numeric(operand: &Value, value: &Value) -> bool {
    let (Some(number), Value::Array(parts)) = (value.as_f64(), operand) else {
        return false;
    };
    parts.chunks(2).all(|pair| {
        let [Value::String(operator), bound] = pair else {
            return false;
        };
        let Some(bound) = bound.as_f64() else {
            return false;
        };
        match operator.as_str() {
            "=" => is_equal(number, bound),
            "<" => number < bound,
            "<=" => number <= bound,
            ">" => number > bound,
            ">=" => number >= bound,
            _ => false,
        }
    })
}
