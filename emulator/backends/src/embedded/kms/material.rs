//! The secret behind a key.

use std::sync::OnceLock;

use rolecall_protocol::ServiceError;

use super::{asymmetric::Pair, chance::Chance, errors, spec::Spec};

/// One version of a key's secret.
#[derive(Debug)]
pub(crate) struct Material {
    /// 64 hexadecimal digits. Source: API reference, Decrypt, `KeyMaterialId`.
    pub(super) id: String,
    spec: Spec,
    /// Of a symmetric key or of one for MACs.
    secret: Vec<u8>,
    /// Made when it is first asked for: RSA takes its time, and many a key is never used.
    pair: OnceLock<Option<Pair>>,
}

impl Material {
    pub(super) fn new(spec: Spec, chance: &Chance<'_>) -> Self {
        let length = match spec {
            Spec::Symmetric => 32,
            // As long as the hash. Source: developer guide, "HMAC keys in AWS KMS".
            Spec::Hmac(hash) => hash.length(),
            Spec::Rsa(_) | Spec::Curve(_) => 0,
        };
        Self {
            id: hex::encode(chance.bytes(32)),
            spec,
            secret: chance.bytes(length),
            pair: OnceLock::new(),
        }
    }

    pub(super) fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// The private key of an asymmetric one.
    pub(super) fn pair(&self, mut chance: Chance<'_>) -> Result<&Pair, ServiceError> {
        let made = self
            .pair
            .get_or_init(|| Pair::generate(self.spec, &mut chance));
        made.as_ref()
            .ok_or_else(|| errors::internal("making the key pair"))
    }
}
