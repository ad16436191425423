//! The chain of signatures over the chunks of a body.
//!
//! "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks" and
//! "... Including Trailing Headers", S3 API reference; for `SigV4a` as the AWS CRT signs.

use sha2::{Digest, Sha256};

use crate::chunked::Trailer;
use crate::claim::{Algorithm, SignedClaim};
use crate::signing_key::SigningKey;
use crate::verify::Verified;

/// The SHA-256 of nothing: where `SigV4` once meant to sign the headers of a chunk.
const HASH_OF_NOTHING: &[u8] = b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Verifies signatures each of which covers the one before it.
#[derive(Debug)]
pub(crate) struct SignatureChain {
    key: SigningKey,
    algorithm: Algorithm,
    /// The two lines `timestamp` and `scope`.
    middle: Vec<u8>,
    previous: String,
}

impl SignatureChain {
    /// Begins with the signature of the head.
    pub(crate) fn new(claim: &SignedClaim, verified: &Verified) -> Self {
        let mut middle = Vec::with_capacity(64);
        if let Some(timestamp) = claim.timestamp {
            middle.extend_from_slice(&timestamp.iso_basic());
        }
        middle.push(b'\n');
        if let Some(scope) = &claim.scope {
            scope.write(&mut middle);
        }
        Self {
            key: verified.key.clone(),
            algorithm: claim.algorithm,
            middle,
            previous: verified.seed_signature.clone(),
        }
    }

    /// Verifies the next chunk.
    pub(crate) fn accepts_chunk(&mut self, data: Sha256, signature: &str) -> bool {
        let mut to_sign = self.begin("-PAYLOAD");
        to_sign.extend_from_slice(HASH_OF_NOTHING);
        to_sign.push(b'\n');
        to_sign.extend_from_slice(hex::encode(data.finalize()).as_bytes());
        self.accepts(&to_sign, signature)
    }

    /// Verifies the trailers, which come last.
    pub(crate) fn accepts_trailers(&mut self, trailers: &[Trailer], signature: &str) -> bool {
        let mut sorted: Vec<&Trailer> = trailers.iter().collect();
        sorted.sort_by(|one, other| one.name.cmp(&other.name));
        let mut hasher = Sha256::new();
        for trailer in sorted {
            hasher.update(format!("{}:{}\n", trailer.name, trailer.value));
        }
        let mut to_sign = self.begin("-TRAILER");
        to_sign.extend_from_slice(hex::encode(hasher.finalize()).as_bytes());
        self.accepts(&to_sign, signature)
    }

    fn begin(&self, kind: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(320);
        for part in [
            self.algorithm.name().as_bytes(),
            kind.as_bytes(),
            b"\n",
            &self.middle,
            b"\n",
        ] {
            out.extend_from_slice(part);
        }
        out.extend_from_slice(self.previous.as_bytes());
        out.push(b'\n');
        out
    }

    fn accepts(&mut self, to_sign: &[u8], signature: &str) -> bool {
        // A SigV4a signature is padded to 144 characters, so that the length of the body is known.
        let signature = match self.algorithm {
            Algorithm::V4a => signature.trim_matches('*'),
            Algorithm::V4 | Algorithm::V2Query => signature,
        };
        let good = self.key.verifies(to_sign, signature);
        if good {
            signature.clone_into(&mut self.previous);
        }
        good
    }
}
