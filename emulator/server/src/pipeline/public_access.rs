//! S3 Block Public Access, as the bucket has it; that of the account is not kept.
//!
//! Source: S3 User Guide, "Blocking public access to your Amazon S3 storage", and "Troubleshoot access
//! denied (403 Forbidden) errors", section *Block Public Access settings*, for what is denied and in
//! which words. What concerns ACLs, the backend refuses: it keeps the ownership of objects too.

use rolecall_catalog::{Call, Fact, FactKind, FactValue};
use rolecall_policy::{
    Check, CheckEffect, CheckKind, Decision, DecisionKind, Policy, PolicyKind, RequestContext,
};
use rolecall_protocol::ServiceError;
use serde_json::Value;

use super::authorize::policy_subject;
use crate::{
    accounts::Caller,
    compiled::{Compiled, is_public},
    state::State,
};

/// Whether a bucket is closed to a caller because its policy is public.
pub(super) fn is_restricted(
    state: &State,
    request: &RequestContext<'_>,
    policy: &Compiled,
) -> bool {
    let is_s3 = request.resource.split(':').nth(2) == Some("s3");
    is_s3
        && request.is_by_stranger()
        && is_on(
            state,
            policy_subject(request.resource),
            "RestrictPublicBuckets",
        )
        && policy.is_public()
}

/// Makes a decision the explicit deny that the guide says it is; no statement stands behind it.
pub(super) fn deny(decision: &mut Decision) {
    decision
        .checks
        .retain(|check| check.kind != CheckKind::Resource);
    decision.checks.push(Check {
        kind: CheckKind::Resource,
        effect: CheckEffect::ExplicitDeny,
        statements: Vec::new(),
    });
    decision.checks.sort_by_key(|check| check.kind);
    decision.kind = DecisionKind::ExplicitDeny;
    decision.undetermined_keys.clear();
    if !decision.blocked_by.contains(&CheckKind::Resource) {
        decision.blocked_by.push(CheckKind::Resource);
        decision.blocked_by.sort();
    }
}

/// Refuses a bucket policy that is public where the bucket takes none.
pub(super) fn refusal(state: &State, call: &Call, caller: &Caller) -> Option<ServiceError> {
    if call.service.name != "s3" || call.operation().name != "PutBucketPolicy" {
        return None;
    }
    let text = |member: &str| call.parameters.get(member).and_then(Value::as_str);
    let bucket = format!("arn:{}:s3:::{}", call.partition, text("Bucket")?);
    if !is_on(state, &bucket, "BlockPublicPolicy") {
        return None;
    }
    // What is no policy at all is for the service to refuse.
    let policy = Policy::parse("stored", PolicyKind::Resource, text("Policy")?).ok()?;
    is_public(&policy.into()).then(|| {
        let message = format!(
            "User: {} is not authorized to perform: s3:PutBucketPolicy on resource: \"{bucket}\" because \
             public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
            caller.principal.arn
        );
        ServiceError::new("AccessDenied", message)
    })
}

/// Whether a bucket has a setting; one that nobody knows is off.
fn is_on(state: &State, bucket: &str, setting: &str) -> bool {
    let kept = state.backend.fact(&Fact {
        kind: FactKind::PublicAccessBlock,
        subject: bucket.to_owned(),
    });
    match kept {
        FactValue::Present(settings) => {
            settings.get(setting).and_then(Value::as_bool) == Some(true)
        }
        FactValue::Absent | FactValue::NotKnown => false,
    }
}
