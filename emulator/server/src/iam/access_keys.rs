//! Access keys of users.

use rolecall_policy::PrincipalKind;
use rolecall_protocol::ServiceError;
use rolecall_sigv4::SecretAccessKey;
use serde_json::{Value, json};

use super::{IamCall, Output, empty, failure, members, page::page};
use crate::{
    accounts::{AccessKey, IdentityKind, KeyOwner},
    clock::{BASE64, random_text},
};

// Without a name the keys are the caller's own. Source: API reference of CreateAccessKey.
fn user(call: &mut IamCall<'_>) -> Result<String, ServiceError> {
    let name = match call.text("UserName") {
        Some(name) => name.to_owned(),
        None if call.caller.principal.kind == PrincipalKind::User => call
            .caller
            .principal
            .arn
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned(),
        None => {
            return Err(ServiceError::new(
                "ValidationError",
                "Must specify userName when calling with non-User credentials",
            ));
        }
    };
    let known = call.here().users.get(&name.to_lowercase());
    known
        .map(|user| user.name.clone())
        .ok_or_else(|| failure::no_such_identity(IdentityKind::User, &name))
}

fn owner(call: &IamCall<'_>, user: &str) -> (String, String) {
    (call.account.to_owned(), user.to_lowercase())
}

fn is_of(key: &AccessKey, (account, user): &(String, String)) -> bool {
    matches!(&key.owner, KeyOwner::User { account: a, user: u } if a == account && u == user)
}

pub(super) fn create(call: &mut IamCall<'_>) -> Output {
    let name = user(call)?;
    let owner = owner(call, &name);
    if call
        .world
        .keys
        .values()
        .filter(|key| is_of(key, &owner))
        .count()
        >= 2
    {
        return Err(failure::limit(
            "Cannot exceed quota for AccessKeysPerUser: 2",
        ));
    }
    let id = format!("AKIA{}", random_text(call.random, crate::clock::BASE32, 16));
    let secret = random_text(call.random, BASE64, 40);
    let key = AccessKey {
        secret: SecretAccessKey::new(secret.clone()),
        owner: KeyOwner::User {
            account: owner.0,
            user: owner.1,
        },
        active: true,
        created: call.now,
    };
    call.world.version += 1;
    call.world.keys.insert(id.clone(), key);
    Ok(members(json!({"AccessKey": {
        "UserName": name,
        "AccessKeyId": id,
        "Status": "Active",
        "SecretAccessKey": secret,
        "CreateDate": call.now,
    }})))
}

fn key<'a>(call: &'a mut IamCall<'_>) -> Result<(String, &'a mut AccessKey), ServiceError> {
    let id = call.required("AccessKeyId")?;
    let name = user(call)?;
    let owner = owner(call, &name);
    call.world.version += 1;
    match call
        .world
        .keys
        .get_mut(&id)
        .filter(|key| is_of(key, &owner))
    {
        Some(key) => Ok((id, key)),
        None => Err(failure::no_such("Access Key", &id)),
    }
}

pub(super) fn delete(call: &mut IamCall<'_>) -> Output {
    let (id, _) = key(call)?;
    call.world.keys.remove(&id);
    empty()
}

pub(super) fn update(call: &mut IamCall<'_>) -> Output {
    let active = call.required("Status")? == "Active";
    let (_, key) = key(call)?;
    key.active = active;
    empty()
}

pub(super) fn list(call: &mut IamCall<'_>) -> Output {
    let name = user(call)?;
    let owner = owner(call, &name);
    let keys = call.world.keys.iter().filter(|(_, key)| is_of(key, &owner));
    let items: Vec<Value> = keys
        .map(|(id, key)| {
            let status = if key.active { "Active" } else { "Inactive" };
            json!({
                "UserName": name,
                "AccessKeyId": id,
                "Status": status,
                "CreateDate": key.created,
            })
        })
        .collect();
    page(call, "AccessKeyMetadata", items)
}
