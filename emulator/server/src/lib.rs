//! The listener and the pipeline of one call; account state, IAM and STS.
