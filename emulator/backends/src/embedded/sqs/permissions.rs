//! AddPermission and RemovePermission, which edit the queue's policy.

use serde_json::{Map, Value, json};

use super::{errors, queue::Queue, service::Sqs};
use crate::embedded::request::{Outcome, Request};

impl Sqs {
    pub(super) fn add_permission(&self, request: &Request<'_>) -> Outcome {
        let label = request
            .text("Label")
            .ok_or_else(|| errors::missing("Label"))?;
        let principals: Vec<String> = request
            .texts("AWSAccountIds")
            .into_iter()
            .map(|id| format!("arn:{}:iam::{id}:root", request.partition))
            .collect();
        let actions: Vec<String> = request
            .texts("Actions")
            .into_iter()
            .map(|action| format!("SQS:{action}"))
            .collect();
        self.with_queue(request, |queue| {
            let mut statements = statements(queue);
            if statements.iter().any(|s| has_label(s, label)) {
                return Err(errors::invalid_parameter(format!(
                    "Value {label} for parameter Label is invalid. Reason: Already exists."
                )));
            }
            statements.push(json!({
                "Sid": label,
                "Effect": "Allow",
                "Principal": { "AWS": principals },
                "Action": actions,
                "Resource": queue.arn,
            }));
            store(queue, &statements);
            Ok(Map::new())
        })
    }

    pub(super) fn remove_permission(&self, request: &Request<'_>) -> Outcome {
        let label = request
            .text("Label")
            .ok_or_else(|| errors::missing("Label"))?;
        self.with_queue(request, |queue| {
            let mut statements = statements(queue);
            let before = statements.len();
            statements.retain(|statement| !has_label(statement, label));
            if statements.len() == before {
                return Err(errors::invalid_parameter(format!(
                    "Value {label} for parameter Label is invalid. Reason: can't find label on \
                     existing policy."
                )));
            }
            store(queue, &statements);
            Ok(Map::new())
        })
    }
}

fn has_label(statement: &Value, label: &str) -> bool {
    statement.get("Sid").and_then(Value::as_str) == Some(label)
}

fn statements(queue: &Queue) -> Vec<Value> {
    let policy: Option<Value> = queue
        .policy()
        .and_then(|text| serde_json::from_str(text).ok());
    match policy.and_then(|mut policy| policy.get_mut("Statement").map(Value::take)) {
        Some(Value::Array(statements)) => statements,
        Some(statement) => vec![statement],
        None => Vec::new(),
    }
}

fn store(queue: &mut Queue, statements: &[Value]) {
    if statements.is_empty() {
        queue.attributes.remove("Policy");
        return;
    }
    let policy = json!({
        "Version": "2008-10-17",
        "Id": format!("{}/SQSDefaultPolicy", queue.arn),
        "Statement": statements,
    });
    queue
        .attributes
        .insert("Policy".to_owned(), policy.to_string());
}
