//! From the text that names a key to the key.
//!
//! Source: API reference, Encrypt, `KeyId`: an id, a key ARN, an alias, an alias ARN.

use std::collections::BTreeMap;

use rolecall_protocol::ServiceError;

use super::{aliases::Alias, errors, key::Key, service::Kms};
use crate::embedded::request::Request;

/// The keys by id and the aliases by name, of one account in one region.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    pub(super) keys: BTreeMap<String, Key>,
    pub(super) aliases: BTreeMap<String, Alias>,
}

impl Keys {
    /// Lets go of the keys whose waiting period is over, with their aliases.
    pub(super) fn expire(&mut self, now: u64) {
        let gone = |key: &Key| key.deletion.is_some_and(|(at, _)| at <= now);
        if self.keys.values().any(gone) {
            self.keys.retain(|_, key| !gone(key));
            let keys = &self.keys;
            self.aliases.retain(|_, alias| match &alias.target {
                Some(target) => keys.contains_key(target),
                None => true,
            });
        }
    }

    /// The key behind an alias.
    pub(crate) fn behind(&self, alias: &str) -> Option<&Key> {
        self.keys.get(self.aliases.get(alias)?.target.as_ref()?)
    }

    /// A key by its id.
    pub(crate) fn key(&self, id: &str) -> Option<&Key> {
        self.keys.get(id)
    }
}

/// Where a key is, and what names it there: an id, or `alias/...`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    pub(super) partition: &'a str,
    pub(super) name: &'a str,
}

impl<'a> Place<'a> {
    pub(super) fn of(request: &Request<'a>, text: &'a str) -> Result<Self, ServiceError> {
        let Some(arn) = text.strip_prefix("arn:") else {
            return Ok(Self {
                account: request.owner,
                region: request.region,
                partition: request.partition,
                name: text,
            });
        };
        let parts: Vec<&str> = arn.splitn(5, ':').collect();
        let [partition, "kms", region, account, resource] = *parts.as_slice() else {
            return Err(errors::invalid_key_id(text));
        };
        if region != request.region {
            return Err(errors::elsewhere(region));
        }
        Ok(Self {
            account,
            region,
            partition,
            name: resource.strip_prefix("key/").unwrap_or(resource),
        })
    }

    fn arn(&self, resource: &str) -> String {
        let Self {
            account,
            region,
            partition,
            ..
        } = self;
        format!("arn:{partition}:kms:{region}:{account}:{resource}")
    }

    /// The error for a key that is not there.
    fn missing(&self) -> ServiceError {
        if self.name.starts_with("alias/") {
            return errors::no_alias(&self.arn(self.name));
        }
        let is_id = self.name.len() == 36
            && self
                .name
                .bytes()
                .all(|b| b.is_ascii_hexdigit() || b == b'-')
            || self.name.starts_with("mrk-");
        if is_id {
            errors::no_key(&self.arn(&format!("key/{}", self.name)))
        } else {
            errors::invalid_key_id(self.name)
        }
    }
}

impl Kms {
    /// Works on the key that a text names.
    pub(super) fn with_named<R>(
        &self,
        request: &Request<'_>,
        text: &str,
        work: impl FnOnce(&mut Key) -> Result<R, ServiceError>,
    ) -> Result<R, ServiceError> {
        let place = Place::of(request, text)?;
        let now = self.host.now_millis();
        self.keys.with(place.account, place.region, |all| {
            all.expire(now);
            if let Some(service) = place.name.strip_prefix("alias/aws/") {
                self.key_of_aws(all, place, service);
            }
            let id = match all.aliases.get(place.name) {
                Some(alias) => alias.target.clone(),
                None => Some(place.name.to_owned()),
            };
            let key = id.and_then(|id| all.keys.get_mut(&id));
            key.ok_or_else(|| place.missing()).and_then(work)
        })
    }

    /// Works on the key that `KeyId` names.
    pub(super) fn with_key<R>(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut Key) -> Result<R, ServiceError>,
    ) -> Result<R, ServiceError> {
        self.with_named(request, request.required("KeyId")?, work)
    }

    /// A copy of the key that a text names, for work that takes longer than a lock should be held.
    /// The secrets are shared.
    pub(super) fn key_named(&self, request: &Request<'_>, text: &str) -> Result<Key, ServiceError> {
        self.with_named(request, text, |key| Ok(key.clone()))
    }

    /// Works on the key that `KeyId` names by its id or ARN; an alias will not do.
    /// Source: API reference, the operations that manage keys.
    pub(super) fn with_key_itself<R>(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut Key) -> Result<R, ServiceError>,
    ) -> Result<R, ServiceError> {
        let text = request.required("KeyId")?;
        if Place::of(request, text)?.name.starts_with("alias/") {
            return Err(errors::invalid_key_id(text));
        }
        self.with_named(request, text, work)
    }
}
