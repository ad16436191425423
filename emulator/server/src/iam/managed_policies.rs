//! Customer managed policies and their versions.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use rolecall_policy::PolicyKind;
use rolecall_protocol::ServiceError;
use serde_json::{Value, json};

use super::{
    IamCall, Output, empty, failure, identities::encoded, members, page::page, tag_list, tags_of,
};
use crate::accounts::{Account, Identity, ManagedPolicy, PolicyVersion};

// Source: IAM quotas: characters of a managed policy, white space not counted.
const LARGEST: usize = 6144;
// Source: IAM quotas: versions of a managed policy.
const VERSIONS: usize = 5;

fn holders(account: &Account) -> impl Iterator<Item = &Identity> {
    let groups = account.groups.values();
    account
        .users
        .values()
        .chain(groups)
        .chain(account.roles.values())
}

fn describe(account: &Account, policy: &ManagedPolicy) -> Value {
    let attached = holders(account)
        .filter(|holder| holder.attached.contains(&policy.arn))
        .count();
    let bounded = holders(account)
        .filter(|holder| holder.boundary.as_ref() == Some(&policy.arn))
        .count();
    let updated = policy
        .versions
        .values()
        .map(|version| version.created)
        .max();
    let mut shape = members(json!({
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": format!("v{}", policy.default),
        "AttachmentCount": attached,
        "PermissionsBoundaryUsageCount": bounded,
        "IsAttachable": true,
        "CreateDate": policy.created,
        "UpdateDate": updated.unwrap_or(policy.created),
    }));
    if let Some(description) = &policy.description {
        shape.insert("Description".to_owned(), json!(description));
    }
    if !policy.tags.is_empty() {
        shape.insert("Tags".to_owned(), tag_list(&policy.tags));
    }
    Value::Object(shape)
}

fn version(call: &IamCall<'_>, arn: &str) -> Result<PolicyVersion, ServiceError> {
    let policy = call.document("PolicyDocument", arn, PolicyKind::Identity)?;
    if policy.text.chars().filter(|c| !c.is_whitespace()).count() > LARGEST {
        return Err(failure::limit(&format!(
            "Cannot exceed quota for PolicySize: {LARGEST}"
        )));
    }
    Ok(PolicyVersion {
        policy,
        created: call.now,
    })
}

pub(super) fn create(call: &mut IamCall<'_>) -> Output {
    let name = call.required("PolicyName")?;
    let path = call.path()?;
    let arn = format!("arn:aws:iam::{}:policy{path}{name}", call.account);
    let first = version(call, &arn)?;
    let exists = |policy: &ManagedPolicy| policy.name.eq_ignore_ascii_case(&name);
    if call.here().policies.values().any(exists) {
        return Err(failure::policy_exists(&name));
    }
    let policy = ManagedPolicy {
        id: call.id("ANPA"),
        path,
        arn: arn.clone(),
        description: call.text("Description").map(str::to_owned),
        versions: BTreeMap::from([(1, first)]),
        default: 1,
        next: 2,
        tags: tags_of(call.parameters)
            .into_iter()
            .collect::<IndexMap<_, _>>(),
        created: call.now,
        name,
    };
    let here = call.here();
    let shape = describe(here, &policy);
    here.policies.insert(arn, policy);
    Ok(members(json!({"Policy": shape})))
}

fn policy<'a>(call: &'a mut IamCall<'_>) -> Result<&'a mut ManagedPolicy, ServiceError> {
    let arn = call.required("PolicyArn")?;
    let found = call.here().policies.get_mut(&arn);
    found.ok_or_else(|| ServiceError::new("NoSuchEntity", format!("Policy {arn} was not found.")))
}

pub(super) fn get(call: &mut IamCall<'_>) -> Output {
    let policy = policy(call)?.clone();
    Ok(members(json!({"Policy": describe(call.here(), &policy)})))
}

