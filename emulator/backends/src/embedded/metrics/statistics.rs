//! GetMetricStatistics and GetMetricData.

use std::collections::BTreeMap;

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{
    datum::{Datum, Metric},
    errors,
    service::Metrics,
};
use crate::embedded::request::{Outcome, Request, millis, output, timestamp};

/// Source: API reference, GetMetricStatistics: data points of one call.
const MOST_POINTS: usize = 1440;

/// What is asked: from when to when, in steps of how long.
struct Range {
    start: u64,
    end: u64,
    /// Milliseconds.
    period: u64,
}

/// What came within one period.
#[derive(Debug)]
struct Point {
    unit: String,
    count: f64,
    sum: f64,
    least: f64,
    most: f64,
    values: Vec<(f64, f64)>,
}

impl Point {
    fn of(data: &[&Datum]) -> Self {
        let sum = |part: fn(&Datum) -> f64| data.iter().map(|datum| part(datum)).sum();
        Self {
            unit: data
                .first()
                .map(|datum| datum.unit.clone())
                .unwrap_or_default(),
            count: sum(|datum| datum.count),
            sum: sum(|datum| datum.sum),
            least: data
                .iter()
                .map(|datum| datum.least)
                .fold(f64::INFINITY, f64::min),
            most: data
                .iter()
                .map(|datum| datum.most)
                .fold(f64::NEG_INFINITY, f64::max),
            values: data
                .iter()
                .flat_map(|datum| datum.values.iter().copied())
                .collect(),
        }
    }

    /// A statistic by its name; percentiles by the nearest rank.
    fn statistic(&self, name: &str) -> Option<f64> {
        match name {
            "SampleCount" => Some(self.count),
            "Sum" => Some(self.sum),
            "Average" => Some(self.sum / self.count),
            "Minimum" => Some(self.least),
            "Maximum" => Some(self.most),
            _ => self.percentile(name.strip_prefix('p')?.parse().ok()?),
        }
    }

    fn percentile(&self, percent: f64) -> Option<f64> {
        if !(0.0..=100.0).contains(&percent) {
            return None;
        }
        let mut values = self.values.clone();
        values.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        let count: f64 = values.iter().map(|(_, count)| count).sum();
        let mut seen = 0.0;
        for (value, times) in &values {
            seen += times;
            if seen >= percent / 100.0 * count {
                return Some(*value);
            }
        }
        None
    }
}

impl Metrics {
    pub(super) fn statistics(&self, request: &Request<'_>) -> Outcome {
        let namespace = request
            .text("Namespace")
            .ok_or_else(|| errors::missing("Namespace"))?;
        let name = request
            .text("MetricName")
            .ok_or_else(|| errors::missing("MetricName"))?;
        let range = range(request, request.integer("Period"))?;
        let statistics = [
            request.texts("Statistics"),
            request.texts("ExtendedStatistics"),
        ];
        if statistics.concat().is_empty() {
            return Err(errors::missing("Statistics"));
        }
        let [plain, extended] = statistics;
        let metric = Metric::of(namespace, request.parameters);
        let points = self.points(request, &metric, &range, request.text("Unit"));
        if points.len() > MOST_POINTS {
            return Err(errors::combination(format!(
                "You have requested up to {} datapoints, which exceeds the limit of {MOST_POINTS}.",
                points.len()
            )));
        }
        let points: Vec<Value> = points
            .iter()
            .map(|(time, point)| {
                let mut members =
                    output(json!({ "Timestamp": timestamp(*time), "Unit": point.unit }));
                for name in &plain {
                    members.insert((*name).to_owned(), json!(point.statistic(name)));
                }
                if !extended.is_empty() {
                    let values = extended
                        .iter()
                        .map(|name| ((*name).to_owned(), json!(point.statistic(name))));
                    let values: Map<String, Value> = values.collect();
                    members.insert("ExtendedStatistics".to_owned(), values.into());
                }
                Value::Object(members)
            })
            .collect();
        Ok(output(json!({ "Label": name, "Datapoints": points })))
    }

