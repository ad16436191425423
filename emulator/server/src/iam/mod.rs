//! IAM, as far as a test needs it. What is not here is answered by the synthesiser, and marked so.
//!
//! Source of operations and members: the service model `iam` 2010-05-08. The texts of the errors are
//! assumed (general knowledge, not looked up), unless a source stands beside them.

mod access_keys;
mod attachments;
mod failure;
mod groups;
mod identities;
mod inline_policies;
mod managed_policies;
mod page;
mod roles;
mod simulation;
mod tags;

use rolecall_policy::{Policy, PolicyKind};
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use crate::{
    accounts::{Account, Caller, Identity, IdentityKind, World},
    clock::{BASE32, Random, random_text},
};

/// The members of an output.
pub type Output = Result<Map<String, Value>, ServiceError>;

/// One call to IAM.
#[derive(Debug)]
pub struct IamCall<'a> {
    /// What it changes.
    pub world: &'a mut World,
    /// The account of the caller.
    pub account: &'a str,
    /// Who calls.
    pub caller: &'a Caller,
    /// The input members.
    pub parameters: &'a Map<String, Value>,
    /// Seconds since the epoch.
    pub now: u64,
    /// For ids and secrets.
    pub random: &'a dyn Random,
}

/// Answers an operation; none if it is not here.
pub fn answer(operation: &str, call: &mut IamCall<'_>) -> Option<Output> {
    use IdentityKind::{Group, Role, User};
    let kind = || {
        if operation.contains("Role") {
            Role
        } else if operation.contains("User") {
            User
        } else {
            Group
        }
    };
    let output = match operation {
        "CreateUser" => identities::create_user(call),
        "GetUser" => identities::get_user(call),
        "ListUsers" => identities::list(call, User, "Users"),
        "DeleteUser" => identities::delete(call, User),
        "CreateRole" => roles::create(call),
        "GetRole" => roles::get(call),
        "ListRoles" => identities::list(call, Role, "Roles"),
        "DeleteRole" => identities::delete(call, Role),
        "UpdateAssumeRolePolicy" => roles::update_trust(call),
        "UpdateRole" => roles::update(call),
        "UpdateRoleDescription" => roles::update_description(call),
        "CreateGroup" => groups::create(call),
        "GetGroup" => groups::get(call),
        "ListGroups" => identities::list(call, Group, "Groups"),
        "DeleteGroup" => identities::delete(call, Group),
        "AddUserToGroup" => groups::add_user(call),
        "RemoveUserFromGroup" => groups::remove_user(call),
        "ListGroupsForUser" => groups::of_user(call),
        "PutUserPolicy" | "PutRolePolicy" | "PutGroupPolicy" => inline_policies::put(call, kind()),
        "GetUserPolicy" | "GetRolePolicy" | "GetGroupPolicy" => inline_policies::get(call, kind()),
        "DeleteUserPolicy" | "DeleteRolePolicy" | "DeleteGroupPolicy" => {
            inline_policies::delete(call, kind())
        }
        "ListUserPolicies" | "ListRolePolicies" | "ListGroupPolicies" => {
            inline_policies::list(call, kind())
        }
        "AttachUserPolicy" | "AttachRolePolicy" | "AttachGroupPolicy" => {
            attachments::attach(call, kind())
        }
        "DetachUserPolicy" | "DetachRolePolicy" | "DetachGroupPolicy" => {
            attachments::detach(call, kind())
        }
        "ListAttachedUserPolicies" | "ListAttachedRolePolicies" | "ListAttachedGroupPolicies" => {
            attachments::list(call, kind())
        }
        "PutUserPermissionsBoundary" | "PutRolePermissionsBoundary" => {
            attachments::put_boundary(call, kind())
        }
        "DeleteUserPermissionsBoundary" | "DeleteRolePermissionsBoundary" => {
            attachments::delete_boundary(call, kind())
        }
        "TagUser" | "TagRole" => tags::tag(call, kind()),
        "UntagUser" | "UntagRole" => tags::untag(call, kind()),
        "ListUserTags" | "ListRoleTags" => tags::list(call, kind()),
        _ => return access_key_or_policy(operation, call),
    };
    Some(output)
}

