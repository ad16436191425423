//! A shape as Cedar policies: literals are entities in the scope, which is Cedar's fast way;
//! wildcards are `like` over an attribute.

use std::str::FromStr;

use anyhow::Context as _;
use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, PolicySet,
    Request,
};
use serde_json::{Map, Value, json};

use super::shapes::{CONTEXT, Line, Shape};

/// Policies, entities and a request, all parsed.
#[derive(Debug)]
pub(crate) struct Prepared {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    request: Request,
}

impl Prepared {
    pub(crate) fn new(shape: &Shape, count: usize) -> anyhow::Result<Self> {
        let text: String = (0..count).map(|n| policy(&(shape.line)(n))).collect();
        let (action, resource) = (shape.request)(count / 2);
        let entity = json!([{
            "uid": { "type": "Resource", "id": resource },
            "attrs": { "arn": resource },
            "parents": [],
        }]);
        let mut context: Map<String, Value> = CONTEXT
            .iter()
            .map(|(key, value)| ((*key).to_owned(), json!(value)))
            .collect();
        context.insert("action".to_owned(), json!(action));
        let request = Request::new(
            uid("User", "ana")?,
            uid("Action", &action)?,
            uid("Resource", &resource)?,
            Context::from_json_value(Value::Object(context), None)?,
            None,
        )?;
        Ok(Self {
            authorizer: Authorizer::new(),
            policies: PolicySet::from_str(&text).context("the policies")?,
            entities: Entities::from_json_value(entity, None)?,
            request,
        })
    }

    pub(crate) fn allows(&self) -> bool {
        let response = self
            .authorizer
            .is_authorized(&self.request, &self.policies, &self.entities);
        response.decision() == Decision::Allow
    }
}

fn uid(kind: &str, id: &str) -> anyhow::Result<EntityUid> {
    let kind = EntityTypeName::from_str(kind)?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

fn policy(line: &Line) -> String {
    let effect = if line.allow { "permit" } else { "forbid" };
    let (action, resource) = (&line.action, &line.resource);
    let mut scope = vec!["principal".to_owned()];
    let mut conditions = Vec::new();
    if action.contains('*') {
        scope.push("action".to_owned());
        if action != "*" {
            conditions.push(format!("context.action like {action:?}"));
        }
    } else {
        scope.push(format!("action == Action::{action:?}"));
    }
    if resource.contains('*') {
        scope.push("resource".to_owned());
        if resource != "*" {
            conditions.push(format!("resource.arn like {resource:?}"));
        }
    } else {
        scope.push(format!("resource == Resource::{resource:?}"));
    }
    if let Some((key, value)) = &line.equals {
        conditions.push(format!("context[{key:?}] == {value:?}"));
    }
    let when = if conditions.is_empty() {
        String::new()
    } else {
        format!(" when {{ {} }}", conditions.join(" && "))
    };
    format!("{effect}({}){when};\n", scope.join(", "))
}
