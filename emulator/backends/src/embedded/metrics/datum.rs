//! A metric and its data.

use serde_json::{Map, Value, json};

/// Namespace, name and dimensions: what makes a metric another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Metric {
    pub(super) namespace: String,
    pub(super) name: String,
    /// By name.
    pub(super) dimensions: Vec<(String, String)>,
}

/// A datum: some values at one time.
#[derive(Clone, Debug)]
pub(super) struct Datum {
    /// Milliseconds.
    pub(super) time: u64,
    pub(super) unit: String,
    pub(super) count: f64,
    pub(super) sum: f64,
    pub(super) least: f64,
    pub(super) most: f64,
    /// The values with how often each came, where they are known one by one.
    pub(super) values: Vec<(f64, f64)>,
}

/// The dimensions of a request.
pub(super) fn dimensions(given: Option<&Value>) -> Vec<(String, String)> {
    let text = |value: &Value, name: &str| {
        value
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let given = given.and_then(Value::as_array).into_iter().flatten();
    let mut dimensions: Vec<_> = given
        .map(|one| (text(one, "Name"), text(one, "Value")))
        .collect();
    dimensions.sort();
    dimensions
}

impl Metric {
    /// The metric that members name.
    pub(super) fn of(namespace: &str, members: &Map<String, Value>) -> Self {
        let name = members.get("MetricName").and_then(Value::as_str);
        Self {
            namespace: namespace.to_owned(),
            name: name.unwrap_or_default().to_owned(),
            dimensions: dimensions(members.get("Dimensions")),
        }
    }

    pub(super) fn listed(&self) -> Value {
        let dimensions: Vec<Value> = self
            .dimensions
            .iter()
            .map(|(name, value)| json!({ "Name": name, "Value": value }))
            .collect();
        json!({ "Namespace": self.namespace, "MetricName": self.name, "Dimensions": dimensions })
    }
}