pub(super) fn list(call: &mut IamCall<'_>) -> Output {
    let prefix = call.text("PathPrefix").unwrap_or("/").to_owned();
    let attached_only = call
        .parameters
        .get("OnlyAttached")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    let here = call.here();
    let is_attached = |policy: &&ManagedPolicy| {
        !attached_only || holders(here).any(|holder| holder.attached.contains(&policy.arn))
    };
    let policies = here
        .policies
        .values()
        .filter(|policy| policy.path.starts_with(&prefix));
    let items = policies
        .filter(is_attached)
        .map(|policy| describe(here, policy))
        .collect();
    page(call, "Policies", items)
}

pub(super) fn delete(call: &mut IamCall<'_>) -> Output {
    let (arn, versions) = policy(call).map(|p| (p.arn.clone(), p.versions.len()))?;
    let here = call.here();
    if holders(here).any(|h| h.attached.contains(&arn) || h.boundary.as_ref() == Some(&arn)) {
        let text = "Cannot delete a policy attached to entities.";
        return Err(ServiceError::new("DeleteConflict", text));
    }
    if versions > 1 {
        let text = "This policy has more than one version. Before you delete a policy, you must \
                    delete the policy's versions. The default version is deleted with the policy.";
        return Err(ServiceError::new("DeleteConflict", text));
    }
    here.policies.remove(&arn);
    empty()
}

pub(super) fn create_version(call: &mut IamCall<'_>) -> Output {
    let arn = policy(call)?.arn.clone();
    let version = version(call, &arn)?;
    let is_default = call
        .parameters
        .get("SetAsDefault")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    let policy = policy(call)?;
    if policy.versions.len() >= VERSIONS {
        return Err(failure::limit(&format!(
            "A managed policy can have up to {VERSIONS} versions. Before you create a new version, \
             you must delete an existing version."
        )));
    }
    let number = policy.next;
    policy.next += 1;
    let created = version.created;
    policy.versions.insert(number, version);
    if is_default {
        policy.default = number;
    }
    Ok(members(json!({"PolicyVersion": {
        "VersionId": format!("v{number}"),
        "IsDefaultVersion": is_default,
        "CreateDate": created,
    }})))
}

fn number(call: &IamCall<'_>) -> Result<u32, ServiceError> {
    let id = call.required("VersionId")?;
    let number = id.strip_prefix('v').and_then(|digits| digits.parse().ok());
    number.ok_or_else(|| failure::invalid("versionId", &id, r"v[1-9][0-9]*(\.[A-Za-z0-9-]*)?"))
}

fn no_such_version(arn: &str, number: u32) -> ServiceError {
    ServiceError::new(
        "NoSuchEntity",
        format!("Policy {arn} version v{number} does not exist or is not attachable."),
    )
}

pub(super) fn get_version(call: &mut IamCall<'_>) -> Output {
    let number = number(call)?;
    let policy = policy(call)?;
    let version = policy.versions.get(&number);
    let version = version.ok_or_else(|| no_such_version(&policy.arn, number))?;
    Ok(members(json!({"PolicyVersion": {
        "Document": encoded(&version.policy.text),
        "VersionId": format!("v{number}"),
        "IsDefaultVersion": policy.default == number,
        "CreateDate": version.created,
    }})))
}

pub(super) fn list_versions(call: &mut IamCall<'_>) -> Output {
    let policy = policy(call)?;
    let default = policy.default;
    let newest_first = policy.versions.iter().rev();
    let items = newest_first
        .map(|(number, version)| {
            json!({
                "VersionId": format!("v{number}"),
                "IsDefaultVersion": default == *number,
                "CreateDate": version.created,
            })
        })
        .collect();
    page(call, "Versions", items)
}

pub(super) fn set_default(call: &mut IamCall<'_>) -> Output {
    let number = number(call)?;
    let policy = policy(call)?;
    if !policy.versions.contains_key(&number) {
        return Err(no_such_version(&policy.arn, number));
    }
    policy.default = number;
    empty()
}

pub(super) fn delete_version(call: &mut IamCall<'_>) -> Output {
    let number = number(call)?;
    let policy = policy(call)?;
    if policy.default == number {
        let text = "Cannot delete the default version of a policy.";
        return Err(ServiceError::new("DeleteConflict", text));
    }
    match policy.versions.remove(&number) {
        Some(_) => empty(),
        None => Err(no_such_version(&policy.arn, number)),
    }
}
