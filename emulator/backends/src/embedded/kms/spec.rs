//! What keys there are, and what each can do.
//!
//! Source: KMS developer guide, "Key spec reference"; API reference, CreateKey.

/// The spec of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spec {
    Symmetric,
    Rsa(usize),
    Curve(Curve),
    Hmac(Hash),
}

/// The elliptic curves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
    K256,
}

/// The hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Usage {
    EncryptDecrypt,
    SignVerify,
    Mac,
    KeyAgreement,
}

const SPECS: [(&str, Spec); 12] = [
    ("SYMMETRIC_DEFAULT", Spec::Symmetric),
    ("RSA_2048", Spec::Rsa(2048)),
    ("RSA_3072", Spec::Rsa(3072)),
    ("RSA_4096", Spec::Rsa(4096)),
    ("ECC_NIST_P256", Spec::Curve(Curve::P256)),
    ("ECC_NIST_P384", Spec::Curve(Curve::P384)),
    ("ECC_NIST_P521", Spec::Curve(Curve::P521)),
    ("ECC_SECG_P256K1", Spec::Curve(Curve::K256)),
    ("HMAC_224", Spec::Hmac(Hash::Sha224)),
    ("HMAC_256", Spec::Hmac(Hash::Sha256)),
    ("HMAC_384", Spec::Hmac(Hash::Sha384)),
    ("HMAC_512", Spec::Hmac(Hash::Sha512)),
];

const USAGES: [(&str, Usage); 4] = [
    ("ENCRYPT_DECRYPT", Usage::EncryptDecrypt),
    ("SIGN_VERIFY", Usage::SignVerify),
    ("GENERATE_VERIFY_MAC", Usage::Mac),
    ("KEY_AGREEMENT", Usage::KeyAgreement),
];

impl Spec {
    pub(super) fn parse(text: &str) -> Option<Self> {
        SPECS
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, s)| *s)
    }

    pub(crate) fn name(self) -> &'static str {
        let found = SPECS.iter().find(|(_, spec)| *spec == self);
        found.map_or("SYMMETRIC_DEFAULT", |(name, _)| name)
    }

    /// What a key of this spec can be made for; the first is meant where the request says nothing
    /// and there is only one.
    pub(super) fn usages(self) -> &'static [Usage] {
        match self {
            Self::Symmetric => &[Usage::EncryptDecrypt],
            Self::Rsa(_) => &[Usage::EncryptDecrypt, Usage::SignVerify],
            Self::Curve(Curve::K256) => &[Usage::SignVerify],
            Self::Curve(_) => &[Usage::SignVerify, Usage::KeyAgreement],
            Self::Hmac(_) => &[Usage::Mac],
        }
    }

    /// The algorithms that a key can be used with, and the member that lists them.
    pub(super) fn algorithms(self, usage: Usage) -> (&'static str, &'static [&'static str]) {
        match (usage, self) {
            (Usage::EncryptDecrypt, Self::Rsa(_)) => (
                "EncryptionAlgorithms",
                &["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"],
            ),
            (Usage::EncryptDecrypt, _) => ("EncryptionAlgorithms", &["SYMMETRIC_DEFAULT"]),
            (Usage::SignVerify, Self::Rsa(_)) => (
                "SigningAlgorithms",
                &[
                    "RSASSA_PKCS1_V1_5_SHA_256",
                    "RSASSA_PKCS1_V1_5_SHA_384",
                    "RSASSA_PKCS1_V1_5_SHA_512",
                    "RSASSA_PSS_SHA_256",
                    "RSASSA_PSS_SHA_384",
                    "RSASSA_PSS_SHA_512",
                ],
            ),
            (Usage::SignVerify, Self::Curve(Curve::P384)) => {
                ("SigningAlgorithms", &["ECDSA_SHA_384"])
            }
            (Usage::SignVerify, Self::Curve(Curve::P521)) => {
                ("SigningAlgorithms", &["ECDSA_SHA_512"])
            }
            (Usage::SignVerify, _) => ("SigningAlgorithms", &["ECDSA_SHA_256"]),
            (Usage::KeyAgreement, _) => ("KeyAgreementAlgorithms", &["ECDH"]),
            (Usage::Mac, Self::Hmac(Hash::Sha224)) => ("MacAlgorithms", &["HMAC_SHA_224"]),
            (Usage::Mac, Self::Hmac(Hash::Sha384)) => ("MacAlgorithms", &["HMAC_SHA_384"]),
            (Usage::Mac, Self::Hmac(Hash::Sha512)) => ("MacAlgorithms", &["HMAC_SHA_512"]),
            (Usage::Mac, _) => ("MacAlgorithms", &["HMAC_SHA_256"]),
        }
    }
}

impl Usage {
    pub(super) fn parse(text: &str) -> Option<Self> {
        USAGES
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, u)| *u)
    }

    pub(crate) fn name(self) -> &'static str {
        let found = USAGES.iter().find(|(_, usage)| *usage == self);
        found.map_or("ENCRYPT_DECRYPT", |(name, _)| name)
    }
}

impl Hash {
    /// The hash at the end of an algorithm's name.
    pub(super) fn of_algorithm(algorithm: &str) -> Option<Self> {
        match algorithm.rsplit('_').next()? {
            "224" => Some(Self::Sha224),
            "256" => Some(Self::Sha256),
            "384" => Some(Self::Sha384),
            "512" => Some(Self::Sha512),
            _ => None,
        }
    }

    /// The length of a digest in bytes.
    pub(super) fn length(self) -> usize {
        match self {
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}
