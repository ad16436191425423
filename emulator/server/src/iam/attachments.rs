//! Managed policies on users, groups and roles, and permissions boundaries.

use serde_json::json;

use super::{IamCall, Output, empty, failure, page::page};
use crate::accounts::IdentityKind;

pub(super) fn attach(call: &mut IamCall<'_>, kind: IdentityKind) -> Output {
    let arn = call.required("PolicyArn")?;
    call.identity(kind)?;
    if call.here().managed_policy(&arn).is_none() {
        return Err(failure::no_such_policy(&arn));
    }
    call.identity(kind)?.attached.insert(arn);
    empty()
}

pub(super) fn detach(call: &mut IamCall<'_>, kind: IdentityKind) -> Output {
    let arn = call.required("PolicyArn")?;
    if call.identity(kind)?.attached.remove(&arn) {
        return empty();
    }
    Err(failure::no_such_policy(&arn))
}

pub(super) fn list(call: &mut IamCall<'_>, kind: IdentityKind) -> Output {
    let attached = call.identity(kind)?.attached.clone();
    let name = |arn: &str| arn.rsplit('/').next().unwrap_or_default().to_owned();
    let items = attached
        .iter()
        .map(|arn| json!({"PolicyName": name(arn), "PolicyArn": arn}))
        .collect();
    page(call, "AttachedPolicies", items)
}

pub(super) fn put_boundary(call: &mut IamCall<'_>, kind: IdentityKind) -> Output {
    let arn = call.required("PermissionsBoundary")?;
    call.identity(kind)?;
    if call.here().managed_policy(&arn).is_none() {
        return Err(failure::no_such_policy(&arn));
    }
    call.identity(kind)?.boundary = Some(arn);
    empty()
}

pub(super) fn delete_boundary(call: &mut IamCall<'_>, kind: IdentityKind) -> Output {
    match call.identity(kind)?.boundary.take() {
        Some(_) => empty(),
        None => Err(failure::no_such(
            "permissions boundary",
            call.text(super::name_member(kind)).unwrap_or_default(),
        )),
    }
}
