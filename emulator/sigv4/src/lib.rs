//! Verifies AWS signatures: SigV4, SigV4a and SigV2 query.
