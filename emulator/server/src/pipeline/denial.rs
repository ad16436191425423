//! A denial in AWS's words.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rolecall_catalog::Call;
use rolecall_policy::{
    Context, DecisionKind, Denial, Principal, RequestContext, denial_message,
    message::failure_details,
};
use rolecall_protocol::{ServiceError, access_denied_code};

use super::authorize::Decided;

/// The error for the first requirement that was not allowed.
pub(super) fn denial(
    call: &Call,
    principal: &Principal,
    common: &Context,
    denied: &Decided,
) -> ServiceError {
    let requirement = &denied.requirement;
    let decision = &denied.decision;
    let request = RequestContext {
        principal,
        action: &requirement.action,
        resource: &requirement.resource,
        resource_account: requirement
            .resource_account
            .as_ref()
            .or(principal.account.as_ref()),
        model: requirement.model,
        context: &[&requirement.context, common],
    };
    let operation = &call.operation().name;
    let message = denial_message(&Denial::new(
        &request,
        decision,
        &call.service.iam_prefix,
        operation,
    ));
    let text = if message.is_encoded {
        // AWS's blob is opaque; ours is the JSON that DecodeAuthorizationMessage answers with.
        let details = failure_details(&request, decision).to_string();
        message.with_encoded(&URL_SAFE_NO_PAD.encode(details))
    } else {
        message.text
    };
    let mut error = ServiceError::new(access_denied_code(&call.service), text);
    error.detail = Some(match decision.kind {
        DecisionKind::Undetermined => format!(
            "undetermined: the decision hangs on {}, which is not known",
            decision.undetermined_keys.join(", ")
        ),
        _ => format!("{:?} by {:?}", decision.kind, decision.blocked_by),
    });
    error
}
