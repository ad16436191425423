//! GenerateMac and VerifyMac.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use rolecall_protocol::ServiceError;
use serde_json::json;
use sha2::{Sha224, Sha256, Sha384, Sha512};

use super::{
    encrypting::{blob, check_length, not_dry},
    errors,
    key::Key,
    service::Kms,
    spec::{Hash, Usage},
};
use crate::embedded::request::{Outcome, Request, output};

/// The same for each hash.
macro_rules! with_mac {
    ($hash:expr, $key:expr, $message:expr, $mac:ident => $do:expr) => {
        match $hash {
            Hash::Sha224 => {
                let $mac = Hmac::<Sha224>::new_from_slice($key)
                    .ok()?
                    .chain_update($message);
                $do
            }
            Hash::Sha256 => {
                let $mac = Hmac::<Sha256>::new_from_slice($key)
                    .ok()?
                    .chain_update($message);
                $do
            }
            Hash::Sha384 => {
                let $mac = Hmac::<Sha384>::new_from_slice($key)
                    .ok()?
                    .chain_update($message);
                $do
            }
            Hash::Sha512 => {
                let $mac = Hmac::<Sha512>::new_from_slice($key)
                    .ok()?
                    .chain_update($message);
                $do
            }
        }
    };
}

impl Kms {
    pub(super) fn make_mac(&self, request: &Request<'_>) -> Outcome {
        let (key, algorithm, hash, message) = self.to_be_authenticated(request)?;
        not_dry(request)?;
        let mac = make(hash, key.current()?.secret(), &message);
        let mac = mac.ok_or_else(|| errors::internal("making the MAC"))?;
        Ok(output(json!({
            "KeyId": key.arn, "Mac": BASE64_STANDARD.encode(mac), "MacAlgorithm": algorithm,
        })))
    }

    pub(super) fn verify_mac(&self, request: &Request<'_>) -> Outcome {
        let (key, algorithm, hash, message) = self.to_be_authenticated(request)?;
        let given = blob(request, "Mac")?;
        not_dry(request)?;
        verify(hash, key.current()?.secret(), &message, &given).ok_or_else(errors::mac)?;
        Ok(output(json!({
            "KeyId": key.arn, "MacValid": true, "MacAlgorithm": algorithm,
        })))
    }

    fn to_be_authenticated<'r>(
        &self,
        request: &Request<'r>,
    ) -> Result<(Key, &'r str, Hash, Vec<u8>), ServiceError> {
        let message = blob(request, "Message")?;
        // Source: API reference, GenerateMac, `Message`.
        check_length(&message, "message", 4096)?;
        let algorithm = request.required("MacAlgorithm")?;
        let key = self.key_named(request, request.required("KeyId")?)?;
        key.is_for(Usage::Mac, request.operation)?;
        key.has_algorithm(algorithm)?;
        let hash = Hash::of_algorithm(algorithm).ok_or_else(|| errors::internal("hashing"))?;
        Ok((key, algorithm, hash, message))
    }
}

fn make(hash: Hash, key: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    Some(with_mac!(hash, key, message, mac => mac.finalize().into_bytes().to_vec()))
}

fn verify(hash: Hash, key: &[u8], message: &[u8], given: &[u8]) -> Option<()> {
    with_mac!(hash, key, message, mac => mac.verify_slice(given).ok())
}
