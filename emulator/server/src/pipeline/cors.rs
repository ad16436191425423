//! Cross-origin requests to S3: preflights, and the headers of actual answers.
//!
//! Source: S3 user guide, "Using cross-origin resource sharing (CORS)", "How does Amazon S3 evaluate
//! the CORS configuration on a bucket?"; codes, texts and headers as recorded from AWS
//! (localstack/localstack, test_s3_cors.snapshot.json). Such a request is not authorized by IAM.

use std::borrow::Cow;

use rolecall_catalog::{Fact, FactKind, FactValue, recognise};
use rolecall_protocol::ServiceError;
use serde_json::Value;

use super::head::Head;
use crate::state::State;

type Headers = Vec<(Cow<'static, str>, Vec<u8>)>;

const VARY: &str = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

/// Whether a request is for S3 to answer as a preflight: nothing else here answers OPTIONS.
pub(super) fn is_preflight(head: &Head<'_>) -> bool {
    let other_service = head
        .host
        .is_some_and(|host| host.contains(".amazonaws.com") && !host.contains("s3"));
    head.method == "OPTIONS" && !other_service
}

/// The headers that answer a preflight, or why it is refused.
pub(super) fn preflight(state: &State, head: &Head<'_>) -> Result<Headers, ServiceError> {
    let Some(origin) = head.header("origin") else {
        return Err(bad(
            "Insufficient information. Origin request header needed.",
        ));
    };
    let method = head.header("access-control-request-method");
    let (bucket, key) = bucket_and_key(head);
    let kind = if key.is_empty() { "BUCKET" } else { "OBJECT" };
    let forbidden = |why: &str| {
        ServiceError::new("AccessForbidden", format!("CORSResponse: {why}"))
            .with_status(403)
            .with_member("Method", method.unwrap_or("OPTIONS"))
            .with_member("ResourceType", kind)
    };
    if matches!(
        fact(state, FactKind::BucketOwner, &bucket),
        FactValue::Absent
    ) {
        return Err(forbidden("Bucket not found"));
    }
    let FactValue::Present(configuration) = fact(state, FactKind::BucketCors, &bucket) else {
        return Err(forbidden("CORS is not enabled for this bucket."));
    };
    // Assumed: the text, and what counts as a method.
    let known = ["GET", "PUT", "HEAD", "POST", "DELETE"];
    let Some(method) = method.filter(|method| known.contains(method)) else {
        let given = method.unwrap_or("null");
        return Err(bad(&format!(
            "Invalid Access-Control-Request-Method: {given}"
        )));
    };
    let asked = head.header("access-control-request-headers");
    let asked: Vec<String> = asked.into_iter().flat_map(names).collect();
    let headers = allowed(&configuration, origin, method, &asked);
    headers.ok_or_else(|| {
        // The misspelling is AWS's.
        forbidden(
            "This CORS request is not allowed. This is usually because the evalution of Origin, \
             request method / Access-Control-Request-Method or Access-Control-Request-Headers are \
             not whitelisted by the resource's CORS spec.",
        )
    })
}

/// The headers of an answer to a request that names its origin; none if no rule allows it.
pub(super) fn of_answer(state: &State, head: &Head<'_>) -> Headers {
    let Some(origin) = head.header("origin") else {
        return Headers::new();
    };
    let (bucket, _) = bucket_and_key(head);
    match fact(state, FactKind::BucketCors, &bucket) {
        FactValue::Present(configuration) => {
            allowed(&configuration, origin, head.method, &[]).unwrap_or_default()
        }
        FactValue::Absent | FactValue::NotKnown => Headers::new(),
    }
}

fn fact(state: &State, kind: FactKind, bucket: &str) -> FactValue {
    state.backend.fact(&Fact {
        kind,
        subject: bucket.to_owned(),
    })
}

fn bad(message: &str) -> ServiceError {
    ServiceError::new("BadRequest", message).with_status(400)
}

fn bucket_and_key(head: &Head<'_>) -> (String, String) {
    let (method, path, host) = (head.method, head.path, head.host);
    let path = recognise::path_style(&recognise::Head {
        method,
        path,
        host,
        ..recognise::Head::default()
    });
    let path = path.trim_start_matches('/');
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    (bucket.to_owned(), key.to_owned())
}

fn names(list: &str) -> impl Iterator<Item = String> {
    let names = list.split(',').map(|name| name.trim().to_ascii_lowercase());
    names.filter(|name| !name.is_empty())
}

/// What the first rule that matches allows.
fn allowed(configuration: &Value, origin: &str, method: &str, asked: &[String]) -> Option<Headers> {
    let rules = configuration.get("CORSRules")?.as_array()?;
    let (rule, by) = rules.iter().find_map(|rule| {
        let by = texts(rule, "AllowedOrigins").find(|pattern| matches(pattern, origin))?;
        let has_method = texts(rule, "AllowedMethods").any(|one| one == method);
        let has_headers = asked.iter().all(|name| {
            texts(rule, "AllowedHeaders").any(|one| matches(&one.to_ascii_lowercase(), name))
        });
        (has_method && has_headers).then_some((rule, by))
    })?;
    let all = |member: &str| texts(rule, member).collect::<Vec<_>>().join(", ");
    let mut headers = Headers::new();
    let mut add = |name: &'static str, value: String| {
        if !value.is_empty() {
            headers.push((name.into(), value.into_bytes()));
        }
    };
    if by == "*" {
        add("access-control-allow-origin", by.to_owned());
    } else {
        add("access-control-allow-origin", origin.to_owned());
        add("access-control-allow-credentials", "true".to_owned());
    }
    add("access-control-allow-methods", all("AllowedMethods"));
    add("access-control-allow-headers", asked.join(", "));
    add("access-control-expose-headers", all("ExposeHeaders"));
    let age = rule.get("MaxAgeSeconds").and_then(Value::as_i64);
    add(
        "access-control-max-age",
        age.map_or_else(String::new, |age| age.to_string()),
    );
    add("vary", VARY.to_owned());
    Some(headers)
}

