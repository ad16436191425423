//! What the database does not have: limits, endpoints, backups' settings, resource policies. It is
//! kept and given back.

use std::collections::BTreeMap;

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::arns::table_name;
use crate::embedded::{
    ids::uuid,
    request::{Outcome, Request, output},
};

/// The settings of one account and region, by the name of the table or by its ARN.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// Tables with point-in-time recovery, and since when.
    recovery: BTreeMap<String, u64>,
    /// The policies of tables, indexes and streams, with their revisions.
    policies: BTreeMap<String, (String, String)>,
}

/// What an operation on settings works with.
pub(super) struct Around<'a> {
    pub(super) now: u64,
    pub(super) random: u128,
    pub(super) endpoint: &'a str,
    /// Whether there is a table of a name.
    pub(super) exists: &'a dyn Fn(&str) -> bool,
}

impl Settings {
    /// Answers what is about settings.
    pub(super) fn answer(&mut self, request: &Request<'_>, around: &Around<'_>) -> Option<Outcome> {
        Some(match request.operation {
            "DescribeLimits" => Ok(limits()),
            "DescribeEndpoints" => Ok(endpoints(around.endpoint)),
            "DescribeContinuousBackups" => self.backups(request, around),
            "UpdateContinuousBackups" => self.update_backups(request, around),
            "PutResourcePolicy" => self.put_policy(request, around),
            "GetResourcePolicy" => self.policy_of(request),
            "DeleteResourcePolicy" => Ok(self.delete_policy(request)),
            _ => return None,
        })
    }

    /// The policy of a resource.
    pub(super) fn policy(&self, arn: &str) -> Option<&str> {
        self.policies.get(arn).map(|(policy, _)| policy.as_str())
    }

    /// Keeps a policy that came with a new table.
    pub(super) fn keep_policy(&mut self, arn: &str, policy: &str, random: u128) {
        let kept = (policy.to_owned(), uuid(random));
        self.policies.insert(arn.to_owned(), kept);
    }

    /// Forgets a table that is deleted.
    pub(super) fn forget(&mut self, table: &str) {
        self.recovery.remove(table);
        let end = format!(":table/{table}");
        let within = format!(":table/{table}/");
        self.policies
            .retain(|arn, _| !arn.ends_with(&end) && !arn.contains(&within));
    }

    fn backups(&self, request: &Request<'_>, around: &Around<'_>) -> Outcome {
        let table = existing(request, around)?;
        Ok(self.described(table, around.now))
    }

    fn update_backups(&mut self, request: &Request<'_>, around: &Around<'_>) -> Outcome {
        let table = existing(request, around)?;
        let wanted = request.map("PointInTimeRecoverySpecification");
        let enabled = wanted
            .and_then(|wanted| wanted.get("PointInTimeRecoveryEnabled"))
            .and_then(Value::as_bool);
        if enabled == Some(true) {
            self.recovery.entry(table.to_owned()).or_insert(around.now);
        } else {
            self.recovery.remove(table);
        }
        Ok(self.described(table, around.now))
    }

    /// Backups are always on, recovery is off until it is asked for. Source: API reference,
    /// DescribeContinuousBackups; 35 days: PointInTimeRecoveryDescription.
    fn described(&self, table: &str, now: u64) -> Map<String, Value> {
        let since = self.recovery.get(table);
        let status = if since.is_some() {
            "ENABLED"
        } else {
            "DISABLED"
        };
        let day = |millis: &u64| millis / 1000;
        output(json!({ "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {
                "PointInTimeRecoveryStatus": status,
                "RecoveryPeriodInDays": since.map(|_| 35),
                "EarliestRestorableDateTime": since.map(day),
                "LatestRestorableDateTime": since.map(|_| now / 1000),
            },
        } }))
    }

    fn put_policy(&mut self, request: &Request<'_>, around: &Around<'_>) -> Outcome {
        let arn = request.required("ResourceArn")?;
        if !(around.exists)(table_name(arn)) {
            return Err(not_found(arn));
        }
        let policy = request.required("Policy")?;
        if !serde_json::from_str::<Value>(policy).is_ok_and(|policy| policy.is_object()) {
            let message = "Invalid policy document: the policy is not valid JSON";
            return Err(ServiceError::new("ValidationException", message));
        }
        self.check_revision(request, arn)?;
        let revision = uuid(around.random);
        self.policies
            .insert(arn.to_owned(), (policy.to_owned(), revision.clone()));
        Ok(output(json!({ "RevisionId": revision })))
    }

    /// Source: API reference, PutResourcePolicy, `ExpectedRevisionId`.
    fn check_revision(&self, request: &Request<'_>, arn: &str) -> Result<(), ServiceError> {
        let Some(expected) = request.text("ExpectedRevisionId") else {
            return Ok(());
        };
        let there = self
            .policies
            .get(arn)
            .map(|(_, revision)| revision.as_str());
        if there.unwrap_or("NO_POLICY") == expected {
            Ok(())
        } else {
            Err(no_policy(arn))
        }
    }

    fn policy_of(&self, request: &Request<'_>) -> Outcome {
        let arn = request.required("ResourceArn")?;
        let (policy, revision) = self.policies.get(arn).ok_or_else(|| no_policy(arn))?;
        Ok(output(json!({ "Policy": policy, "RevisionId": revision })))
    }

    /// Source: API reference, DeleteResourcePolicy: idempotent.
    fn delete_policy(&mut self, request: &Request<'_>) -> Map<String, Value> {
        let arn = request.text("ResourceArn").unwrap_or_default();
        let removed = self.policies.remove(arn);
        output(json!({ "RevisionId": removed.map(|(_, revision)| revision) }))
    }
}

/// Source: developer guide, "Quotas in Amazon DynamoDB", throughput default quotas.
fn limits() -> Map<String, Value> {
    output(json!({
        "AccountMaxReadCapacityUnits": 80_000,
        "AccountMaxWriteCapacityUnits": 80_000,
        "TableMaxReadCapacityUnits": 40_000,
        "TableMaxWriteCapacityUnits": 40_000,
    }))
}

/// This server, for a day: what AWS says of its own. Source: API reference, DescribeEndpoints.
fn endpoints(endpoint: &str) -> Map<String, Value> {
    let (_, address) = endpoint.split_once("://").unwrap_or(("", endpoint));
    let address = address.trim_end_matches('/');
    output(json!({ "Endpoints": [{ "Address": address, "CachePeriodInMinutes": 1440 }] }))
}

fn existing<'a>(request: &Request<'a>, around: &Around<'_>) -> Result<&'a str, ServiceError> {
    let table = table_name(request.required("TableName")?);
    if (around.exists)(table) {
        return Ok(table);
    }
    let message = format!("Table not found: {table}");
    Err(ServiceError::new("TableNotFoundException", message))
}

fn not_found(arn: &str) -> ServiceError {
    let message = format!("Requested resource not found: {arn}");
    ServiceError::new("ResourceNotFoundException", message)
}

fn no_policy(arn: &str) -> ServiceError {
    let message = format!("Resource-based policy not found for the provided ResourceArn: {arn}");
    ServiceError::new("PolicyNotFoundException", message)
}
