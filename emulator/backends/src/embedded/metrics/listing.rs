//! ListMetrics.

use serde_json::{Value, json};

use super::{datum::Metric, service::Metrics};
use crate::embedded::request::{Outcome, Request, output};

/// Source: API reference, ListMetrics: 500 at once.
const PAGE: usize = 500;

impl Metrics {
    pub(super) fn list(&self, request: &Request<'_>) -> Outcome {
        let start: usize = request
            .text("NextToken")
            .and_then(|token| token.parse().ok())
            .unwrap_or_default();
        self.with(request, |kept| {
            let found: Vec<&Metric> = kept
                .metrics
                .keys()
                .filter(|metric| is_wanted(request, metric))
                .collect();
            let more = found.len() > start + PAGE;
            let shown: Vec<Value> = found
                .into_iter()
                .skip(start)
                .take(PAGE)
                .map(Metric::listed)
                .collect();
            let next = more.then(|| (start + PAGE).to_string());
            Ok(output(json!({ "Metrics": shown, "NextToken": next })))
        })
    }
}

/// A filter on a dimension may name a value or leave it open.
fn is_wanted(request: &Request<'_>, metric: &Metric) -> bool {
    let same = |member: &str, own: &str| request.text(member).is_none_or(|wanted| wanted == own);
    let has = |filter: &Value| {
        let text = |member: &str| filter.get(member).and_then(Value::as_str);
        metric.dimensions.iter().any(|(name, value)| {
            text("Name") == Some(name) && text("Value").is_none_or(|wanted| wanted == value)
        })
    };
    same("Namespace", &metric.namespace)
        && same("MetricName", &metric.name)
        && request.list("Dimensions").iter().all(has)
}
