//! Encrypt, Decrypt and ReEncrypt.

use base64::{Engine, prelude::BASE64_STANDARD};
use rolecall_protocol::ServiceError;
use serde_json::{Value, json};

use super::{
    ciphertext::{Context, Heading},
    errors,
    key::Key,
    service::Kms,
    spec::{Spec, Usage},
};
use crate::embedded::{
    request::{Outcome, Request, output},
    tags,
};

/// The algorithm of symmetric keys.
pub(super) const SYMMETRIC: &str = "SYMMETRIC_DEFAULT";

/// What one half of the operations is about.
struct Asked<'a> {
    operation: &'a str,
    algorithm: &'a str,
    context: Context,
}

impl<'a> Asked<'a> {
    fn of(request: &Request<'a>, operation: &'a str, algorithm: &str, context: &str) -> Self {
        Self {
            operation,
            algorithm: request.text(algorithm).unwrap_or(SYMMETRIC),
            context: tags::from_map(request.map(context)),
        }
    }
}

impl Kms {
    pub(super) fn encrypt(&self, request: &Request<'_>) -> Outcome {
        let plaintext = blob(request, "Plaintext")?;
        // Source: API reference, Encrypt, `Plaintext`.
        check_length(&plaintext, "plaintext", 4096)?;
        let key = self.key_named(request, request.required("KeyId")?)?;
        let asked = Asked::of(
            request,
            "Encrypt",
            "EncryptionAlgorithm",
            "EncryptionContext",
        );
        let sealed = self.seal(&key, &asked, &plaintext)?;
        not_dry(request)?;
        Ok(output(json!({
            "CiphertextBlob": BASE64_STANDARD.encode(sealed),
            "KeyId": key.arn,
            "EncryptionAlgorithm": asked.algorithm,
        })))
    }

    pub(super) fn decrypt(&self, request: &Request<'_>) -> Outcome {
        let asked = Asked::of(
            request,
            "Decrypt",
            "EncryptionAlgorithm",
            "EncryptionContext",
        );
        let (key, plaintext, material) = self.open(request, "KeyId", &asked)?;
        not_dry(request)?;
        Ok(output(json!({
            "KeyId": key.arn,
            "Plaintext": BASE64_STANDARD.encode(plaintext),
            "EncryptionAlgorithm": asked.algorithm,
            "KeyMaterialId": material,
        })))
    }

    pub(super) fn re_encrypt(&self, request: &Request<'_>) -> Outcome {
        let from = Asked::of(
            request,
            "ReEncryptFrom",
            "SourceEncryptionAlgorithm",
            "SourceEncryptionContext",
        );
        let to = Asked::of(
            request,
            "ReEncryptTo",
            "DestinationEncryptionAlgorithm",
            "DestinationEncryptionContext",
        );
        let target = self.key_named(request, request.required("DestinationKeyId")?)?;
        let (source, plaintext, material) = self.open(request, "SourceKeyId", &from)?;
        let sealed = self.seal(&target, &to, &plaintext)?;
        not_dry(request)?;
        Ok(output(json!({
            "CiphertextBlob": BASE64_STANDARD.encode(sealed),
            "SourceKeyId": source.arn,
            "KeyId": target.arn,
            "SourceEncryptionAlgorithm": from.algorithm,
            "DestinationEncryptionAlgorithm": to.algorithm,
            "SourceKeyMaterialId": material,
            "DestinationKeyMaterialId": target.material_id(),
        })))
    }

    /// Encrypts under a key's current secret.
    fn seal(
        &self,
        key: &Key,
        asked: &Asked<'_>,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, ServiceError> {
        key.is_for(Usage::EncryptDecrypt, asked.operation)?;
        key.has_algorithm(asked.algorithm)?;
        if key.spec == Spec::Symmetric {
            return self.seal_symmetric(key, &asked.context, plaintext);
        }
        no_context(&asked.context)?;
        check_length(plaintext, "plaintext", oaep_most(key.spec, asked.algorithm))?;
        let material = key.current()?;
        let pair = material.pair(self.chance())?;
        pair.encrypt(asked.algorithm, plaintext, &mut self.chance())
            .ok_or_else(|| errors::internal("encrypting"))
    }

