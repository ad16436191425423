//! Pages of parameters, and DescribeParameters.

use serde_json::{Map, Value, json};

use super::{name::arn, parameter::Parameter, service::Ssm};
use crate::embedded::request::{Request, output};

impl Ssm {
    pub(super) fn describe(&self, request: &Request<'_>) -> Map<String, Value> {
        let filters = request.entries("ParameterFilters");
        self.pages(request, 50, "Parameters", |name, parameter| {
            let matching = filters
                .iter()
                .all(|filter| matches(filter, name, parameter));
            let version = parameter.latest()?;
            matching.then(|| version.metadata(name, &arn(request, name)))
        })
    }

    /// A page of what `show` makes of the parameters; the token is the last name shown.
    pub(super) fn pages(
        &self,
        request: &Request<'_>,
        most: usize,
        member: &str,
        show: impl Fn(&str, &Parameter) -> Option<Map<String, Value>>,
    ) -> Map<String, Value> {
        let size = request.count("MaxResults", most).min(most);
        let after = request.text("NextToken").unwrap_or_default();
        let mut shown: Vec<(String, Map<String, Value>)> = self.with(request, |all| {
            all.iter()
                .filter(|(name, _)| name.as_str() > after)
                .filter_map(|(name, parameter)| Some((name.clone(), show(name, parameter)?)))
                .take(size + 1)
                .collect()
        });
        let more = shown.len() > size;
        shown.truncate(size);
        let next = shown.last().filter(|_| more).map(|(name, _)| name.clone());
        let items: Vec<Value> = shown.into_iter().map(|(_, item)| item.into()).collect();
        output(json!({ member: items, "NextToken": next }))
    }
}

/// Whether a `ParameterStringFilter` lets a parameter through.
fn matches(filter: &Map<String, Value>, name: &str, parameter: &Parameter) -> bool {
    let text = |member: &str| {
        filter
            .get(member)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let values = filter
        .get("Values")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    let key = text("Key");
    let actual = match key {
        "Name" => Some(name.to_owned()),
        "Type" => parameter.latest().map(|v| v.kind.clone()),
        "KeyId" => parameter.latest().and_then(|v| v.key_id.clone()),
        "Tier" => parameter.latest().map(|v| v.tier.clone()),
        _ => key
            .strip_prefix("tag:")
            .and_then(|tag| parameter.tags().get(tag).cloned()),
    };
    let Some(actual) = actual else { return false };
    match text("Option") {
        "BeginsWith" => values.iter().any(|value| actual.starts_with(value)),
        "Contains" => values.iter().any(|value| actual.contains(value)),
        _ => values.is_empty() || values.contains(&actual.as_str()),
    }
}
