//! An event as rules and targets see it.

use serde_json::{Map, Value, json};

/// Source: user guide, "AWS event structure".
pub(super) fn event(
    entry: &Map<String, Value>,
    detail: &Value,
    id: &str,
    account: &str,
    region: &str,
    now: u64,
) -> Value {
    let text = |member: &str| {
        entry
            .get(member)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let given = entry.get("Time").and_then(Value::as_f64);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "seconds of a time; what is before 1970 becomes 1970"
    )]
    let seconds = given.map_or(now / 1000, |time| time as u64);
    let none = Value::Array(Vec::new());
    json!({
        "version": "0",
        "id": id,
        "detail-type": text("DetailType"),
        "source": text("Source"),
        "account": account,
        "time": iso8601(seconds),
        "region": region,
        "resources": entry.get("Resources").unwrap_or(&none),
        "detail": detail,
    })
}

/// `2026-11-23T08:00:00Z`.
pub(super) fn iso8601(seconds: u64) -> String {
    let whole = crate::embedded::ids::iso8601(seconds * 1000);
    whole.replace(".000Z", "Z")
}
