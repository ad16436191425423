//! What a target is sent: the event, a part of it, a constant, or a template that is filled.
//!
//! Source: user guide, "Amazon EventBridge input transformation". Assumed: what a path that leads
//! nowhere leaves in a template (nothing inside of quotes, an empty text outside).

use serde_json::{Map, Value};

use super::{event::iso8601, path};

/// The text that a target gets.
pub(super) fn input(
    target: &Map<String, Value>,
    event: &Value,
    rule: &str,
    rule_arn: &str,
    now: u64,
) -> String {
    let text = |member: &str| target.get(member).and_then(Value::as_str);
    if let Some(constant) = text("Input") {
        return constant.to_owned();
    }
    if let Some(path) = text("InputPath") {
        return path::find(path, event).unwrap_or_default().to_string();
    }
    let Some(transformer) = target.get("InputTransformer") else {
        return event.to_string();
    };
    let paths = transformer.get("InputPathsMap").and_then(Value::as_object);
    let template = transformer.get("InputTemplate").and_then(Value::as_str);
    let value = |name: &str| match name {
        "aws.events.rule-arn" => Some(Value::from(rule_arn)),
        "aws.events.rule-name" => Some(Value::from(rule)),
        "aws.events.event.ingestion-time" => Some(Value::from(iso8601(now / 1000))),
        // The event without its detail, and the whole.
        "aws.events.event" => {
            let mut event = event.clone();
            if let Some(members) = event.as_object_mut() {
                members.shift_remove("detail");
            }
            Some(event)
        }
        "aws.events.event.json" => Some(event.clone()),
        _ => {
            let path = paths?.get(name)?.as_str()?;
            Some(path::find(path, event).unwrap_or_else(|| Value::from("")))
        }
    };
    fill(template.unwrap_or_default(), value)
}

/// Puts values in the place of `<name>`: inside of quotes as bare text, outside as JSON.
fn fill(template: &str, value: impl Fn(&str) -> Option<Value>) -> String {
    let mut out = String::new();
    let mut rest = template;
    let mut quoted = false;
    while let Some(character) = rest.chars().next() {
        let after = rest.get(character.len_utf8()..).unwrap_or_default();
        let placeholder = after.split_once('>').filter(|_| character == '<');
        if let Some((behind, found)) =
            placeholder.and_then(|(name, behind)| Some((behind, value(name)?)))
        {
            out.push_str(&inserted(&found, quoted));
            rest = behind;
            continue;
        }
        let escaped = out.ends_with('\\') && !out.ends_with("\\\\");
        if character == '"' && !escaped {
            quoted = !quoted;
        }
        out.push(character);
        rest = after;
    }
    out
}

fn inserted(value: &Value, quoted: bool) -> String {
    if !quoted {
        return value.to_string();
    }
    match value {
        // Escaped as the text around it is.
        Value::String(text) => {
            let json = Value::from(text.as_str()).to_string();
            let bare = json
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'));
            bare.unwrap_or_default().to_owned()
        }
        other => other.to_string().replace('"', "\\\""),
    }
}
