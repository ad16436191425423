//! The verifier against AWS's signing suite, against `aws-sigv4` and botocore as signers, and against
//! what nobody should send.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

mod botocore;
mod chunks;
mod hostile;
mod order;
mod random;
mod request;
mod s3_order;
mod secrets;
mod signer;
mod suite;
