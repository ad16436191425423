//! What is no pattern, and why.
//!
//! The reasons are those of aws/event-ruler, which EventBridge runs (Apache-2.0), without the place
//! in the text that AWS puts behind them.

use serde_json::{Map, Value};

use super::{cidr, wildcard};

/// Whose patterns: they differ in what they compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// EventBridge has all operators.
    Events,
    /// SNS has no `wildcard`. Source: SNS developer guide, "Filter policy constraints".
    Notifications,
}

/// Refuses what is no pattern; gives it otherwise.
pub(crate) fn check(text: &str, dialect: Dialect) -> Result<Map<String, Value>, String> {
    let Ok(parsed) = serde_json::from_str::<Value>(text) else {
        return Err("Filter is not valid JSON".to_owned());
    };
    let Value::Object(pattern) = parsed else {
        return Err("Filter is not an object".to_owned());
    };
    object(&pattern, dialect)?;
    Ok(pattern)
}

fn object(pattern: &Map<String, Value>, dialect: Dialect) -> Result<(), String> {
    if pattern.is_empty() {
        return Err("Empty objects are not allowed".to_owned());
    }
    for (name, wanted) in pattern {
        match (name.as_str(), wanted) {
            ("$or", Value::Array(alternatives)) => or(alternatives, dialect)?,
            (_, Value::Object(inner)) => object(inner, dialect)?,
            (_, Value::Array(conditions)) if conditions.is_empty() => {
                return Err("Empty arrays are not allowed".to_owned());
            }
            (_, Value::Array(conditions)) => {
                for one in conditions {
                    condition(one, dialect)?;
                }
            }
            _ => return Err(format!("\"{name}\" must be an object or an array")),
        }
    }
    Ok(())
}

fn or(alternatives: &[Value], dialect: Dialect) -> Result<(), String> {
    if alternatives.is_empty() {
        return Err("Empty arrays are not allowed".to_owned());
    }
    for alternative in alternatives {
        match alternative {
            Value::Object(inner) => object(inner, dialect)?,
            _ => return Err("Only JSON object is allowed in array of $or relationship.".to_owned()),
        }
    }
    Ok(())
}

fn condition(condition: &Value, dialect: Dialect) -> Result<(), String> {
    let operators = match condition {
        Value::Object(operators) => operators,
        Value::Array(_) => {
            return Err("Match value must be String, number, true, false, or null".to_owned());
        }
        _ => return Ok(()),
    };
    let mut all = operators.iter();
    match (all.next(), all.next()) {
        (Some((operator, operand)), None) => operator_fits(operator, operand, dialect),
        _ => Err("Only one key allowed in match expression".to_owned()),
    }
}

fn operator_fits(operator: &str, operand: &Value, dialect: Dialect) -> Result<(), String> {
    let ok = match operator {
        "exists" => operand.is_boolean(),
        "prefix" | "suffix" => operand.is_string() || folded(operand),
        "equals-ignore-case" => operand.is_string(),
        "wildcard" if dialect == Dialect::Events => {
            operand.as_str().is_some_and(wildcard::is_valid)
        }
        "cidr" => operand
            .as_str()
            .is_some_and(|block| cidr::parse(block).is_some()),
        "numeric" => numeric(operand)?,
        "anything-but" => anything_but(operand),
        _ => return Err(format!("Unrecognized match type {operator}")),
    };
    if ok {
        return Ok(());
    }
    Err(match operator {
        "exists" => "exists match pattern must be either true or false.".to_owned(),
        "cidr" => "Malformed CIDR, one '/' required".to_owned(),
        "anything-but" => {
            "Value of anything-but must be an array or single string/number value.".to_owned()
        }
        _ => format!("{operator} match pattern must be a string"),
    })
}

fn folded(operand: &Value) -> bool {
    let only = operand.as_object().is_some_and(|o| o.len() == 1);
    only && operand
        .get("equals-ignore-case")
        .is_some_and(Value::is_string)
}

fn anything_but(operand: &Value) -> bool {
    let plain = |value: &Value| value.is_string() || value.is_number();
    let texts = |value: &Value| match value {
        Value::Array(several) => !several.is_empty() && several.iter().all(Value::is_string),
        single => single.is_string(),
    };
    match operand {
        Value::Array(several) => !several.is_empty() && several.iter().all(plain),
        Value::Object(operators) => {
            let known = ["prefix", "suffix", "equals-ignore-case", "wildcard"];
            operators.len() == 1
                && operators
                    .iter()
                    .all(|(name, inner)| known.contains(&name.as_str()) && texts(inner))
        }
        single => plain(single),
    }
}

/// Source: the same: values from -5.0e9 to 5.0e9, one bound or two that face each other.
fn numeric(operand: &Value) -> Result<bool, String> {
    let Value::Array(parts) = operand else {
        return Err("Value of numeric must be an array.".to_owned());
    };
    if parts.is_empty() || parts.len() % 2 == 1 || parts.len() > 4 {
        return Err("Too many or too few elements in numeric expression".to_owned());
    }
    for pair in parts.chunks(2) {
        let operator = pair.first().and_then(Value::as_str).unwrap_or_default();
        if !["=", "<", "<=", ">", ">="].contains(&operator) {
            return Err(format!("Unrecognized numeric range operator: {operator}"));
        }
        let bound = pair.get(1).and_then(Value::as_f64);
        if !bound.is_some_and(|bound| bound.abs() <= 5.0e9) {
            return Err(format!("Value of {operator} must be numeric"));
        }
    }
    Ok(true)
}
