//! Verifies AWS signatures: SigV4, SigV4a and `SigV2` query.
//!
//! The way of one request: [`read_claim`] reads from the head who signed, with what and how (no hashing);
//! [`check_scope_and_time`] refuses a stale or wrongly scoped one; the caller looks up the secret of
//! [`SignedClaim::access_key_id`] and checks the session token; [`verify`] computes the signature; a
//! body in `aws-chunked` framing then goes through a [`ChunkDecoder`], which verifies each chunk.
//!
//! Nothing here reads a clock, knows an HTTP library or a status code. Which AWS error code a reason
//! has is the server's one exhaustive `match` over [`AuthenticationError`].

mod authorization;
mod canonical;
mod checks;
mod chunk_line;
mod chunk_signature;
mod chunked;
mod claim;
mod error;
mod form;
mod head;
mod key_cache;
mod message;
mod payload;
mod percent;
mod presigned;
mod rules;
mod s3_message;
mod scope;
mod secret;
mod signing_key;
mod sigv2;
mod text;
mod timestamp;
mod verify;

pub use canonical::{CanonicalRequest, string_to_sign};
pub use checks::check_scope_and_time;
pub use chunked::{ChunkDecoder, Trailer};
pub use claim::{Algorithm, Claim, Expiry, Place, SignedClaim, read_claim};
pub use error::{
    AuthenticationError, CalculatedSignature, ChunkFault, Echo, ErrorDialect, ExpiresFault,
    Parameter, ScopeFault, TrailerFault,
};
pub use form::{read_form, verify_form};
pub use head::{RequestHead, ServiceForm};
pub use key_cache::SigningKeyCache;
pub use payload::{BodyDigest, BodyHasher, PayloadForm, PayloadHash};
pub use rules::{PathForm, PresignedWindow, VerifyRules};
pub use scope::CredentialScope;
pub use secret::{SecretAccessKey, SessionToken};
pub use signing_key::SigningKey;
pub use timestamp::Timestamp;
pub use verify::{Verified, verify, verify_with_key};
