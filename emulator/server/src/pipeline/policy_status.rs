//! Whether a bucket policy is public: the backend keeps the policy, the analysis reads it.
//!
//! Source: S3 user guide, "Blocking public access to your Amazon S3 storage", *The meaning of
//! "public"*; API reference, GetBucketPolicyStatus. A policy of which neither could be shown counts as
//! public, as AWS counts what it cannot tell.

use rolecall_analysis::{
    access::public,
    compare::{CompareOptions, Verdict},
};
use rolecall_backends::{AnswerSource, Reply};
use rolecall_catalog::{Call, Fact, FactKind, FactValue};
use rolecall_policy::PolicyKind;
use serde_json::{Value, json};

use crate::state::State;

/// Puts the status into an answer of the embedded backend that has one.
pub(super) fn computed(state: &State, call: &Call, mut reply: Reply) -> Reply {
    if call.service.name != "s3" || call.operation().name != "GetBucketPolicyStatus" {
        return reply;
    }
    if let Reply::Answer(answer) = &mut reply
        && answer.source == AnswerSource::Embedded
    {
        let bucket = call.parameters.get("Bucket").and_then(Value::as_str);
        let is_public = is_public(state, bucket.unwrap_or_default(), &call.partition);
        let status = json!({ "IsPublic": is_public });
        answer.output.insert("PolicyStatus".to_owned(), status);
    }
    reply
}

fn is_public(state: &State, bucket: &str, partition: &str) -> bool {
    let subject = format!("arn:{partition}:s3:::{bucket}");
    let kept = state.backend.fact(&Fact {
        kind: FactKind::ResourcePolicy,
        subject: subject.clone(),
    });
    let FactValue::Present(Value::String(text)) = kept else {
        return false;
    };
    let Some(policy) = state.compiled.get(PolicyKind::Resource, &subject, &text) else {
        return false;
    };
    let found = public(&policy.policy, &CompareOptions::default());
    found.map_or(true, |found| found.verdict != Verdict::NoNewAccess)
}
