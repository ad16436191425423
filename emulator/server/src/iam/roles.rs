//! Roles: trust policy, description, session length.

use std::sync::Arc;

use rolecall_policy::{Policy, PolicyKind};
use rolecall_protocol::ServiceError;
use serde_json::{Value, json};

use super::{IamCall, Output, empty, failure, identities, members};
use crate::accounts::IdentityKind;

pub(super) fn create(call: &mut IamCall<'_>) -> Output {
    let mut role = identities::make(call, IdentityKind::Role)?;
    role.trust = Some(trust(call, "AssumeRolePolicyDocument", &role.arn)?);
    role.description = call.text("Description").map(str::to_owned);
    if let Some(seconds) = max_session(call)? {
        role.max_session = seconds;
    }
    identities::store(call, "Role", role)
}

/// The trust policy in a member, whose principals exist.
fn trust(call: &IamCall<'_>, member: &str, arn: &str) -> Result<Arc<Policy>, ServiceError> {
    let trust = call.document(member, arn, PolicyKind::Trust)?;
    match call.world.missing_principal(trust.document()) {
        None => Ok(trust),
        Some(missing) => Err(failure::invalid_principal(missing)),
    }
}

// Source: service model iam, roleMaxSessionDurationType: 3600 to 43200.
fn max_session(call: &IamCall<'_>) -> Result<Option<u64>, ServiceError> {
    let Some(seconds) = call
        .parameters
        .get("MaxSessionDuration")
        .and_then(Value::as_u64)
    else {
        return Ok(None);
    };
    if (3600..=43_200).contains(&seconds) {
        return Ok(Some(seconds));
    }
    let bound = if seconds < 3600 {
        "greater than or equal to 3600"
    } else {
        "less than or equal to 43200"
    };
    Err(ServiceError::new(
        "ValidationError",
        format!(
            "1 validation error detected: Value '{seconds}' at 'maxSessionDuration' failed to \
             satisfy constraint: Member must have value {bound}"
        ),
    ))
}

pub(super) fn get(call: &mut IamCall<'_>) -> Output {
    let role = identities::describe(call.identity(IdentityKind::Role)?);
    Ok(members(json!({"Role": role})))
}

pub(super) fn update_trust(call: &mut IamCall<'_>) -> Output {
    let arn = call.identity(IdentityKind::Role)?.arn.clone();
    let trust = trust(call, "PolicyDocument", &arn)?;
    call.identity(IdentityKind::Role)?.trust = Some(trust);
    empty()
}

pub(super) fn update(call: &mut IamCall<'_>) -> Output {
    let seconds = max_session(call)?;
    let description = call.text("Description").map(str::to_owned);
    let role = call.identity(IdentityKind::Role)?;
    if let Some(seconds) = seconds {
        role.max_session = seconds;
    }
    if description.is_some() {
        role.description = description;
    }
    empty()
}

pub(super) fn update_description(call: &mut IamCall<'_>) -> Output {
    let description = call.required("Description")?;
    let role = call.identity(IdentityKind::Role)?;
    role.description = Some(description);
    let role = identities::describe(role);
    Ok(members(json!({"Role": role})))
}
