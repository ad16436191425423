//! The signing keys of the last callers.

use std::sync::{PoisonError, RwLock};

use crate::claim::{Algorithm, SignedClaim};
use crate::error::AuthenticationError;
use crate::scope::CredentialScope;
use crate::secret::SecretAccessKey;
use crate::signing_key::SigningKey;

/// How many keys are kept unless said otherwise: more than a test run has sessions at one time.
const CAPACITY: usize = 128;

/// Keeps signing keys by access key, day, region and service, a bounded number of them.
///
/// An entry is good for the secret that it was derived from only, so a secret that changes needs no
/// invalidation.
#[derive(Debug)]
pub struct SigningKeyCache {
    capacity: usize,
    entries: RwLock<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    list: Vec<Entry>,
    /// The entry to be overwritten next.
    oldest: usize,
}

#[derive(Debug)]
struct Entry {
    algorithm: Algorithm,
    access_key_id: String,
    scope: Option<CredentialScope>,
    secret: SecretAccessKey,
    key: SigningKey,
}

impl Entry {
    fn is_for(&self, claim: &SignedClaim, secret: &SecretAccessKey) -> bool {
        self.access_key_id == claim.access_key_id
            && self.algorithm == claim.algorithm
            // One SigV4a key serves every scope.
            && (self.algorithm == Algorithm::V4a || self.scope == claim.scope)
            && self.secret == *secret
    }
}

impl Default for SigningKeyCache {
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl SigningKeyCache {
    /// Makes a cache of the usual size.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a cache for so many keys.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            entries: RwLock::default(),
        }
    }

    /// Returns the key of a claim, derived at its first use.
    pub fn key(
        &self,
        claim: &SignedClaim,
        secret: &SecretAccessKey,
    ) -> Result<SigningKey, AuthenticationError> {
        if claim.algorithm == Algorithm::V2Query {
            return SigningKey::derive(claim, secret);
        }
        if let Some(key) = self.find(claim, secret) {
            return Ok(key);
        }
        let key = SigningKey::derive(claim, secret)?;
        self.insert(claim, secret, key.clone());
        Ok(key)
    }

    fn find(&self, claim: &SignedClaim, secret: &SecretAccessKey) -> Option<SigningKey> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let entry = entries
            .list
            .iter()
            .find(|entry| entry.is_for(claim, secret))?;
        Some(entry.key.clone())
    }

    fn insert(&self, claim: &SignedClaim, secret: &SecretAccessKey, key: SigningKey) {
        let entry = Entry {
            algorithm: claim.algorithm,
            access_key_id: claim.access_key_id.clone(),
            scope: claim.scope.clone(),
            secret: secret.clone(),
            key,
        };
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if entries.list.len() < self.capacity {
            entries.list.push(entry);
            return;
        }
        let at = entries.oldest;
        entries.oldest = (at + 1) % self.capacity;
        if let Some(slot) = entries.list.get_mut(at) {
            *slot = entry;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::Place;
    use crate::payload::PayloadForm;

    fn claim(algorithm: Algorithm, credential: &str) -> SignedClaim {
        SignedClaim::begin(
            (algorithm, Place::Header),
            credential,
            "host",
            "",
            PayloadForm::Unsigned,
        )
    }

    /// Tells keys apart by what they sign; `SigV4` only.
    fn signs_the_same(one: &SigningKey, other: &SigningKey) -> bool {
        one.hmac_for_tests(b"text") == other.hmac_for_tests(b"text")
    }

    #[test]
    fn each_key_is_for_one_scope_and_secret() {
        let cache = SigningKeyCache::with_capacity(8);
        let credentials = [
            "A/20260102/us-east-1/s3/aws4_request",
            "A/20260103/us-east-1/s3/aws4_request",
            "A/20260102/us-west-1/s3/aws4_request",
            "A/20260102/us-east-1/sts/aws4_request",
        ];
        for _ in 0..2 {
            for credential in credentials {
                for secret in ["one", "two"] {
                    let claim = claim(Algorithm::V4, credential);
                    let secret = SecretAccessKey::new(secret);
                    let kept = cache.key(&claim, &secret).unwrap();
                    let derived = SigningKey::derive(&claim, &secret).unwrap();
                    assert!(signs_the_same(&kept, &derived), "{credential}");
                }
            }
        }
        assert_eq!(cache.entries.read().unwrap().list.len(), 8);
    }

    #[test]
    fn one_v4a_key_is_for_every_scope_but_not_for_v4() {
        let cache = SigningKeyCache::new();
        let secret = SecretAccessKey::new("secret");
        for (algorithm, credential) in [
            (Algorithm::V4a, "A/20260102/s3/aws4_request"),
            (Algorithm::V4a, "A/20260103/sts/aws4_request"),
            (Algorithm::V4, "A/20260102/us-east-1/s3/aws4_request"),
        ] {
            let key = cache.key(&claim(algorithm, credential), &secret).unwrap();
            assert_eq!(
                key.hmac_for_tests(b"").is_some(),
                algorithm == Algorithm::V4
            );
        }
        assert_eq!(cache.entries.read().unwrap().list.len(), 2);
    }

    #[test]
    fn the_oldest_key_makes_room() {
        let cache = SigningKeyCache::with_capacity(2);
        let secret = SecretAccessKey::new("secret");
        let claim = |key: &str| claim(Algorithm::V4, &format!("{key}/20260102/r/s/t"));
        for key in ["A", "B", "C", "D"] {
            cache.key(&claim(key), &secret).unwrap();
        }
        let kept = ["A", "B", "C", "D"].map(|key| cache.find(&claim(key), &secret).is_some());
        assert_eq!(kept, [false, false, true, true]);
    }
}
