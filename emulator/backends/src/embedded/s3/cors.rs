//! What a CORS configuration may say.
//!
//! Source: S3 API reference, PutBucketCors and CORSRule: up to 100 rules, at most one `*` in an origin and
//! in a header. The texts about methods and no rules were recorded from AWS (localstack/localstack,
//! test_s3_cors.snapshot.json); the others are assumed.

use rolecall_protocol::ServiceError;
use serde_json::Value;

use super::errors;

const MOST_RULES: usize = 100;
const METHODS: [&str; 5] = ["GET", "PUT", "POST", "DELETE", "HEAD"];

/// Refuses a configuration that S3 would not keep.
pub(super) fn check(configuration: &Value) -> Result<(), ServiceError> {
    let rules = configuration.get("CORSRules").and_then(Value::as_array);
    let rules = rules.filter(|rules| !rules.is_empty());
    let rules = rules.ok_or_else(errors::malformed_xml)?;
    if rules.len() > MOST_RULES {
        return Err(errors::invalid_request(
            "The number of CORS rules should not exceed allowed limit of 100 rules.",
        ));
    }
    rules.iter().try_for_each(check_rule)
}

fn check_rule(rule: &Value) -> Result<(), ServiceError> {
    let texts = |member: &str| {
        let list = rule.get(member).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str)
    };
    if texts("AllowedOrigins").next().is_none() || texts("AllowedMethods").next().is_none() {
        return Err(errors::malformed_xml());
    }
    if let Some(method) = texts("AllowedMethods").find(|method| !METHODS.contains(method)) {
        return Err(errors::invalid_request(&format!(
            "Found unsupported HTTP method in CORS config. Unsupported method is {method}"
        )));
    }
    for (member, name) in [
        ("AllowedOrigins", "AllowedOrigin"),
        ("AllowedHeaders", "AllowedHeader"),
    ] {
        if let Some(text) = texts(member).find(|text| text.matches('*').count() > 1) {
            return Err(errors::invalid_request(&format!(
                "{name} \"{text}\" can not have more than one wildcard."
            )));
        }
    }
    Ok(())
}
