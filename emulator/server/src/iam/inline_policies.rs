//! Inline policies of users, groups and roles.

use rolecall_policy::PolicyKind;
use serde_json::json;

use super::{IamCall, Output, empty, failure, identities, members, name_member, page::page};
use crate::accounts::{Identity, IdentityKind};

// Source: IAM quotas: the sum of all inline policies, white space not counted.
fn quota(kind: IdentityKind) -> usize {
    match kind {
        IdentityKind::User => 2048,
        IdentityKind::Group => 5120,
        IdentityKind::Role => 10_240,
    }
}

fn size(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

pub(super) fn put(call: &mut IamCall<'_>, kind: IdentityKind) -> Output {
    let name = call.required("PolicyName")?;
    call.identity(kind)?;
    let policy = call.document("PolicyDocument", &name, PolicyKind::Identity)?;
    let identity = call.identity(kind)?;
    let others = others(identity, &name);
    if others + size(&policy.text) > quota(kind) {
        return Err(failure::limit(&format!(
            "Maximum policy size of {} bytes exceeded for {} {}",
            quota(kind),
            kind.word(),
            identity.name
        )));
    }
    identity.inline.insert(name, policy);
    empty()
}

fn others(identity: &Identity, name: &str) -> usize {
    let others = identity.inline.iter().filter(|(other, _)| *other != name);
    others.map(|(_, policy)| size(&policy.text)).sum()
}

pub(super) fn get(call: &mut IamCall<'_>, kind: IdentityKind) -> Output {
    let name = call.required("PolicyName")?;
    let identity = call.identity(kind)?;
    let policy = identity
        .inline
        .get(&name)
        .ok_or_else(|| failure::no_such_inline(kind, &name))?;
    Ok(members(json!({
        name_member(kind): identity.name,
        "PolicyName": name,
        "PolicyDocument": identities::encoded(&policy.text),
    })))
}

pub(super) fn delete(call: &mut IamCall<'_>, kind: IdentityKind) -> Output {
    let name = call.required("PolicyName")?;
    match call.identity(kind)?.inline.remove(&name) {
        Some(_) => empty(),
        None => Err(failure::no_such_inline(kind, &name)),
    }
}

pub(super) fn list(call: &mut IamCall<'_>, kind: IdentityKind) -> Output {
    let names = call
        .identity(kind)?
        .inline
        .keys()
        .map(|name| json!(name))
        .collect();
    page(call, "PolicyNames", names)
}
