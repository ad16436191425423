//! What users, groups and roles have in common: create, get, list, delete.

use rolecall_policy::PrincipalKind;
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{IamCall, Output, empty, failure, members, name_member, page::page, tag_list, tags_of};
use crate::accounts::{Identity, IdentityKind, KeyOwner};

/// An identity as the output shapes `User`, `Group` and `Role` have it.
pub(super) fn describe(identity: &Identity) -> Value {
    let word = match identity.kind {
        IdentityKind::User => "User",
        IdentityKind::Group => "Group",
        IdentityKind::Role => "Role",
    };
    let mut shape = members(json!({
        "Path": identity.path,
        format!("{word}Name"): identity.name,
        format!("{word}Id"): identity.id,
        "Arn": identity.arn,
        "CreateDate": identity.created,
    }));
    if let Some(boundary) = &identity.boundary {
        let boundary =
            json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary});
        shape.insert("PermissionsBoundary".to_owned(), boundary);
    }
    if !identity.tags.is_empty() {
        shape.insert("Tags".to_owned(), tag_list(&identity.tags));
    }
    if identity.kind == IdentityKind::Role {
        role_members(identity, &mut shape);
    }
    Value::Object(shape)
}

fn role_members(role: &Identity, shape: &mut Map<String, Value>) {
    shape.insert("MaxSessionDuration".to_owned(), json!(role.max_session));
    if let Some(trust) = &role.trust {
        shape.insert(
            "AssumeRolePolicyDocument".to_owned(),
            json!(encoded(&trust.text)),
        );
    }
    if let Some(description) = &role.description {
        shape.insert("Description".to_owned(), json!(description));
    }
}

/// A document as IAM returns it: percent-encoded after RFC 3986.
///
/// Source: API reference of GetRolePolicy, response element `PolicyDocument`.
pub(super) fn encoded(document: &str) -> String {
    const KEPT: &[u8] = b"-_.~";
    document
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || KEPT.contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

/// Makes a new identity, without storing it.
pub(super) fn make(call: &mut IamCall<'_>, kind: IdentityKind) -> Result<Identity, ServiceError> {
    let name = call.required(name_member(kind))?;
    check_name(kind, &name)?;
    let path = call.path()?;
    let (id, now, account) = (call.id(kind.id_prefix()), call.now, call.account.to_owned());
    let boundary = call.text("PermissionsBoundary").map(str::to_owned);
    let tags = tags_of(call.parameters);
    let here = call.here();
    if here.identities(kind).contains_key(&name.to_lowercase()) {
        return Err(failure::exists(kind, &name));
    }
    if let Some(arn) = &boundary
        && here.managed_policy(arn).is_none()
    {
        return Err(failure::no_such_policy(arn));
    }
    let mut identity = Identity::new(kind, &account, &path, &name, id, now);
    identity.boundary = boundary;
    identity.tags.extend(tags);
    Ok(identity)
}

// Source: service model iam: userNameType, roleNameType (64), groupNameType (128), [\w+=,.@-]+
fn check_name(kind: IdentityKind, name: &str) -> Result<(), ServiceError> {
    let longest = if kind == IdentityKind::Group { 128 } else { 64 };
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b);
    if !name.is_empty() && name.len() <= longest && name.bytes().all(legal) {
        Ok(())
    } else {
        Err(failure::invalid(name_member(kind), name, r"[\w+=,.@-]+"))
    }
}

/// Stores a new identity and answers with its description.
#[expect(clippy::unnecessary_wraps, reason = "all handlers have this signature")]
pub(super) fn store(call: &mut IamCall<'_>, member: &str, identity: Identity) -> Output {
    let description = describe(&identity);
    call.here()
        .identities_mut(identity.kind)
        .insert(identity.name.to_lowercase(), identity);
    Ok(members(json!({member: description})))
}

pub(super) fn create_user(call: &mut IamCall<'_>) -> Output {
    let user = make(call, IdentityKind::User)?;
    store(call, "User", user)
}

pub(super) fn get_user(call: &mut IamCall<'_>) -> Output {
    if call.text("UserName").is_some() {
        let user = describe(call.identity(IdentityKind::User)?);
        return Ok(members(json!({"User": user})));
    }
    // Without a name: the caller, by its access key. Source: API reference of GetUser.
    let principal = &call.caller.principal;
    match principal.kind {
        PrincipalKind::User => {
            let arn = principal.arn.clone();
            let name = arn.rsplit('/').next().unwrap_or_default();
            let user = call.here().users.get(&name.to_lowercase()).map(describe);
            let user = user.ok_or_else(|| failure::no_such_identity(IdentityKind::User, name))?;
            Ok(members(json!({"User": user})))
        }
        PrincipalKind::Root => Ok(members(json!({"User": {
            "Path": "/",
            "UserName": "root",
            "UserId": call.account,
            "Arn": principal.arn,
            "CreateDate": 0,
        }}))),
        _ => Err(ServiceError::new(
            "ValidationError",
            "Must specify userName when calling with non-User credentials",
        )),
    }
}

pub(super) fn list(call: &mut IamCall<'_>, kind: IdentityKind, member: &str) -> Output {
    let prefix = call.text("PathPrefix").unwrap_or("/").to_owned();
    let all = call.here().identities(kind).values();
    let items = all
        .filter(|i| i.path.starts_with(&prefix))
        .map(describe)
        .collect();
    page(call, member, items)
}

pub(super) fn delete(call: &mut IamCall<'_>, kind: IdentityKind) -> Output {
    let identity = call.identity(kind)?.clone();
    if !identity.attached.is_empty() {
        return Err(failure::conflict("detach all policies"));
    }
    if !identity.inline.is_empty() {
        return Err(failure::conflict("delete policies"));
    }
    let name = identity.name.to_lowercase();
    let account = call.account.to_owned();
    match kind {
        IdentityKind::User => {
            let owns = |owner: &KeyOwner| matches!(owner, KeyOwner::User { account: a, user } if *a == account && *user == name);
            if call.world.keys.values().any(|key| owns(&key.owner)) {
                return Err(failure::conflict("delete access keys"));
            }
            if !identity.groups.is_empty() {
                return Err(failure::conflict("remove users from group"));
            }
        }
        IdentityKind::Group => {
            if call
                .here()
                .users
                .values()
                .any(|user| user.groups.contains(&name))
            {
                return Err(failure::conflict("remove users from group"));
            }
        }
        IdentityKind::Role => {}
    }
    call.here().identities_mut(kind).remove(&name);
    call.world.forget_principal(&identity);
    empty()
}
