//! PutMetricData.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value};

use super::{
    datum::{Datum, Metric},
    errors,
    service::Metrics,
};
use crate::embedded::request::{Outcome, Request, millis};

/// Source: API reference, PutMetricData, MetricDatum.
const MOST_DATA: usize = 1000;
const MOST_DIMENSIONS: usize = 30;
const MOST_VALUES: usize = 150;

impl Metrics {
    pub(super) fn put(&self, request: &Request<'_>) -> Outcome {
        let namespace = request
            .text("Namespace")
            .ok_or_else(|| errors::missing("Namespace"))?;
        if namespace.starts_with("AWS/") {
            return Err(errors::invalid(format!(
                "The value {namespace} for parameter Namespace is invalid."
            )));
        }
        let entries = request.entries("MetricData");
        if entries.len() > MOST_DATA {
            return Err(errors::invalid(format!(
                "The collection MetricData must not have a size greater than {MOST_DATA}."
            )));
        }
        let now = self.host.now_millis();
        let mut read = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let at = format!("MetricData.member.{}", index + 1);
            if entry
                .get("MetricName")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .is_empty()
            {
                return Err(errors::missing(&format!("{at}.MetricName")));
            }
            let metric = Metric::of(namespace, entry);
            if metric.dimensions.len() > MOST_DIMENSIONS {
                return Err(errors::invalid(format!(
                    "The collection {at}.Dimensions must not have a size greater than \
                     {MOST_DIMENSIONS}."
                )));
            }
            read.push((metric, datum(entry, &at, now)?));
        }
        self.with(request, |kept| {
            for (metric, datum) in read {
                kept.metrics.entry(metric).or_default().push(datum);
            }
        });
        Ok(Map::new())
    }
}

fn datum(entry: &Map<String, Value>, at: &str, now: u64) -> Result<Datum, ServiceError> {
    let values = values(entry, at)?;
    let time = entry.get("Timestamp").and_then(Value::as_f64);
    let unit = entry
        .get("Unit")
        .and_then(Value::as_str)
        .unwrap_or("None")
        .to_owned();
    let time = time.map_or(now, millis);
    if let Some(set) = entry.get("StatisticValues").filter(|_| values.is_empty()) {
        let part = |name: &str| set.get(name).and_then(Value::as_f64).unwrap_or_default();
        return Ok(Datum {
            time,
            unit,
            count: part("SampleCount"),
            sum: part("Sum"),
            least: part("Minimum"),
            most: part("Maximum"),
            values: Vec::new(),
        });
    }
    if values.is_empty() {
        return Err(errors::missing(&format!("{at}.Value")));
    }
    let each = || values.iter().map(|(value, _)| *value);
    Ok(Datum {
        time,
        unit,
        count: values.iter().map(|(_, count)| count).sum(),
        sum: values.iter().map(|(value, count)| value * count).sum(),
        least: each().fold(f64::INFINITY, f64::min),
        most: each().fold(f64::NEG_INFINITY, f64::max),
        values,
    })
}

/// The values with their counts: one, or a list with or without counts.
fn values(entry: &Map<String, Value>, at: &str) -> Result<Vec<(f64, f64)>, ServiceError> {
    let list = |name: &str| -> Vec<f64> {
        let list = entry.get(name).and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .filter_map(Value::as_f64)
            .collect()
    };
    let (values, counts) = (list("Values"), list("Counts"));
    let single = entry.get("Value").and_then(Value::as_f64);
    if single.is_some() && !values.is_empty() {
        return Err(errors::combination(format!(
            "The parameters {at}.Value and {at}.Values are mutually exclusive and you have \
             specified both."
        )));
    }
    if values.len() > MOST_VALUES {
        return Err(errors::invalid(format!(
            "The collection {at}.Values must not have a size greater than {MOST_VALUES}."
        )));
    }
    if !counts.is_empty() && counts.len() != values.len() {
        return Err(errors::invalid(format!(
            "The parameters {at}.Values and {at}.Counts must be of the same size."
        )));
    }
    if let Some(value) = single {
        return Ok(vec![(value, 1.0)]);
    }
    let counts = counts.into_iter().chain(std::iter::repeat(1.0));
    Ok(values.into_iter().zip(counts).collect())
}
