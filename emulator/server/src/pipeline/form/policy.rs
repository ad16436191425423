//! The policy of a form: until when it is good, and what the fields may say.
//!
//! Source: S3 API reference, "Creating a POST policy". Texts as seen on AWS: sivchari/kumo#936,
//! waynehoover/s3_direct_upload#54 and #221, aws/aws-sdk-php#3292 (a policy has to name the bucket).

use base64::{Engine, prelude::BASE64_STANDARD};
use rolecall_protocol::ServiceError;
use rolecall_sigv4::Timestamp;
use serde_json::Value;

use super::multipart::Form;

/// Holds a form against its policy; `now` in seconds since the epoch.
pub(in crate::pipeline) fn check(
    form: &Form,
    policy: &str,
    bucket: &str,
    now: u64,
) -> Result<(), ServiceError> {
    let decoded = BASE64_STANDARD.decode(policy.trim()).ok();
    let document = decoded.and_then(|text| serde_json::from_slice::<Value>(&text).ok());
    // Assumed: the words; the code is documented.
    let document = document.ok_or_else(|| invalid("Invalid JSON."))?;
    check_expiration(&document, now)?;
    let conditions = document.get("conditions").and_then(Value::as_array);
    let conditions = conditions.ok_or_else(|| invalid("Policy missing conditions."))?;
    let mut covered = Vec::new();
    for condition in conditions {
        covered.extend(check_one(form, condition, bucket)?);
    }
    let fields = form.fields().map(|(name, _)| name).chain(["bucket"]);
    let extra: Vec<&str> = fields
        .filter(|name| !is_exempt(name) && !covered.iter().any(|known| known == name))
        .collect();
    if !extra.is_empty() {
        return Err(not_met(&format!(
            "Extra input fields: {}",
            extra.join(", ")
        )));
    }
    conditions
        .iter()
        .try_for_each(|one| check_length(form, one))
}

fn check_expiration(document: &Value, now: u64) -> Result<(), ServiceError> {
    let text = document.get("expiration").and_then(Value::as_str);
    let text = text.ok_or_else(|| invalid("Policy missing expiration."))?;
    let end = time(text);
    let end = end.ok_or_else(|| invalid(&format!("Invalid 'expiration' value: '{text}'")))?;
    if i64::try_from(now).unwrap_or(i64::MAX) > end.epoch_seconds() {
        return Err(not_met("Policy expired."));
    }
    Ok(())
}

/// `2015-12-30T12:00:00.000Z`, with or without the fraction.
fn time(text: &str) -> Option<Timestamp> {
    let text = text.strip_suffix('Z')?;
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let basic: String = whole.chars().filter(|c| !"-:".contains(*c)).collect();
    Timestamp::parse_iso_basic(&format!("{basic}Z"))
}

/// Source: the same page: every field but these has to be in a condition. The fields of the older
/// signature: S3 user guide, "Browser-based uploads using POST (AWS signature version 2)".
fn is_exempt(name: &str) -> bool {
    ["x-amz-signature", "signature", "awsaccesskeyid", "policy"].contains(&name)
        || name.starts_with("x-ignore-")
}

/// The field that a condition covers, if the form meets it.
fn check_one(form: &Form, condition: &Value, bucket: &str) -> Result<Option<String>, ServiceError> {
    let (operator, name, wanted) = match condition {
        Value::Object(simple) => match (simple.len(), simple.iter().next()) {
            (1, Some((name, Value::String(wanted)))) => ("eq", name.as_str(), wanted.as_str()),
            (1, _) => return Err(failed(condition)),
            _ => {
                return Err(invalid(
                    "Invalid Simple-Condition: Simple-Conditions must have exactly one property \
                     specified.",
                ));
            }
        },
        Value::Array(parts) => match parts.as_slice() {
            [
                Value::String(operator),
                Value::String(name),
                Value::String(wanted),
            ] => {
                let name = name.strip_prefix('$').ok_or_else(|| failed(condition))?;
                (operator.as_str(), name, wanted.as_str())
            }
            [Value::String(operator), Value::Number(_), Value::Number(_)]
                if operator.eq_ignore_ascii_case("content-length-range") =>
            {
                return Ok(None);
            }
            _ => return Err(failed(condition)),
        },
        _ => return Err(failed(condition)),
    };
    let lower = name.to_ascii_lowercase();
    let value = match lower.as_str() {
        "bucket" => Some(bucket),
        lower => form.field(lower),
    };
    let met = value.is_some_and(|value| match operator.to_ascii_lowercase().as_str() {
        "eq" => value == wanted,
        // Source: the same page: a list of content types has to begin so in each of its parts.
        "starts-with" if lower == "content-type" => {
            value.split(',').all(|one| one.starts_with(wanted))
        }
        "starts-with" => value.starts_with(wanted),
        _ => false,
    });
    if met {
        return Ok(Some(lower));
    }
    let told = [operator, &format!("${name}"), wanted].map(Value::from);
    Err(failed(&Value::from(told.to_vec())))
}

fn check_length(form: &Form, condition: &Value) -> Result<(), ServiceError> {
    let Some([Value::String(operator), least, most]) = condition.as_array().map(Vec::as_slice)
    else {
        return Ok(());
    };
    if !operator.eq_ignore_ascii_case("content-length-range") {
        return Ok(());
    }
    let size = form.file.len() as u64;
    let refused = |code: &str, message: &str, bound: &str, value: &Value| {
        ServiceError::new(code, message)
            .with_status(400)
            .with_member("ProposedSize", size.to_string())
            .with_member(bound, value.to_string())
    };
    if least.as_u64().is_some_and(|least| size < least) {
        let message = "Your proposed upload is smaller than the minimum allowed size";
        return Err(refused("EntityTooSmall", message, "MinSizeAllowed", least));
    }
    if most.as_u64().is_some_and(|most| size > most) {
        let message = "Your proposed upload exceeds the maximum allowed size";
        return Err(refused("EntityTooLarge", message, "MaxSizeAllowed", most));
    }
    Ok(())
}

fn invalid(why: &str) -> ServiceError {
    ServiceError::new("InvalidPolicyDocument", format!("Invalid Policy: {why}")).with_status(400)
}

fn not_met(why: &str) -> ServiceError {
    let message = format!("Invalid according to Policy: {why}");
    ServiceError::new("AccessDenied", message).with_status(403)
}

/// The condition as AWS tells it: with a space behind each comma.
fn failed(condition: &Value) -> ServiceError {
    let told = match condition {
        Value::Array(parts) => {
            let parts: Vec<String> = parts.iter().map(Value::to_string).collect();
            format!("[{}]", parts.join(", "))
        }
        other => other.to_string(),
    };
    not_met(&format!("Policy Condition failed: {told}"))
}
