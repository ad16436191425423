//! Names for keys.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{errors, listing::listed, named::Place, service::Kms};
use crate::embedded::request::{Outcome, Request, output, timestamp};

/// An alias.
#[derive(Clone, Debug)]
pub(super) struct Alias {
    /// The id of its key.
    pub(super) target: Option<String>,
    pub(super) created: u64,
    pub(super) updated: u64,
}

impl Kms {
    pub(super) fn create_alias(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("AliasName")?;
        check_name(name)?;
        let target = self.target(request)?;
        let now = self.host.now_millis();
        self.keys.with(request.owner, request.region, |all| {
            if all.aliases.contains_key(name) {
                return Err(errors::exists(&request.arn("kms", name)));
            }
            let alias = Alias {
                target: Some(target),
                created: now,
                updated: now,
            };
            all.aliases.insert(name.to_owned(), alias);
            Ok(Map::new())
        })
    }

    /// The new key has to be of the old one's kind and use. Source: API reference, UpdateAlias.
    pub(super) fn update_alias(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("AliasName")?;
        check_name(name)?;
        let target = self.target(request)?;
        let now = self.host.now_millis();
        self.keys.with(request.owner, request.region, |all| {
            let kind = |id: &String| all.keys.get(id).map(|key| (key.spec, key.usage));
            let Some(alias) = all.aliases.get(name) else {
                return Err(errors::no_alias(&request.arn("kms", name)));
            };
            let before = alias.target.as_ref().and_then(kind);
            let after = kind(&target);
            let fits = match (before, after) {
                (Some((old, old_usage)), Some((new, new_usage))) => {
                    let symmetric = |spec| matches!(spec, super::spec::Spec::Symmetric);
                    old_usage == new_usage && symmetric(old) == symmetric(new)
                }
                _ => true,
            };
            if !fits {
                return Err(errors::validation(format!(
                    "Alias {} cannot be moved to a key of another type or usage",
                    request.arn("kms", name)
                )));
            }
            if let Some(alias) = all.aliases.get_mut(name) {
                alias.target = Some(target);
                alias.updated = now;
            }
            Ok(Map::new())
        })
    }

    pub(super) fn delete_alias(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("AliasName")?;
        check_name(name)?;
        self.keys.with(request.owner, request.region, |all| {
            match all.aliases.remove(name) {
                Some(_) => Ok(Map::new()),
                None => Err(errors::no_alias(&request.arn("kms", name))),
            }
        })
    }

    pub(super) fn list_aliases(&self, request: &Request<'_>) -> Outcome {
        let of_key = match request.text("KeyId") {
            Some(key) => Some(self.with_named(request, key, |key| Ok(key.id.clone()))?),
            None => None,
        };
        let now = self.host.now_millis();
        let aliases = self.keys.with(request.owner, request.region, |all| {
            all.expire(now);
            let wanted = |alias: &Alias| of_key.is_none() || alias.target == of_key;
            let aliases = all.aliases.iter().filter(|(_, alias)| wanted(alias));
            aliases
                .map(|(name, alias)| (name.clone(), listing(request, name, alias)))
                .collect()
        });
        listed(request, "Aliases", aliases, 100, 50)
    }

    /// The id of the key that `TargetKeyId` names, by id or ARN.
    fn target(&self, request: &Request<'_>) -> Result<String, ServiceError> {
        let target = request.required("TargetKeyId")?;
        if Place::of(request, target)?.name.starts_with("alias/") {
            return Err(errors::validation(
                "Aliases must refer to keys. Not aliases",
            ));
        }
        self.with_named(request, target, |key| {
            key.not_pending_deletion()?;
            Ok(key.id.clone())
        })
    }
}

fn listing(request: &Request<'_>, name: &str, alias: &Alias) -> Value {
    output(json!({
        "AliasName": name,
        "AliasArn": request.arn("kms", name),
        "TargetKeyId": alias.target,
        "CreationDate": timestamp(alias.created),
        "LastUpdatedDate": timestamp(alias.updated),
    }))
    .into()
}

/// Source: API reference, CreateAlias, `AliasName`.
fn check_name(name: &str) -> Result<(), ServiceError> {
    let Some(own) = name.strip_prefix("alias/") else {
        return Err(errors::validation("Invalid identifier"));
    };
    if own.starts_with("aws/") {
        return Err(errors::not_authorized());
    }
    let letters = |b: u8| b.is_ascii_alphanumeric() || b":/_-".contains(&b);
    if own.is_empty() || name.len() > 256 || !own.bytes().all(letters) {
        let constraint = "Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$";
        return Err(errors::constraint(name, "aliasName", constraint));
    }
    Ok(())
}
