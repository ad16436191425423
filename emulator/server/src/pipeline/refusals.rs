//! What AWS refuses although the caller is allowed, before the service does anything.

use rolecall_catalog::Call;
use rolecall_policy::{Context, PrincipalKind};
use rolecall_protocol::ServiceError;
use serde_json::Value;

use super::{key_lockout, public_access, stored_policy};
use crate::{accounts::Caller, state::State};

/// The error, if there is one.
pub(super) fn refusal(
    state: &State,
    call: &Call,
    caller: &Caller,
    common: &Context,
) -> Option<ServiceError> {
    dry_run(call)
        .or_else(|| multipart_by_strangers(call, caller))
        .or_else(|| stored_policy::refusal(state, call))
        .or_else(|| public_access::refusal(state, call, caller))
        .or_else(|| key_lockout::refusal(state, call, caller, common))
}

/// A bucket policy that allows everybody does not help (observed: aws/aws-sdk-cpp#1575,
/// scylladb/scylladb#13425).
fn multipart_by_strangers(call: &Call, caller: &Caller) -> Option<ServiceError> {
    let begins = call.service.name == "s3" && call.operation().name == "CreateMultipartUpload";
    (begins && caller.principal.kind == PrincipalKind::Anonymous).then(|| {
        ServiceError::new(
            "AccessDenied",
            "Anonymous users cannot initiate multipart uploads.  Please authenticate.",
        )
    })
}

/// What EC2 says of a call that is allowed, and that it is asked not to make.
///
/// Source: the code and what it means, EC2 API Reference, "Error codes for the Amazon EC2 API", common client errors
/// (docs.amazonaws.cn/AWSEC2/latest/APIReference/errors-overview.html); the text, observed: aws/aws-cli#3127 and
/// aws/aws-cli#4698; status 412, observed: aws/karpenter-provider-aws#8015.
fn dry_run(call: &Call) -> Option<ServiceError> {
    let asked = call.parameters.get("DryRun").and_then(Value::as_bool) == Some(true);
    (asked && call.service.name == "ec2").then(|| {
        ServiceError::new(
            "DryRunOperation",
            "Request would have succeeded, but DryRun flag is set.",
        )
        .with_status(412)
    })
}