fn access_key_or_policy(operation: &str, call: &mut IamCall<'_>) -> Option<Output> {
    Some(match operation {
        "CreateAccessKey" => access_keys::create(call),
        "DeleteAccessKey" => access_keys::delete(call),
        "UpdateAccessKey" => access_keys::update(call),
        "ListAccessKeys" => access_keys::list(call),
        "CreatePolicy" => managed_policies::create(call),
        "GetPolicy" => managed_policies::get(call),
        "ListPolicies" => managed_policies::list(call),
        "DeletePolicy" => managed_policies::delete(call),
        "CreatePolicyVersion" => managed_policies::create_version(call),
        "GetPolicyVersion" => managed_policies::get_version(call),
        "ListPolicyVersions" => managed_policies::list_versions(call),
        "SetDefaultPolicyVersion" => managed_policies::set_default(call),
        "DeletePolicyVersion" => managed_policies::delete_version(call),
        "SimulateCustomPolicy" => simulation::custom(call),
        "SimulatePrincipalPolicy" => simulation::principal(call),
        "GetContextKeysForCustomPolicy" => simulation::custom_keys(call),
        "GetContextKeysForPrincipalPolicy" => simulation::principal_keys(call),
        _ => return None,
    })
}

impl IamCall<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).and_then(Value::as_str)
    }

    fn required(&self, name: &str) -> Result<String, ServiceError> {
        self.text(name)
            .map(str::to_owned)
            .ok_or_else(|| failure::missing(name))
    }

    fn path(&self) -> Result<String, ServiceError> {
        let path = self.text("Path").unwrap_or("/");
        // Source: service model iam, pathType: (/)|(/[!-~]+/), at most 512.
        let inner = path.len() <= 512 && path.bytes().all(|b| (b'!'..=b'~').contains(&b));
        if inner && path.starts_with('/') && path.ends_with('/') {
            Ok(path.to_owned())
        } else {
            Err(failure::invalid(
                "path",
                path,
                r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)",
            ))
        }
    }

    fn here(&mut self) -> &mut Account {
        self.world.version += 1;
        self.world.account_mut(self.account)
    }

    fn id(&self, prefix: &str) -> String {
        format!("{prefix}{}", random_text(self.random, BASE32, 17))
    }

    fn identity(&mut self, kind: IdentityKind) -> Result<&mut Identity, ServiceError> {
        let name = self.required(name_member(kind))?;
        self.here()
            .identities_mut(kind)
            .get_mut(&name.to_lowercase())
            .ok_or_else(|| failure::no_such_identity(kind, &name))
    }

    fn document(
        &self,
        member: &str,
        name: &str,
        kind: PolicyKind,
    ) -> Result<std::sync::Arc<Policy>, ServiceError> {
        let text = self.required(member)?;
        Policy::parse(name, kind, &text)
            .map(std::sync::Arc::new)
            .map_err(|error| failure::malformed_policy(&error))
    }
}

fn name_member(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::User => "UserName",
        IdentityKind::Group => "GroupName",
        IdentityKind::Role => "RoleName",
    }
}

fn tag_list(tags: &indexmap::IndexMap<String, String>) -> Value {
    tags.iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect()
}

fn tags_of(parameters: &Map<String, Value>) -> Vec<(String, String)> {
    let text = |tag: &Value, member| tag.get(member).and_then(Value::as_str).map(str::to_owned);
    let tags = parameters.get("Tags").and_then(Value::as_array);
    tags.into_iter()
        .flatten()
        .filter_map(|tag| Some((text(tag, "Key")?, text(tag, "Value").unwrap_or_default())))
        .collect()
}

/// Makes a map of the members of an object literal.
fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers have this signature")]
fn empty() -> Output {
    Ok(Map::new())
}
