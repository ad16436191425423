//! GenerateDataKey and its kin, GenerateRandom.

use base64::{Engine, prelude::BASE64_STANDARD};
use rolecall_protocol::ServiceError;
use serde_json::json;

use super::{
    asymmetric::Pair,
    encrypting::{SYMMETRIC, not_dry},
    errors,
    key::Key,
    service::Kms,
    spec::{Spec, Usage},
};
use crate::embedded::{
    request::{Outcome, Request, output},
    tags,
};

impl Kms {
    pub(super) fn data_key(&self, request: &Request<'_>, show: bool) -> Outcome {
        let length = length(request)?;
        let key = self.wrapping_key(request)?;
        let plaintext = self.chance().bytes(length);
        let context = tags::from_map(request.map("EncryptionContext"));
        let sealed = self.seal_symmetric(&key, &context, &plaintext)?;
        not_dry(request)?;
        Ok(output(json!({
            "CiphertextBlob": BASE64_STANDARD.encode(sealed),
            "Plaintext": show.then(|| BASE64_STANDARD.encode(&plaintext)),
            "KeyId": key.arn,
            "KeyMaterialId": key.material_id(),
        })))
    }

    pub(super) fn data_key_pair(&self, request: &Request<'_>, show: bool) -> Outcome {
        let named = request.required("KeyPairSpec")?;
        let spec = Spec::parse(named).filter(|spec| matches!(spec, Spec::Rsa(_) | Spec::Curve(_)));
        let spec = spec.ok_or_else(|| {
            errors::unsupported(format!("Rolecall has no key pairs of spec {named}."))
        })?;
        let key = self.wrapping_key(request)?;
        not_dry(request)?;
        let pair = Pair::generate(spec, &mut self.chance());
        let ders = pair.and_then(|pair| Some((pair.private_der()?, pair.public_der()?)));
        let (private, public) = ders.ok_or_else(|| errors::internal("making the key pair"))?;
        let context = tags::from_map(request.map("EncryptionContext"));
        let sealed = self.seal_symmetric(&key, &context, &private)?;
        Ok(output(json!({
            "PrivateKeyCiphertextBlob": BASE64_STANDARD.encode(sealed),
            "PrivateKeyPlaintext": show.then(|| BASE64_STANDARD.encode(&private)),
            "PublicKey": BASE64_STANDARD.encode(public),
            "KeyId": key.arn,
            "KeyPairSpec": named,
            "KeyMaterialId": key.material_id(),
        })))
    }

    /// Source: API reference, GenerateRandom: 1 to 1024 bytes.
    pub(super) fn random(&self, request: &Request<'_>) -> Outcome {
        let length = match request.integer("NumberOfBytes") {
            Some(bytes) => number_of_bytes(bytes)?,
            None => return Err(errors::validation("NumberOfBytes is required.")),
        };
        Ok(output(json!({
            "Plaintext": BASE64_STANDARD.encode(self.chance().bytes(length)),
        })))
    }

    /// The symmetric key that seals what is made.
    fn wrapping_key(&self, request: &Request<'_>) -> Result<Key, ServiceError> {
        let key = self.key_named(request, request.required("KeyId")?)?;
        key.is_for(Usage::EncryptDecrypt, request.operation)?;
        if key.spec != Spec::Symmetric {
            return Err(errors::algorithm(SYMMETRIC, key.spec.name()));
        }
        Ok(key)
    }
}

/// Source: API reference, GenerateDataKey: `KeySpec` or `NumberOfBytes`, not both.
fn length(request: &Request<'_>) -> Result<usize, ServiceError> {
    match (request.text("KeySpec"), request.integer("NumberOfBytes")) {
        (Some("AES_256"), None) => Ok(32),
        (Some("AES_128"), None) => Ok(16),
        (Some(other), None) => Err(errors::constraint(
            other,
            "keySpec",
            "Member must satisfy enum value set: [AES_256, AES_128]",
        )),
        (None, Some(bytes)) => number_of_bytes(bytes),
        _ => Err(errors::validation(
            "Please specify either number of bytes or key spec.",
        )),
    }
}

fn number_of_bytes(bytes: i64) -> Result<usize, ServiceError> {
    if let Ok(length @ 1..=1024) = usize::try_from(bytes) {
        Ok(length)
    } else {
        let bound = if bytes < 1 {
            "greater than or equal to 1"
        } else {
            "less than or equal to 1024"
        };
        let constraint = format!("Member must have value {bound}");
        Err(errors::constraint(
            &bytes.to_string(),
            "numberOfBytes",
            &constraint,
        ))
    }
}
