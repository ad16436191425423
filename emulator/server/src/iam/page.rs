//! Lists in pages: `MaxItems`, `Marker`, `IsTruncated`.

use serde_json::{Map, Value, json};

use super::{IamCall, Output};

/// The page of a list that the call asks for.
///
/// Source: service model iam: `MaxItems` 1 to 1000, 100 where it is left out; markers are opaque.
#[expect(clippy::unnecessary_wraps, reason = "all handlers have this signature")]
pub(super) fn page(call: &IamCall<'_>, member: &str, items: Vec<Value>) -> Output {
    let number = |name| call.parameters.get(name).and_then(Value::as_u64);
    let size = usize::try_from(number("MaxItems").unwrap_or(100))
        .unwrap_or(100)
        .clamp(1, 1000);
    let start = call
        .text("Marker")
        .and_then(|marker| marker.parse().ok())
        .unwrap_or(0_usize);
    let total = items.len();
    let end = start.saturating_add(size).min(total);
    let mut output = Map::new();
    let items: Vec<_> = items.into_iter().skip(start).take(size).collect();
    output.insert(member.to_owned(), Value::Array(items));
    output.insert("IsTruncated".to_owned(), json!(end < total));
    if end < total {
        output.insert("Marker".to_owned(), json!(end.to_string()));
    }
    Ok(output)
}
