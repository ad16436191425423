//! KMS refuses a key policy that locks the caller out.
//!
//! Source: KMS API reference, `PutKeyPolicy` and `CreateKey`, `Policy`: who calls has to be able
//! to call `PutKeyPolicy` again under the new policy, unless `BypassPolicyLockoutSafetyCheck`; the
//! words: terraform-aws-modules/terraform-aws-kms#14.

use std::sync::Arc;

use rolecall_catalog::Call;
use rolecall_policy::{
    AccountId, Action, AuthorizationModel, Context, DecisionKind, Policy, PolicyKind, PolicySet,
    RequestContext, evaluate,
};
use rolecall_protocol::ServiceError;
use serde_json::Value;

use crate::{accounts::Caller, state::State};

const OPERATIONS: [&str; 3] = ["PutKeyPolicy", "CreateKey", "ReplicateKey"];

// What the caller's own policies allow is not held against the key policy: see `CHOICES.md`.
const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// The error for such a call; none for every other.
pub(super) fn refusal(
    state: &State,
    call: &Call,
    caller: &Caller,
    common: &Context,
) -> Option<ServiceError> {
    if call.service.name != "kms" || !OPERATIONS.contains(&call.operation().name.as_str()) {
        return None;
    }
    let bypass = call.parameters.get("BypassPolicyLockoutSafetyCheck");
    if bypass.and_then(Value::as_bool) == Some(true) {
        return None;
    }
    let text = call.parameters.get("Policy").and_then(Value::as_str)?;
    // What is no policy at all is for the service to refuse.
    let policy = Policy::parse("stored", PolicyKind::Resource, text).ok()?;
    let everything = Policy::parse("everything", PolicyKind::Identity, EVERYTHING).ok()?;
    let account = caller.account_or(&state.settings.account);
    let owner = AccountId::parse(account).ok()?;
    let named = call.parameters.get("KeyId").and_then(Value::as_str);
    let resource = match named {
        Some(arn) if arn.starts_with("arn:") => arn.to_owned(),
        named => format!(
            "arn:{}:kms:{}:{owner}:key/{}",
            call.partition,
            call.region,
            named.unwrap_or("new")
        ),
    };
    let request = RequestContext {
        principal: &caller.principal,
        action: &Action::parse("kms:PutKeyPolicy").ok()?,
        resource: &resource,
        resource_account: Some(&owner),
        model: AuthorizationModel::KmsKey,
        context: &[common],
    };
    let policies = PolicySet {
        identity: vec![Arc::new(everything)],
        resource: Some(Arc::new(policy)),
        ..PolicySet::default()
    };
    // One that hangs on a value which is not known is not refused.
    let locks_out = matches!(
        evaluate(&request, &policies).kind,
        DecisionKind::ImplicitDeny | DecisionKind::ExplicitDeny
    );
    locks_out.then(|| {
        ServiceError::new(
            "MalformedPolicyDocumentException",
            "The new key policy will not allow you to update the key policy in the future.",
        )
    })
}
