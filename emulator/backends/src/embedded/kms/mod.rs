//! KMS: keys, aliases, grants and real cryptography.
//!
//! What signs and encrypts comes from RustCrypto; this room knows what AWS calls it, who may use
//! what for what, and how a ciphertext says which key it is of.

mod aliases;
mod asymmetric;
mod chance;
mod ciphertext;
mod creating;
mod data_keys;
mod encrypting;
mod errors;
mod grants;
mod key;
mod lifecycle;
mod listing;
mod mac;
mod material;
mod named;
mod policies;
mod rotating;
mod service;
mod signing;
mod spec;
mod tagging;

pub(crate) use grants::Grant;
pub(crate) use key::Key;
#[cfg(feature = "upstream")]
pub(crate) use policies::default_policy;
pub(crate) use service::Kms;
