//! Dashboards, as records.

use serde_json::{Map, Value, json};

use super::{errors, service::Metrics};
use crate::embedded::request::{Outcome, Request, output, timestamp};

impl Metrics {
    pub(super) fn put_dashboard(&self, request: &Request<'_>) -> Outcome {
        let name = request
            .text("DashboardName")
            .ok_or_else(|| errors::missing("DashboardName"))?;
        let body = request.text("DashboardBody").unwrap_or_default();
        if serde_json::from_str::<Value>(body).is_err() {
            let message = "The field DashboardBody must be a valid JSON object";
            return Err(rolecall_protocol::ServiceError::new(
                "DashboardInvalidInputError",
                message,
            ));
        }
        let now = self.host.now_millis();
        self.with(request, |kept| {
            kept.dashboards
                .insert(name.to_owned(), (body.to_owned(), now));
        });
        Ok(output(json!({ "DashboardValidationMessages": [] })))
    }

    pub(super) fn dashboard(&self, request: &Request<'_>) -> Outcome {
        let name = request
            .text("DashboardName")
            .ok_or_else(|| errors::missing("DashboardName"))?;
        self.with(request, |kept| match kept.dashboards.get(name) {
            Some((body, _)) => Ok(output(json!({
                "DashboardArn": arn(request, name), "DashboardBody": body, "DashboardName": name,
            }))),
            None => Err(missing(name)),
        })
    }

    pub(super) fn dashboards(&self, request: &Request<'_>) -> Outcome {
        let prefix = request.text("DashboardNamePrefix").unwrap_or_default();
        self.with(request, |kept| {
            let found = kept
                .dashboards
                .iter()
                .filter(|(name, _)| name.starts_with(prefix));
            let entries: Vec<Value> = found
                .map(|(name, (body, at))| {
                    json!({
                        "DashboardName": name, "DashboardArn": arn(request, name),
                        "LastModified": timestamp(*at), "Size": body.len(),
                    })
                })
                .collect();
            Ok(output(json!({ "DashboardEntries": entries })))
        })
    }

    pub(super) fn delete_dashboards(&self, request: &Request<'_>) -> Outcome {
        let names = request.texts("DashboardNames");
        self.with(request, |kept| {
            if let Some(absent) = names
                .iter()
                .find(|name| !kept.dashboards.contains_key(**name))
            {
                return Err(missing(absent));
            }
            kept.dashboards
                .retain(|name, _| !names.contains(&name.as_str()));
            Ok(Map::new())
        })
    }
}

/// A dashboard belongs to no region.
fn arn(request: &Request<'_>, name: &str) -> String {
    format!(
        "arn:{}:cloudwatch::{}:dashboard/{name}",
        request.partition, request.owner
    )
}

fn missing(name: &str) -> rolecall_protocol::ServiceError {
    let message = format!("Dashboard {name} does not exist");
    rolecall_protocol::ServiceError::new("DashboardNotFoundError", message)
}
