//! Who asks for a bucket that is not there is told so, whatever they may do.
//!
//! Source: observed, elastic/elasticsearch#31782 (404 for a bucket that is not there, 403 for one that is
//! closed); see `CHOICES.md`.

use rolecall_catalog::{Call, Fact, FactKind, FactValue};
use rolecall_protocol::ServiceError;
use serde_json::Value;

use crate::state::State;

/// What S3 says in place of a denial; none where the bucket is there, or nobody knows.
pub(super) fn instead_of_denial(state: &State, call: &Call) -> Option<ServiceError> {
    if call.service.name != "s3" || call.operation().name == "CreateBucket" {
        return None;
    }
    let name = call.parameters.get("Bucket").and_then(Value::as_str)?;
    // An access point's ARN or alias is no bucket's name.
    if name.contains(':') || name.ends_with("-s3alias") {
        return None;
    }
    let owner = state.backend.fact(&Fact {
        kind: FactKind::BucketOwner,
        subject: name.to_owned(),
    });
    (owner == FactValue::Absent).then(|| {
        ServiceError::new("NoSuchBucket", "The specified bucket does not exist")
            .with_status(404)
            .with_member("BucketName", name)
    })
}
