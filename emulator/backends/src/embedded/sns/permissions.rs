//! AddPermission and RemovePermission, which edit the topic's policy.

use serde_json::{Map, Value, json};

use super::{errors, service::Sns, topic::Topic};
use crate::embedded::request::{Outcome, Request};

impl Sns {
    pub(super) fn add_permission(&self, request: &Request<'_>) -> Outcome {
        let arn = request
            .text("TopicArn")
            .ok_or_else(|| errors::invalid("TopicArn"))?;
        let label = request
            .text("Label")
            .ok_or_else(|| errors::invalid("Label"))?;
        let principals: Vec<String> = request
            .texts("AWSAccountId")
            .into_iter()
            .map(|id| format!("arn:{}:iam::{id}:root", request.partition))
            .collect();
        let actions: Vec<String> = request
            .texts("ActionName")
            .into_iter()
            .map(|name| format!("SNS:{name}"))
            .collect();
        self.edit(arn, |statements| {
            statements.push(json!({
                "Sid": label,
                "Effect": "Allow",
                "Principal": { "AWS": principals },
                "Action": actions,
                "Resource": arn,
            }));
        })
    }

    pub(super) fn remove_permission(&self, request: &Request<'_>) -> Outcome {
        let arn = request
            .text("TopicArn")
            .ok_or_else(|| errors::invalid("TopicArn"))?;
        let label = request
            .text("Label")
            .ok_or_else(|| errors::invalid("Label"))?;
        self.edit(arn, |statements| {
            statements.retain(|s| s.get("Sid").and_then(Value::as_str) != Some(label));
        })
    }

    fn edit(&self, arn: &str, change: impl FnOnce(&mut Vec<Value>)) -> Outcome {
        self.with_topic(arn, |topic| {
            let mut policy: Value = serde_json::from_str(&topic.policy()).unwrap_or_default();
            if let Some(Value::Array(statements)) = policy.get_mut("Statement") {
                change(statements);
            }
            set_policy(topic, &policy);
            Ok(Map::new())
        })
    }
}

fn set_policy(topic: &mut Topic, policy: &Value) {
    topic
        .attributes
        .insert("Policy".to_owned(), policy.to_string());
}