fn texts<'v>(rule: &'v Value, member: &str) -> impl Iterator<Item = &'v str> {
    let list = rule.get(member).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str)
}

/// Source: the same page: at most one `*`, for any characters.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(origin: &str, method: &str, asked: &[&str]) -> Option<Vec<String>> {
        let configuration = json!({ "CORSRules": [
            {
                "AllowedOrigins": ["https://*.example.com", "http://a"],
                "AllowedMethods": ["GET", "PUT"],
                "AllowedHeaders": ["X-Amz-*"],
                "ExposeHeaders": ["ETag", "x-amz-id-2"],
                "MaxAgeSeconds": 60,
            },
            { "AllowedOrigins": ["*"], "AllowedMethods": ["GET"] },
        ] });
        let asked: Vec<String> = asked.iter().map(|&one| one.to_owned()).collect();
        let headers = allowed(&configuration, origin, method, &asked)?;
        let text = |value: Vec<u8>| String::from_utf8(value).unwrap();
        let lines = headers.into_iter();
        Some(
            lines
                .map(|(name, value)| format!("{name}: {}", text(value)))
                .collect(),
        )
    }

    #[test]
    fn the_first_rule_that_matches_answers() {
        let first = |origin: &str, asked: Option<&str>| {
            let mut lines = vec![
                format!("access-control-allow-origin: {origin}"),
                "access-control-allow-credentials: true".to_owned(),
                "access-control-allow-methods: GET, PUT".to_owned(),
            ];
            lines.extend(asked.map(|asked| format!("access-control-allow-headers: {asked}")));
            lines.push("access-control-expose-headers: ETag, x-amz-id-2".to_owned());
            lines.push("access-control-max-age: 60".to_owned());
            lines.push(format!("vary: {VARY}"));
            Some(lines)
        };
        let origin = "https://shop.example.com";
        assert_eq!(said(origin, "PUT", &[]), first(origin, None));
        let asked = ["x-amz-date", "x-amz-acl"];
        assert_eq!(
            said(origin, "GET", &asked),
            first(origin, Some("x-amz-date, x-amz-acl"))
        );
        assert_eq!(said("http://a", "GET", &[]), first("http://a", None));
        let second = vec![
            "access-control-allow-origin: *".to_owned(),
            "access-control-allow-methods: GET".to_owned(),
            format!("vary: {VARY}"),
        ];
        assert_eq!(said("http://b", "GET", &[]), Some(second));
        assert_eq!(said("http://b", "PUT", &[]), None);
        assert_eq!(said(origin, "GET", &["authorization"]), None);
        assert_eq!(said(origin, "DELETE", &[]), None);
    }
}
