//! Key pairs: RSA and the curves.

use std::fmt;

use p256::{
    ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier},
    elliptic_curve::Generate,
    pkcs8::{DecodePublicKey, EncodePrivateKey, EncodePublicKey},
};
use rsa::{Pkcs1v15Sign, PrivateKey};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

use super::{
    chance::Chance,
    spec::{Curve, Hash, Spec},
};

/// A private key with its public one.
pub(super) enum Pair {
    Rsa(Box<PrivateKey>),
    P256(p256::SecretKey),
    P384(p384::SecretKey),
    P521(p521::SecretKey),
    K256(k256::SecretKey),
}

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pair(..)")
    }
}

/// The same expression for each curve, with its crate.
macro_rules! on_curve {
    ($pair:expr, $secret:ident, $curve:ident => $do:expr) => {
        match $pair {
            Pair::P256($secret) => {
                use p256 as $curve;
                $do
            }
            Pair::P384($secret) => {
                use p384 as $curve;
                $do
            }
            Pair::P521($secret) => {
                use p521 as $curve;
                $do
            }
            Pair::K256($secret) => {
                use k256 as $curve;
                $do
            }
            Pair::Rsa(_) => None,
        }
    };
}

/// The same expression for each hash that signs.
macro_rules! with_hash {
    ($hash:expr, $digest:ident => $do:expr) => {
        match $hash {
            Hash::Sha256 => {
                type $digest = Sha256;
                $do
            }
            Hash::Sha384 => {
                type $digest = Sha384;
                $do
            }
            Hash::Sha512 => {
                type $digest = Sha512;
                $do
            }
            Hash::Sha224 => None,
        }
    };
}

impl Pair {
    /// A new pair; none for a spec that has none, and where the randomness is of no use.
    pub(super) fn generate(spec: Spec, chance: &mut Chance<'_>) -> Option<Self> {
        Some(match spec {
            Spec::Rsa(bits) => Self::Rsa(Box::new(PrivateKey::new(chance, bits).ok()?)),
            Spec::Curve(Curve::P256) => Self::P256(p256::SecretKey::generate_from_rng(chance)),
            Spec::Curve(Curve::P384) => Self::P384(p384::SecretKey::generate_from_rng(chance)),
            Spec::Curve(Curve::P521) => Self::P521(p521::SecretKey::generate_from_rng(chance)),
            Spec::Curve(Curve::K256) => Self::K256(k256::SecretKey::generate_from_rng(chance)),
            Spec::Symmetric | Spec::Hmac(_) => return None,
        })
    }

    /// The public key as SubjectPublicKeyInfo, in DER.
    pub(super) fn public_der(&self) -> Option<Vec<u8>> {
        if let Self::Rsa(key) = self {
            return Some(key.to_public_key().to_public_key_der().ok()?.into_vec());
        }
        on_curve!(self, secret, curve => {
            let public: curve::PublicKey = secret.public_key();
            Some(public.to_public_key_der().ok()?.into_vec())
        })
    }

    /// The private key as PKCS #8, in DER.
    pub(super) fn private_der(&self) -> Option<Vec<u8>> {
        if let Self::Rsa(key) = self {
            return Some(key.to_pkcs8_der().ok()?.as_bytes().to_vec());
        }
        on_curve!(self, secret, curve => {
            let secret: &curve::SecretKey = secret;
            Some(secret.to_pkcs8_der().ok()?.as_bytes().to_vec())
        })
    }

    /// Signs a digest.
    pub(super) fn sign(
        &self,
        algorithm: &str,
        digest: &[u8],
        chance: &mut Chance<'_>,
    ) -> Option<Vec<u8>> {
        let hash = Hash::of_algorithm(algorithm)?;
        if let Self::Rsa(key) = self {
            return if algorithm.starts_with("RSASSA_PSS") {
                with_hash!(hash, D => key.pss_sign_prehash_with_rng::<D, _>(chance, digest).ok())
            } else {
                with_hash!(hash, D => {
                    key.sign_with_rng(chance, Pkcs1v15Sign::new::<D>(), digest).ok()
                })
            };
        }
        on_curve!(self, secret, curve => {
            let signer = curve::ecdsa::SigningKey::from(secret);
            let signature: curve::ecdsa::Signature = signer.sign_prehash(digest).ok()?;
            Some(signature.to_der().as_bytes().to_vec())
        })
    }

    /// Whether a signature is that of a digest.
    pub(super) fn verify(&self, algorithm: &str, digest: &[u8], signature: &[u8]) -> bool {
        self.verified(algorithm, digest, signature).is_some()
    }

    fn verified(&self, algorithm: &str, digest: &[u8], signature: &[u8]) -> Option<()> {
        let hash = Hash::of_algorithm(algorithm)?;
        if let Self::Rsa(key) = self {
            let public = key.to_public_key();
            return if algorithm.starts_with("RSASSA_PSS") {
                with_hash!(hash, D => public.pss_verify_prehash::<D>(digest, signature).ok())
            } else {
                with_hash!(hash, D => public.verify(Pkcs1v15Sign::new::<D>(), digest, signature).ok())
            };
        }
        on_curve!(self, secret, curve => {
            let verifier = curve::ecdsa::VerifyingKey::from(secret.public_key());
            let signature = curve::ecdsa::Signature::from_der(signature).ok()?;
            verifier.verify_prehash(digest, &signature).ok()
        })
    }

    /// Encrypts with RSAES-OAEP.
    pub(super) fn encrypt(
        &self,
        algorithm: &str,
        plaintext: &[u8],
        chance: &mut Chance<'_>,
    ) -> Option<Vec<u8>> {
        let Self::Rsa(key) = self else {
            return None;
        };
        let public = key.to_public_key();
        match algorithm {
            "RSAES_OAEP_SHA_1" => public
                .oaep_encrypt_with_rng::<Sha1, _>(chance, plaintext)
                .ok(),
            _ => public
                .oaep_encrypt_with_rng::<Sha256, _>(chance, plaintext)
                .ok(),
        }
    }

    /// Decrypts with RSAES-OAEP.
    pub(super) fn decrypt(
        &self,
        algorithm: &str,
        ciphertext: &[u8],
        chance: &mut Chance<'_>,
    ) -> Option<Vec<u8>> {
        let Self::Rsa(key) = self else {
            return None;
        };
        match algorithm {
            "RSAES_OAEP_SHA_1" => key
                .oaep_decrypt_with_rng::<Sha1, _>(chance, ciphertext)
                .ok(),
            _ => key
                .oaep_decrypt_with_rng::<Sha256, _>(chance, ciphertext)
                .ok(),
        }
    }

    /// The secret that is shared with the owner of a public key (DER); ECDH.
    pub(super) fn agree(&self, public: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::P256(secret) => {
                let public = p256::PublicKey::from_public_key_der(public).ok()?;
                Some(secret.diffie_hellman(&public).raw_secret_bytes().to_vec())
            }
            Self::P384(secret) => {
                let public = p384::PublicKey::from_public_key_der(public).ok()?;
                Some(secret.diffie_hellman(&public).raw_secret_bytes().to_vec())
            }
            Self::P521(secret) => {
                let public = p521::PublicKey::from_public_key_der(public).ok()?;
                Some(secret.diffie_hellman(&public).raw_secret_bytes().to_vec())
            }
            Self::K256(_) | Self::Rsa(_) => None,
        }
    }
}