    pub(super) fn data(&self, request: &Request<'_>) -> Outcome {
        let newest_first = request.text("ScanBy") != Some("TimestampAscending");
        let mut results = Vec::new();
        for query in request.entries("MetricDataQueries") {
            let result = self.query(request, query, newest_first)?;
            if query
                .get("ReturnData")
                .and_then(Value::as_bool)
                .unwrap_or(true)
            {
                results.push(result);
            }
        }
        Ok(output(
            json!({ "MetricDataResults": results, "Messages": [] }),
        ))
    }

    fn query(
        &self,
        request: &Request<'_>,
        query: &Map<String, Value>,
        newest_first: bool,
    ) -> Result<Value, ServiceError> {
        let id = query.get("Id").and_then(Value::as_str).unwrap_or_default();
        let Some(asked) = query.get("MetricStat") else {
            return Err(errors::validation(format!(
                "Rolecall computes no metric expressions (query {id})."
            )));
        };
        let statistic = asked
            .get("Stat")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let range = range(request, asked.get("Period").and_then(Value::as_i64))?;
        let none = Map::new();
        let named = asked
            .get("Metric")
            .and_then(Value::as_object)
            .unwrap_or(&none);
        let namespace = named
            .get("Namespace")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let metric = Metric::of(namespace, named);
        let unit = asked.get("Unit").and_then(Value::as_str);
        let mut values: Vec<(u64, f64)> = self
            .points(request, &metric, &range, unit)
            .into_iter()
            .filter_map(|(time, point)| Some((time, point.statistic(statistic)?)))
            .collect();
        if newest_first {
            values.reverse();
        }
        let label = query
            .get("Label")
            .and_then(Value::as_str)
            .unwrap_or(&metric.name);
        Ok(json!({
            "Id": id,
            "Label": label,
            "Timestamps": values.iter().map(|(time, _)| timestamp(*time)).collect::<Vec<_>>(),
            "Values": values.iter().map(|(_, value)| *value).collect::<Vec<_>>(),
            "StatusCode": "Complete",
        }))
    }

    /// The periods in which something came, from the first to the last.
    fn points(
        &self,
        request: &Request<'_>,
        metric: &Metric,
        range: &Range,
        unit: Option<&str>,
    ) -> BTreeMap<u64, Point> {
        self.with(request, |kept| {
            let mut periods: BTreeMap<u64, Vec<&Datum>> = BTreeMap::new();
            let wanted = |datum: &&Datum| {
                (range.start..range.end).contains(&datum.time)
                    && unit.is_none_or(|unit| datum.unit == unit)
            };
            for datum in kept
                .metrics
                .get(metric)
                .into_iter()
                .flatten()
                .filter(wanted)
            {
                let begin = datum.time - datum.time % range.period;
                periods.entry(begin).or_default().push(datum);
            }
            periods
                .into_iter()
                .map(|(begin, data)| (begin, Point::of(&data)))
                .collect()
        })
    }
}

/// Source: API reference, GetMetricStatistics, `Period`: 1, 5, 10, 20, 30 or a multiple of 60.
fn range(request: &Request<'_>, period: Option<i64>) -> Result<Range, ServiceError> {
    let time = |member: &str| {
        let given = request.parameters.get(member).and_then(Value::as_f64);
        given.map(millis).ok_or_else(|| errors::missing(member))
    };
    let (start, end) = (time("StartTime")?, time("EndTime")?);
    let period = period.ok_or_else(|| errors::missing("Period"))?;
    let fits = period > 0 && ([1, 5, 10, 20, 30].contains(&period) || period % 60 == 0);
    let Some(seconds) = u64::try_from(period).ok().filter(|_| fits) else {
        return Err(errors::invalid(
            "The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.",
        ));
    };
    if start >= end {
        return Err(errors::invalid(
            "The parameter StartTime must be less than the parameter EndTime.",
        ));
    }
    Ok(Range {
        start,
        end,
        period: seconds * 1000,
    })
}
