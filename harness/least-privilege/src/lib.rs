//! From a recording to the smallest policy, and back: generate and verify.
