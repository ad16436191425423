//! A call as the services of the embedded backend see it.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value};

use crate::backend::BackendCall;

/// What a service answers: the members of its output, or an error.
pub(crate) type Outcome = Result<Map<String, Value>, ServiceError>;

/// The operation, its parameters, and whose state it works on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    /// The operation's name.
    pub(crate) operation: &'a str,
    /// The input members.
    pub(crate) parameters: &'a Map<String, Value>,
    /// `aws`, `aws-cn`, ...
    pub(crate) partition: &'a str,
    /// The region.
    pub(crate) region: &'a str,
    /// The account that owns the resource.
    pub(crate) owner: &'a str,
    /// The ARN of the caller.
    pub(crate) caller: &'a str,
    /// The account of the caller.
    pub(crate) caller_account: &'a str,
}

impl<'a> Request<'a> {
    /// The view of a call.
    pub(crate) fn of(call: &'a BackendCall) -> Self {
        Self {
            operation: &call.call.operation().name,
            parameters: &call.call.parameters,
            partition: &call.call.partition,
            region: &call.call.region,
            owner: &call.owner,
            caller: &call.caller,
            caller_account: call.call.account.as_str(),
        }
    }

    /// The same request with other parameters.
    pub(crate) fn with_parameters(self, parameters: &'a Map<String, Value>) -> Self {
        Self { parameters, ..self }
    }

    /// A parameter: of a few by looking at each, which is faster than to hash the name.
    fn parameter(&self, name: &str) -> Option<&'a Value> {
        const FEW: usize = 8;
        if self.parameters.len() > FEW {
            return self.parameters.get(name);
        }
        let found = self.parameters.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value)
    }

    /// A parameter that is a text.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.parameter(name).and_then(Value::as_str)
    }

    /// A text that the operation cannot do without.
    pub(crate) fn required(&self, name: &str) -> Result<&'a str, ServiceError> {
        self.text(name).ok_or_else(|| missing(name))
    }

    /// A number.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.parameter(name).and_then(Value::as_i64)
    }

    /// A number that counts something, and what it is when it is absent.
    pub(crate) fn count(&self, name: &str, default: usize) -> usize {
        self.integer(name)
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(default)
    }

    /// Whether a flag is set.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.parameter(name)
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    /// A list, empty where it is absent.
    pub(crate) fn list(&self, name: &str) -> &'a [Value] {
        self.parameter(name)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// The texts of a list.
    pub(crate) fn texts(&self, name: &str) -> Vec<&'a str> {
        self.list(name).iter().filter_map(Value::as_str).collect()
    }

    /// A structure or map.
    pub(crate) fn map(&self, name: &str) -> Option<&'a Map<String, Value>> {
        self.parameter(name).and_then(Value::as_object)
    }

    /// The structures of a list.
    pub(crate) fn entries(&self, name: &str) -> Vec<&'a Map<String, Value>> {
        self.list(name)
            .iter()
            .filter_map(Value::as_object)
            .collect()
    }

    /// An ARN in the account that owns the resource.
    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        format!(
            "arn:{}:{service}:{}:{}:{resource}",
            self.partition, self.region, self.owner
        )
    }
}

/// What services of the JSON protocols say about a missing member.
fn missing(name: &str) -> ServiceError {
    let first = name.chars().next().map(|c| c.to_ascii_lowercase());
    let member: String = first.into_iter().chain(name.chars().skip(1)).collect();
    let message = format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: \
         Member must not be null"
    );
    ServiceError::new("ValidationException", message)
}

/// The members of an output; those that are null are absent.
pub(crate) fn output(mut value: Value) -> Map<String, Value> {
    remove_nulls(&mut value);
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// Removes the members that are null; what is null in a list stays.
fn remove_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => members.retain(|_, member| {
            remove_nulls(member);
            !member.is_null()
        }),
        Value::Array(items) => items.iter_mut().for_each(remove_nulls),
        _ => {}
    }
}

/// Milliseconds since the epoch as the timestamp of an output.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 fit a double exactly"
)]
pub(crate) fn timestamp(millis: u64) -> Value {
    Value::from(millis as f64 / 1000.0)
}

/// The timestamp of a request in milliseconds since the epoch.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a time; what is before 1970 becomes 1970"
)]
pub(crate) fn millis(seconds: f64) -> u64 {
    (seconds * 1000.0) as u64
}

/// Whether the name or ARN of a queue or topic is that of a FIFO one: names are case-sensitive.
pub(crate) fn is_fifo(name: &str) -> bool {
    name.strip_suffix(".fifo").is_some()
}