    /// Encrypts under the current secret of a symmetric key.
    pub(super) fn seal_symmetric(
        &self,
        key: &Key,
        context: &Context,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, ServiceError> {
        let material = key.current()?;
        let heading = Heading {
            account: key.account.clone(),
            key_id: key.id.clone(),
            version: u32::try_from(key.materials.len() - 1).unwrap_or_default(),
        };
        heading
            .seal(material.secret(), self.chance().array(), context, plaintext)
            .ok_or_else(|| errors::internal("encrypting"))
    }

    /// Decrypts `CiphertextBlob`; gives the key, the plaintext, and which of the key's secrets it
    /// was.
    fn open(
        &self,
        request: &Request<'_>,
        key_member: &str,
        asked: &Asked<'_>,
    ) -> Result<(Key, Vec<u8>, Option<String>), ServiceError> {
        let blob = blob(request, "CiphertextBlob")?;
        check_length(&blob, "ciphertextBlob", 6144)?;
        let named = match request.text(key_member) {
            Some(name) => Some(self.key_named(request, name)?),
            None => None,
        };
        if asked.algorithm != SYMMETRIC {
            // Source: API reference, Decrypt, `KeyId`: required then.
            let key = match named {
                Some(key) => key,
                None => self.key_named(request, request.required(key_member)?)?,
            };
            let plaintext = self.open_asymmetric(&key, asked, &blob)?;
            return Ok((key, plaintext, None));
        }
        self.open_symmetric(request, named, asked, &blob)
    }

    fn open_asymmetric(
        &self,
        key: &Key,
        asked: &Asked<'_>,
        blob: &[u8],
    ) -> Result<Vec<u8>, ServiceError> {
        key.is_for(Usage::EncryptDecrypt, asked.operation)?;
        key.has_algorithm(asked.algorithm)?;
        no_context(&asked.context)?;
        let pair = key.current()?.pair(self.chance())?;
        pair.decrypt(asked.algorithm, blob, &mut self.chance())
            .ok_or_else(errors::ciphertext)
    }

    fn open_symmetric(
        &self,
        request: &Request<'_>,
        named: Option<Key>,
        asked: &Asked<'_>,
        blob: &[u8],
    ) -> Result<(Key, Vec<u8>, Option<String>), ServiceError> {
        let (heading, rest) = Heading::read(blob).ok_or_else(errors::ciphertext)?;
        let key = if let Some(key) = named {
            key.is_for(Usage::EncryptDecrypt, asked.operation)?;
            key.has_algorithm(asked.algorithm)?;
            if key.id != heading.key_id || key.account != heading.account {
                return Err(errors::incorrect_key());
            }
            key
        } else {
            let found = self.look(&heading.account, request.region, |all| {
                all.key(&heading.key_id).cloned()
            });
            let key = found.ok_or_else(errors::unreachable_key)?;
            key.is_for(Usage::EncryptDecrypt, asked.operation)?;
            key
        };
        let version = usize::try_from(heading.version).ok();
        let material = version
            .and_then(|version| key.materials.get(version))
            .cloned();
        let material = material.ok_or_else(errors::ciphertext)?;
        let plaintext = heading
            .open(material.secret(), &asked.context, rest)
            .ok_or_else(errors::ciphertext)?;
        Ok((key, plaintext, Some(material.id.clone())))
    }
}

/// A blob that the operation cannot do without.
pub(super) fn blob(request: &Request<'_>, member: &str) -> Result<Vec<u8>, ServiceError> {
    let text = request.required(member)?;
    BASE64_STANDARD
        .decode(text)
        .map_err(|_| errors::validation(format!("{member} is not base64")))
}

/// Source: the models' constraints: from one byte to so many.
pub(super) fn check_length(bytes: &[u8], member: &str, most: usize) -> Result<(), ServiceError> {
    let constraint = if bytes.is_empty() {
        "Member must have length greater than or equal to 1".to_owned()
    } else if bytes.len() > most {
        format!("Member must have length less than or equal to {most}")
    } else {
        return Ok(());
    };
    Err(errors::validation(format!(
        "1 validation error detected: Value at '{member}' failed to satisfy constraint: {constraint}"
    )))
}

/// Source: API reference, Encrypt, `EncryptionContext`: symmetric keys alone. Assumed: the text.
fn no_context(context: &Context) -> Result<(), ServiceError> {
    if context.is_empty() {
        Ok(())
    } else {
        Err(errors::validation(
            "Encryption context is only supported with the SYMMETRIC_DEFAULT algorithm",
        ))
    }
}

/// Source: API reference, Encrypt: the modulus without two hashes and two bytes (RFC 8017, 7.1.1).
fn oaep_most(spec: Spec, algorithm: &str) -> usize {
    let Spec::Rsa(bits) = spec else {
        return 0;
    };
    let hash = if algorithm == "RSAES_OAEP_SHA_1" {
        20
    } else {
        32
    };
    bits / 8 - 2 * hash - 2
}

/// Stops where the request asked only whether it would succeed.
pub(super) fn not_dry(request: &Request<'_>) -> Result<(), ServiceError> {
    match request.parameters.get("DryRun") {
        Some(Value::Bool(true)) => Err(errors::dry_run()),
        _ => Ok(()),
    }
}
