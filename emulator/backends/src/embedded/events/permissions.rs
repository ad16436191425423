//! PutPermission and RemovePermission, which edit the bus's policy.

use serde_json::{Map, Value, json};

use super::{errors, service::Events};
use crate::embedded::request::{Outcome, Request};

impl Events {
    pub(super) fn put_permission(&self, request: &Request<'_>) -> Outcome {
        let whole = request.text("Policy");
        self.with_bus(request, request.text("EventBusName"), |bus, name| {
            if let Some(policy) = whole {
                let policy: Option<Value> = serde_json::from_str(policy).ok();
                let statements = policy.as_ref().and_then(|policy| policy.get("Statement"));
                bus.statements = match statements {
                    Some(Value::Array(statements)) => statements.clone(),
                    Some(statement) => vec![statement.clone()],
                    None => return Err(errors::validation("Parameter Policy is not valid.")),
                };
                return Ok(Map::new());
            }
            let (id, principal) = (
                request.required("StatementId")?,
                request.required("Principal")?,
            );
            let action = request.required("Action")?;
            let principal = match principal {
                "*" => json!("*"),
                account => {
                    json!({ "AWS": format!("arn:{}:iam::{account}:root", request.partition) })
                }
            };
            let mut statement = json!({
                "Sid": id,
                "Effect": "Allow",
                "Principal": principal,
                "Action": action,
                "Resource": request.arn("events", &format!("event-bus/{name}")),
            });
            if let (Some(condition), Some(members)) =
                (request.map("Condition"), statement.as_object_mut())
            {
                members.insert("Condition".to_owned(), read_condition(condition));
            }
            bus.statements
                .retain(|s| s.get("Sid").and_then(Value::as_str) != Some(id));
            bus.statements.push(statement);
            Ok(Map::new())
        })
    }

    pub(super) fn remove_permission(&self, request: &Request<'_>) -> Outcome {
        self.with_bus(request, request.text("EventBusName"), |bus, _| {
            if request.flag("RemoveAllPermissions") {
                bus.statements.clear();
                return Ok(Map::new());
            }
            let id = request.required("StatementId")?;
            let before = bus.statements.len();
            bus.statements
                .retain(|s| s.get("Sid").and_then(Value::as_str) != Some(id));
            if bus.statements.len() == before {
                return Err(errors::no_statement());
            }
            Ok(Map::new())
        })
    }
}

/// `{Type, Key, Value}` as a policy has it.
fn read_condition(condition: &Map<String, Value>) -> Value {
    let text = |member: &str| {
        condition
            .get(member)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let inner = Map::from_iter([(text("Key"), Value::from(text("Value")))]);
    Value::Object(Map::from_iter([(text("Type"), Value::Object(inner))]))
}
