//! CreateKey, ReplicateKey, and the keys that AWS makes for its services.

use std::{collections::BTreeMap, sync::Arc};

use rolecall_protocol::ServiceError;
use serde_json::json;

use super::{
    aliases::Alias,
    errors,
    key::Key,
    material::Material,
    named::{Keys, Place},
    policies::{self, default_policy},
    rotating::Rotation,
    service::Kms,
    spec::{Spec, Usage},
    tagging,
};
use crate::embedded::{
    ids::uuid,
    request::{Outcome, Request, output},
};

impl Kms {
    pub(super) fn create(&self, request: &Request<'_>) -> Outcome {
        let spec = spec(request)?;
        let usage = usage(request, spec)?;
        if let Some(origin) = request.text("Origin").filter(|origin| *origin != "AWS_KMS") {
            // Ours: nothing is imported here, and there is no key store.
            return Err(errors::unsupported(format!(
                "Rolecall keeps no keys of origin {origin}."
            )));
        }
        let policy = match request.text("Policy") {
            Some(policy) => policies::check(policy)?,
            None => default_policy(request.partition, request.owner),
        };
        let made = format!(
            "kms key, {}, {}, {}",
            request.owner,
            request.region,
            json!(request.parameters)
        );
        let id = uuid(self.host.repeatable(&made));
        let multi_region = request.flag("MultiRegion");
        // Source: developer guide, "Multi-Region keys": `mrk-` and 32 hexadecimal digits.
        let id = if multi_region {
            format!("mrk-{}", id.replace('-', ""))
        } else {
            id
        };
        let arn = request.arn("kms", &format!("key/{id}"));
        let key = Key {
            description: description(request)?,
            policy,
            tags: tagging::read(request)?,
            primary_region: multi_region.then(|| request.region.to_owned()),
            ..self.new_key(id.clone(), arn, request.owner, spec, usage)
        };
        let metadata = key.metadata();
        self.keys.with(request.owner, request.region, |all| {
            all.keys.insert(id, key)
        });
        Ok(output(json!({ "KeyMetadata": metadata })))
    }

    fn new_key(&self, id: String, arn: String, account: &str, spec: Spec, usage: Usage) -> Key {
        Key {
            id,
            arn,
            account: account.to_owned(),
            spec,
            usage,
            description: String::new(),
            created: self.host.now_millis(),
            enabled: true,
            deletion: None,
            policy: String::new(),
            tags: BTreeMap::new(),
            rotation: Rotation::default(),
            materials: vec![Arc::new(Material::new(spec, &self.chance()))],
            grants: BTreeMap::new(),
            primary_region: None,
            replicas: Vec::new(),
            of_aws: false,
        }
    }

    /// Makes the key of a service of AWS, unless there is one. Services make theirs when they
    /// first need it. Source: developer guide, "AWS managed keys".
    pub(super) fn key_of_aws(&self, all: &mut Keys, place: Place<'_>, service: &str) {
        if all.aliases.contains_key(place.name) {
            return;
        }
        let Place {
            account,
            region,
            partition,
            name,
        } = place;
        let made = format!("kms key of AWS, {account}, {region}, {name}");
        let id = uuid(self.host.repeatable(&made));
        let arn = format!("arn:{partition}:kms:{region}:{account}:key/{id}");
        let key = Key {
            description: format!(
                "Default key that protects my {service} data when no other key is defined"
            ),
            policy: default_policy(partition, account),
            of_aws: true,
            ..self.new_key(
                id.clone(),
                arn,
                account,
                Spec::Symmetric,
                Usage::EncryptDecrypt,
            )
        };
        let alias = Alias {
            target: Some(id.clone()),
            created: key.created,
            updated: key.created,
        };
        all.keys.insert(id, key);
        all.aliases.insert(name.to_owned(), alias);
    }

    /// A replica has the primary key's id and secrets, and a policy and tags of its own.
    /// Source: API reference, ReplicateKey.
    pub(super) fn replicate(&self, request: &Request<'_>) -> Outcome {
        let region = request.required("ReplicaRegion")?;
        let policy = match request.text("Policy") {
            Some(policy) => policies::check(policy)?,
            None => default_policy(request.partition, request.owner),
        };
        let description = description(request)?;
        let tags = tagging::read(request)?;
        let now = self.host.now_millis();
        let replica = self.with_key_itself(request, |key| {
            key.usable()?;
            if key.primary_region.as_deref() != Some(key.region()) {
                return Err(errors::unsupported(format!(
                    "{} is not a multi-region primary key.",
                    key.arn
                )));
            }
            if region == key.region() || key.replicas.iter().any(|known| known == region) {
                let message = format!("{} already exists", key.arn_in(region));
                return Err(ServiceError::new("AlreadyExistsException", message));
            }
            key.replicas.push(region.to_owned());
            let arn = key.arn_in(region);
            Ok(Key {
                arn,
                description,
                policy,
                tags,
                created: now,
                grants: BTreeMap::new(),
                ..key.clone()
            })
        })?;
        let metadata = replica.metadata();
        let (text, tags) = (replica.policy.clone(), tagging::write(&replica.tags));
        let account = replica.account.clone();
        self.keys.with(&account, region, |all| {
            all.keys.insert(replica.id.clone(), replica);
        });
        Ok(output(json!({
            "ReplicaKeyMetadata": metadata, "ReplicaPolicy": text, "ReplicaTags": tags,
        })))
    }
}

fn spec(request: &Request<'_>) -> Result<Spec, ServiceError> {
    let named = request
        .text("KeySpec")
        .or_else(|| request.text("CustomerMasterKeySpec"));
    let Some(named) = named else {
        return Ok(Spec::Symmetric);
    };
    Spec::parse(named).ok_or_else(|| {
        // SM2, ML-DSA and Edwards curves are known to AWS and not to us.
        errors::unsupported(format!("Rolecall has no keys of spec {named}."))
    })
}

/// Source: API reference, CreateKey, `KeyUsage`: it may be left out for symmetric keys alone.
fn usage(request: &Request<'_>, spec: Spec) -> Result<Usage, ServiceError> {
    let default = matches!(spec, Spec::Symmetric).then_some(Usage::EncryptDecrypt);
    let usage = match request.text("KeyUsage") {
        Some(text) => Usage::parse(text),
        None => default,
    };
    let Some(usage) = usage else {
        return Err(errors::validation(
            "You must specify a KeyUsage value for all KMS keys except for symmetric encryption \
             keys.",
        ));
    };
    if spec.usages().contains(&usage) {
        return Ok(usage);
    }
    Err(errors::validation(format!(
        "KeyUsage {} is not compatible with KeySpec {}",
        usage.name(),
        spec.name()
    )))
}

/// Source: API reference, CreateKey, `Description`: 8192 characters at most.
pub(super) fn description(request: &Request<'_>) -> Result<String, ServiceError> {
    let text = request.text("Description").unwrap_or_default();
    if text.chars().count() > 8192 {
        let constraint = "Member must have length less than or equal to 8192";
        return Err(errors::constraint(text, "description", constraint));
    }
    Ok(text.to_owned())
}
