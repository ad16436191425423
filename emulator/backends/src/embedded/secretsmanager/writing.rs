//! CreateSecret, PutSecretValue, UpdateSecret, UpdateSecretVersionStage, DeleteSecret, RestoreSecret.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{
    errors,
    secret::{CURRENT, Secret, Version},
    service::{SecretsManager, find},
};
use crate::embedded::{
    ids::uuid,
    request::{Outcome, Request, output, timestamp},
    tags,
};

const DAY: u64 = 24 * 60 * 60 * 1000;

impl SecretsManager {
    pub(super) fn create(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("Name")?;
        let mut secret = self.new_secret(request, name);
        let version = self.add_version(&mut secret, request, &[CURRENT.to_owned()])?;
        let answer = json!({ "ARN": secret.arn, "Name": name, "VersionId": version });
        self.with(request, |all| match all.get(name) {
            Some(existing) if existing.deleted.is_some() => Err(errors::scheduled_for_deletion()),
            Some(_) => Err(errors::exists(name)),
            None => {
                all.insert(name.to_owned(), secret);
                Ok(output(answer))
            }
        })
    }

    fn new_secret(&self, request: &Request<'_>, name: &str) -> Secret {
        let now = self.host.now_millis();
        let made = format!("secret, {}, {}, {name}", request.owner, request.region);
        let suffix = suffix(self.host.repeatable(&made));
        Secret {
            arn: request.arn("secretsmanager", &format!("secret:{name}-{suffix}")),
            name: name.to_owned(),
            description: request.text("Description").map(str::to_owned),
            key_id: request.text("KmsKeyId").map(str::to_owned),
            created: now,
            changed: now,
            accessed: None,
            deleted: None,
            tags: tags::from_pairs(request.list("Tags")),
            policy: None,
            versions: BTreeMap::new(),
        }
    }

    pub(super) fn put_value(&self, request: &Request<'_>) -> Outcome {
        let mut stages: Vec<String> = request
            .texts("VersionStages")
            .into_iter()
            .map(str::to_owned)
            .collect();
        if stages.is_empty() {
            stages.push(CURRENT.to_owned());
        }
        self.with_live_secret(request, |secret| {
            let id = self.add_version(secret, request, &stages)?.ok_or_else(|| {
                errors::invalid("You must provide either SecretString or SecretBinary.")
            })?;
            let stages = secret
                .versions
                .get(&id)
                .map(|version| version.stages.clone());
            Ok(output(json!({
                "ARN": secret.arn, "Name": secret.name, "VersionId": id, "VersionStages": stages,
            })))
        })
    }

    pub(super) fn update(&self, request: &Request<'_>) -> Outcome {
        self.with_live_secret(request, |secret| {
            if let Some(description) = request.text("Description") {
                secret.description = Some(description.to_owned());
            }
            if let Some(key) = request.text("KmsKeyId") {
                secret.key_id = Some(key.to_owned());
            }
            secret.changed = self.host.now_millis();
            let id = self.add_version(secret, request, &[CURRENT.to_owned()])?;
            Ok(output(
                json!({ "ARN": secret.arn, "Name": secret.name, "VersionId": id }),
            ))
        })
    }

    /// Adds what the request carries as a version; its id, or none if it carries nothing.
    fn add_version(
        &self,
        secret: &mut Secret,
        request: &Request<'_>,
        stages: &[String],
    ) -> Result<Option<String>, ServiceError> {
        let text = request.text("SecretString").map(str::to_owned);
        let binary = request.text("SecretBinary").map(str::to_owned);
        if text.is_none() && binary.is_none() {
            return Ok(None);
        }
        let now = self.host.now_millis();
        let token = request.text("ClientRequestToken").map(str::to_owned);
        let id = token.unwrap_or_else(|| uuid(self.host.random()));
        if let Some(existing) = secret.versions.get(&id) {
            // The same content under the same token is a retry; other content is an error.
            // Source: API reference, PutSecretValue, `ClientRequestToken`.
            return if existing.text == text && existing.binary == binary {
                Ok(Some(id))
            } else {
                Err(errors::version_exists(&id))
            };
        }
        let version = Version {
            text,
            binary,
            created: now,
            stages: BTreeSet::new(),
        };
        secret.versions.insert(id.clone(), version);
        // The first version is the current one whatever stages were asked for.
        let first = secret.versions.len() == 1;
        for stage in stages
            .iter()
            .map(String::as_str)
            .chain(first.then_some(CURRENT))
        {
            secret.stage(stage, &id);
        }
        secret.changed = now;
        Ok(Some(id))
    }

    pub(super) fn move_stage(&self, request: &Request<'_>) -> Outcome {
        let stage = request.required("VersionStage")?;
        self.with_live_secret(request, |secret| {
            match (
                request.text("MoveToVersionId"),
                request.text("RemoveFromVersionId"),
            ) {
                (Some(to), _) if !secret.versions.contains_key(to) => {
                    return Err(errors::no_value("VersionId", to));
                }
                (Some(to), _) => secret.stage(stage, to),
                (None, Some(from)) => {
                    if let Some(version) = secret.versions.get_mut(from) {
                        version.stages.remove(stage);
                    }
                }
                (None, None) => {}
            }
            Ok(output(json!({ "ARN": secret.arn, "Name": secret.name })))
        })
    }

    pub(super) fn delete(&self, request: &Request<'_>) -> Outcome {
        let id = request.required("SecretId")?;
        let now = self.host.now_millis();
        let force = request.flag("ForceDeleteWithoutRecovery");
        let days = request
            .integer("RecoveryWindowInDays")
            .and_then(|n| u64::try_from(n).ok());
        if force && days.is_some() {
            return Err(errors::invalid(
                "You can't use ForceDeleteWithoutRecovery in conjunction with \
                 RecoveryWindowInDays.",
            ));
        }
        let gone = now + if force { 0 } else { days.unwrap_or(30) * DAY };
        self.with(request, |all| {
            let secret = find(all, id)?;
            if secret.deleted.is_some() {
                return Err(errors::marked_for_deletion());
            }
            secret.deleted = Some((now, gone));
            let name = secret.name.clone();
            let answer = json!({
                "ARN": secret.arn, "Name": name, "DeletionDate": timestamp(gone),
            });
            if force {
                all.remove(&name);
            }
            Ok(output(answer))
        })
    }

    pub(super) fn restore(&self, request: &Request<'_>) -> Outcome {
        self.with_secret(request, |secret| {
            secret.deleted = None;
            Ok(identity(secret))
        })
    }
}

/// The two members that name a secret.
pub(super) fn identity(secret: &Secret) -> Map<String, Value> {
    output(json!({ "ARN": secret.arn, "Name": secret.name }))
}

/// Six letters and digits. Source: user guide, the ARN of a secret.
fn suffix(random: u128) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let digits = (0..6).scan(random, |rest, _| {
        let digit = usize::try_from(*rest % 62).unwrap_or_default();
        *rest /= 62;
        Some(LETTERS.get(digit).map_or('A', |letter| char::from(*letter)))
    });
    digits.collect()
}
