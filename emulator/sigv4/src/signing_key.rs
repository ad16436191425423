//! The key that signs: derived from the secret for one day, region and service.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use p256::ecdsa::VerifyingKey;
use p256::ecdsa::signature::Verifier;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::claim::{Algorithm, SignedClaim};
use crate::error::AuthenticationError;
use crate::secret::SecretAccessKey;

/// Is the key for the signatures of one access key, day, region and service.
///
/// Worth keeping (see [`crate::SigningKeyCache`]): `SigV4` derives it in four HMACs, `SigV4a` with a
/// multiplication on the curve.
#[derive(Clone)]
pub struct SigningKey(Kind);

#[derive(Clone)]
enum Kind {
    V4([u8; 32]),
    /// `None`: no key can be derived, and nothing verifies (1 in 2^8000).
    V4a(Option<Box<VerifyingKey>>),
    V2(SecretAccessKey),
}

impl SigningKey {
    /// Derives the key for the scope of a claim.
    pub fn derive(
        claim: &SignedClaim,
        secret: &SecretAccessKey,
    ) -> Result<Self, AuthenticationError> {
        match (claim.algorithm, &claim.scope) {
            (Algorithm::V2Query, _) => Ok(Self(Kind::V2(secret.clone()))),
            (Algorithm::V4a, _) => Ok(Self(Kind::V4a(derive_v4a(&claim.access_key_id, secret)))),
            (Algorithm::V4, Some(scope)) => {
                let region = scope.region.as_deref().unwrap_or_default();
                Ok(Self(Kind::V4(derive_v4(
                    secret,
                    &scope.date,
                    region,
                    &scope.service,
                ))))
            }
            (Algorithm::V4, None) => {
                let credential = claim.malformed_credential.as_deref().unwrap_or_default();
                Err(crate::checks::malformed(claim, credential))
            }
        }
    }

    /// Returns what a `SigV4` key signs, so that tests can tell keys apart.
    #[cfg(test)]
    pub(crate) fn hmac_for_tests(&self, message: &[u8]) -> Option<[u8; 32]> {
        match &self.0 {
            Kind::V4(key) => Some(hmac_sha256(key, message)),
            Kind::V4a(_) | Kind::V2(_) => None,
        }
    }

    /// Compares a signature with the one of this key, in constant time.
    pub(crate) fn verifies(&self, string_to_sign: &[u8], signature: &str) -> bool {
        match &self.0 {
            Kind::V4(key) => {
                let mut expected = [0; 64];
                let encoded = hex::encode_to_slice(hmac_sha256(key, string_to_sign), &mut expected);
                encoded.is_ok() && expected.ct_eq(signature.as_bytes()).into()
            }
            Kind::V4a(Some(key)) => verifies_v4a(key, string_to_sign, signature),
            Kind::V4a(None) => false,
            Kind::V2(secret) => crate::sigv2::verifies(secret, string_to_sign, signature),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::V4(_) => "SigningKey(V4, ** redacted **)",
            Kind::V4a(_) => "SigningKey(V4a, ** redacted **)",
            Kind::V2(_) => "SigningKey(V2, ** redacted **)",
        })
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn derive_v4(secret: &SecretAccessKey, date: &str, region: &str, service: &str) -> [u8; 32] {
    let mut start = Vec::with_capacity(64);
    start.extend_from_slice(b"AWS4");
    start.extend_from_slice(secret.expose().as_bytes());
    let day = hmac_sha256(&start, date.as_bytes());
    let region = hmac_sha256(&day, region.as_bytes());
    let service = hmac_sha256(&region, service.as_bytes());
    hmac_sha256(&service, b"aws4_request")
}

/// The order of P-256 minus two, big-endian (NIST SP 800-186, 3.2.1.3).
const ORDER_MINUS_TWO: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x4f,
];

/// Derives the public key of `SigV4a`: NIST SP 800-108 in counter mode, candidates drawn until one is
/// a scalar of the curve (FIPS 186-5, A.2.2).
fn derive_v4a(access_key_id: &str, secret: &SecretAccessKey) -> Option<Box<VerifyingKey>> {
    let start = [b"AWS4A", secret.expose().as_bytes()].concat();
    let scalar = (1..=254_u8).find_map(|counter| {
        let mut input = Vec::with_capacity(64);
        input.extend_from_slice(&1_u32.to_be_bytes());
        input.extend_from_slice(Algorithm::V4a.name().as_bytes());
        input.push(0);
        input.extend_from_slice(access_key_id.as_bytes());
        input.push(counter);
        input.extend_from_slice(&256_u32.to_be_bytes());
        scalar(hmac_sha256(&start, &input))
    })?;
    let key = p256::ecdsa::SigningKey::from_slice(&scalar).ok()?;
    Some(Box::new(*key.verifying_key()))
}

/// Makes a scalar of a candidate; `None` for one beyond the order of the curve.
fn scalar(candidate: [u8; 32]) -> Option<[u8; 32]> {
    (candidate <= ORDER_MINUS_TWO).then(|| plus_one(candidate))
}

fn plus_one(mut number: [u8; 32]) -> [u8; 32] {
    for byte in number.iter_mut().rev() {
        let (sum, carried) = byte.overflowing_add(1);
        *byte = sum;
        if !carried {
            break;
        }
    }
    number
}

fn verifies_v4a(key: &VerifyingKey, string_to_sign: &[u8], signature: &str) -> bool {
    let der = hex::decode(signature).ok();
    let signature = der.and_then(|der| p256::ecdsa::Signature::from_der(&der).ok());
    signature.is_some_and(|signature| key.verify(string_to_sign, &signature).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    #[test]
    fn derives_the_documented_v4_key() {
        // "Examples of how to derive a signing key", AWS general reference.
        let key = derive_v4(
            &SecretAccessKey::new(SECRET),
            "20150830",
            "us-east-1",
            "iam",
        );
        assert_eq!(
            hex::encode(key),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"
        );
    }

    #[test]
    fn derives_the_public_key_of_the_suite() {
        let key = derive_v4a("AKIDEXAMPLE", &SecretAccessKey::new(SECRET)).unwrap();
        assert_eq!(
            hex::encode(key.to_sec1_point(false).as_bytes()),
            "04b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1\
             865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518"
        );
    }

    #[test]
    fn refuses_a_candidate_beyond_the_order() {
        let last = scalar(ORDER_MINUS_TWO).unwrap();
        assert!(p256::ecdsa::SigningKey::from_slice(&last).is_ok());
        // The next one would be the order itself, which is no scalar.
        assert_eq!(scalar(last), None);
        assert!(p256::ecdsa::SigningKey::from_slice(&plus_one(last)).is_err());
    }

    #[test]
    fn adds_one_with_carry() {
        let mut number = [0; 32];
        number[31] = 0xff;
        let sum = plus_one(number);
        assert_eq!((sum[30], sum[31]), (1, 0));
    }
}
