//! PutParameter, LabelParameterVersion, DeleteParameter, DeleteParameters.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{
    errors,
    name::Wanted,
    parameter::{Parameter, Version},
    reading::find,
    service::Ssm,
};
use crate::embedded::{
    request::{Outcome, Request, output},
    tags,
};

impl Ssm {
    pub(super) fn put(&self, request: &Request<'_>) -> Outcome {
        let name = Wanted::parse(request.required("Name")?).name.to_owned();
        let version = self.version(request)?;
        self.with(request, |all| {
            if let Some(parameter) = all.get_mut(&name) {
                return overwrite(request, parameter, version);
            }
            // Source: PutParameter, "Type" (not needed for an update), and localstack/localstack#10580; the
            // words are assumed.
            if version.kind.is_empty() {
                return Err(errors::invalid(
                    "A parameter type is required when you create a parameter.",
                ));
            }
            let tags = tags::from_pairs(request.list("Tags"));
            let answer = json!({ "Version": 1, "Tier": version.tier });
            all.insert(
                name,
                Parameter {
                    versions: vec![version],
                    tags,
                },
            );
            Ok(output(answer))
        })
    }

    fn version(&self, request: &Request<'_>) -> Result<Version, ServiceError> {
        let text = |name: &str| request.text(name).map(str::to_owned);
        let kind = text("Type").unwrap_or_default();
        let value = request.required("Value")?;
        if value.is_empty() {
            return Err(errors::invalid(
                "1 validation error detected: Value '' at 'value' failed to satisfy constraint: \
                 Member must have length greater than or equal to 1",
            ));
        }
        Ok(Version {
            number: 1,
            value: value.to_owned(),
            key_id: secret_key(request, &kind),
            kind,
            description: text("Description"),
            allowed_pattern: text("AllowedPattern"),
            tier: text("Tier").unwrap_or_else(|| "Standard".to_owned()),
            data_type: text("DataType").unwrap_or_else(|| "text".to_owned()),
            modified: self.host.now_millis(),
            modified_by: request.caller.to_owned(),
            labels: Vec::new(),
        })
    }

    pub(super) fn label(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("Name")?;
        let labels: Vec<String> = request
            .texts("Labels")
            .into_iter()
            .map(str::to_owned)
            .collect();
        let number = request
            .integer("ParameterVersion")
            .and_then(|n| u64::try_from(n).ok());
        self.with(request, |all| {
            let name = find(all, name)?.0.clone();
            let Some(parameter) = all.get_mut(&name) else {
                return Err(errors::not_found(&name));
            };
            let number = number
                .or_else(|| parameter.latest().map(|v| v.number))
                .unwrap_or(1);
            if parameter.versions.iter().all(|v| v.number != number) {
                return Err(errors::version_not_found(&name, &number.to_string()));
            }
            for version in &mut parameter.versions {
                version.labels.retain(|label| !labels.contains(label));
                if version.number == number {
                    version.labels.extend(labels.iter().cloned());
                }
            }
            Ok(output(
                json!({ "InvalidLabels": [], "ParameterVersion": number }),
            ))
        })
    }

    pub(super) fn delete(&self, request: &Request<'_>) -> Outcome {
        let text = request.required("Name")?;
        self.with(request, |all| {
            let name = find(all, text)?.0.clone();
            all.remove(&name);
            Ok(Map::new())
        })
    }

    pub(super) fn delete_several(&self, request: &Request<'_>) -> Map<String, Value> {
        let mut deleted = Vec::new();
        let mut invalid = Vec::new();
        self.with(request, |all| {
            for text in request.texts("Names") {
                match find(all, text).map(|(name, _)| name.clone()) {
                    Ok(name) => {
                        all.remove(&name);
                        deleted.push(text);
                    }
                    Err(_) => invalid.push(text),
                }
            }
        });
        output(json!({ "DeletedParameters": deleted, "InvalidParameters": invalid }))
    }
}

/// The key of a secret; the account's own `alias/aws/ssm` where none is named.
/// Source: API reference, PutParameter, `KeyId`.
fn secret_key(request: &Request<'_>, kind: &str) -> Option<String> {
    let named = request.text("KeyId").unwrap_or("alias/aws/ssm");
    (kind == "SecureString").then(|| named.to_owned())
}

fn overwrite(request: &Request<'_>, parameter: &mut Parameter, version: Version) -> Outcome {
    if !request.flag("Overwrite") {
        return Err(errors::exists());
    }
    let Some(last) = parameter.latest() else {
        return Err(errors::exists());
    };
    let mut version = version;
    version.number = last.number + 1;
    // The type may be left out when a parameter is overwritten.
    if version.kind.is_empty() {
        version.kind.clone_from(&last.kind);
        version.key_id = secret_key(request, &version.kind);
    }
    version.description = version.description.or_else(|| last.description.clone());
    let answer: Value = json!({ "Version": version.number, "Tier": version.tier });
    parameter.versions.push(version);
    // A parameter keeps its last hundred versions. Source: user guide, parameter versions.
    if parameter.versions.len() > 100 {
        parameter.versions.remove(0);
    }
    Ok(output(answer))
}
