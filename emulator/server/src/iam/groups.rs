//! Groups and who is in them.

use serde_json::json;

use super::{IamCall, Output, empty, failure, identities, members, page::page};
use crate::accounts::IdentityKind;

pub(super) fn create(call: &mut IamCall<'_>) -> Output {
    let group = identities::make(call, IdentityKind::Group)?;
    identities::store(call, "Group", group)
}

pub(super) fn get(call: &mut IamCall<'_>) -> Output {
    let group = call.identity(IdentityKind::Group)?.clone();
    let name = group.name.to_lowercase();
    let inside = call
        .here()
        .users
        .values()
        .filter(|user| user.groups.contains(&name));
    let users = inside.map(identities::describe).collect();
    let mut output = page(call, "Users", users)?;
    output.insert("Group".to_owned(), identities::describe(&group));
    Ok(output)
}

pub(super) fn add_user(call: &mut IamCall<'_>) -> Output {
    let group = call.identity(IdentityKind::Group)?.name.to_lowercase();
    call.identity(IdentityKind::User)?.groups.insert(group);
    empty()
}

pub(super) fn remove_user(call: &mut IamCall<'_>) -> Output {
    let group = call.identity(IdentityKind::Group)?.name.clone();
    let user = call.identity(IdentityKind::User)?;
    if user.groups.remove(&group.to_lowercase()) {
        return empty();
    }
    Err(failure::no_such_identity(IdentityKind::User, &user.name))
}

pub(super) fn of_user(call: &mut IamCall<'_>) -> Output {
    let names = call.identity(IdentityKind::User)?.groups.clone();
    let here = call.here();
    let groups = names.iter().filter_map(|name| here.groups.get(name));
    let groups = groups.map(identities::describe).collect();
    page(call, "Groups", groups).map(|output| members(json!(output)))
}
