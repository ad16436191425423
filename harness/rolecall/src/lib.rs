//! What a cargo test suite depends on: an emulator, roles, recordings, policies.
