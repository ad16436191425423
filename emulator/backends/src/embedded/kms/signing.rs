//! Sign, Verify, GetPublicKey and DeriveSharedSecret.

use base64::{Engine, prelude::BASE64_STANDARD};
use rolecall_protocol::ServiceError;
use serde_json::json;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::{
    encrypting::{blob, check_length, not_dry},
    errors,
    key::Key,
    service::Kms,
    spec::{Hash, Spec, Usage},
};
use crate::embedded::request::{Outcome, Request, output};

impl Kms {
    pub(super) fn sign(&self, request: &Request<'_>) -> Outcome {
        let (key, algorithm, digest) = self.to_be_signed(request)?;
        not_dry(request)?;
        let pair = key.current()?.pair(self.chance())?;
        let signature = pair
            .sign(algorithm, &digest, &mut self.chance())
            .ok_or_else(|| errors::internal("signing"))?;
        Ok(output(json!({
            "KeyId": key.arn,
            "Signature": BASE64_STANDARD.encode(signature),
            "SigningAlgorithm": algorithm,
        })))
    }

    pub(super) fn verify(&self, request: &Request<'_>) -> Outcome {
        let (key, algorithm, digest) = self.to_be_signed(request)?;
        let signature = blob(request, "Signature")?;
        check_length(&signature, "signature", 6144)?;
        not_dry(request)?;
        let pair = key.current()?.pair(self.chance())?;
        if !pair.verify(algorithm, &digest, &signature) {
            return Err(errors::signature());
        }
        Ok(output(json!({
            "KeyId": key.arn, "SignatureValid": true, "SigningAlgorithm": algorithm,
        })))
    }

    /// The key, the algorithm and the digest.
    fn to_be_signed<'r>(
        &self,
        request: &Request<'r>,
    ) -> Result<(Key, &'r str, Vec<u8>), ServiceError> {
        let message = blob(request, "Message")?;
        // Source: API reference, Sign, `Message`.
        check_length(&message, "message", 4096)?;
        let algorithm = request.required("SigningAlgorithm")?;
        let key = self.key_named(request, request.required("KeyId")?)?;
        key.is_for(Usage::SignVerify, request.operation)?;
        key.has_algorithm(algorithm)?;
        let hash = Hash::of_algorithm(algorithm).ok_or_else(|| errors::internal("hashing"))?;
        let digest = match request.text("MessageType").unwrap_or("RAW") {
            "DIGEST" if message.len() == hash.length() => message,
            "DIGEST" => {
                return Err(errors::validation(format!(
                    "Digest is invalid length for algorithm {algorithm}."
                )));
            }
            "RAW" => digest(hash, &message),
            other => {
                return Err(errors::constraint(
                    other,
                    "messageType",
                    "Member must satisfy enum value set: [RAW, DIGEST]",
                ));
            }
        };
        Ok((key, algorithm, digest))
    }

    pub(super) fn public_key(&self, request: &Request<'_>) -> Outcome {
        let key = self.key_named(request, request.required("KeyId")?)?;
        key.usable()?;
        if matches!(key.spec, Spec::Symmetric | Spec::Hmac(_)) {
            let message = format!("{} is not an asymmetric key.", key.arn);
            return Err(errors::unsupported(message));
        }
        not_dry(request)?;
        let der = key.current()?.pair(self.chance())?.public_der();
        let der = der.ok_or_else(|| errors::internal("writing the public key"))?;
        let (member, algorithms) = key.spec.algorithms(key.usage);
        let mut answer = output(json!({
            "KeyId": key.arn,
            "PublicKey": BASE64_STANDARD.encode(der),
            "CustomerMasterKeySpec": key.spec.name(),
            "KeySpec": key.spec.name(),
            "KeyUsage": key.usage.name(),
        }));
        answer.insert(member.to_owned(), json!(algorithms));
        Ok(answer)
    }

    pub(super) fn shared_secret(&self, request: &Request<'_>) -> Outcome {
        let algorithm = request.required("KeyAgreementAlgorithm")?;
        let public = blob(request, "PublicKey")?;
        let key = self.key_named(request, request.required("KeyId")?)?;
        key.is_for(Usage::KeyAgreement, request.operation)?;
        key.has_algorithm(algorithm)?;
        not_dry(request)?;
        let secret = key.current()?.pair(self.chance())?.agree(&public);
        // Assumed: the text.
        let secret = secret.ok_or_else(|| {
            errors::validation("The public key is not valid for the curve of the key.")
        })?;
        Ok(output(json!({
            "KeyId": key.arn,
            "SharedSecret": BASE64_STANDARD.encode(secret),
            "KeyAgreementAlgorithm": algorithm,
            "KeyOrigin": "AWS_KMS",
        })))
    }
}

fn digest(hash: Hash, message: &[u8]) -> Vec<u8> {
    match hash {
        Hash::Sha384 => Sha384::digest(message).to_vec(),
        Hash::Sha512 => Sha512::digest(message).to_vec(),
        Hash::Sha224 | Hash::Sha256 => Sha256::digest(message).to_vec(),
    }
}
