//! The policies that a simulation is about, and how its results name them.

use std::sync::Arc;

use rolecall_policy::{CheckKind, Policy, PolicyKind};
use rolecall_protocol::ServiceError;
use serde_json::Value;

use super::invalid;
use crate::{
    accounts::{Account, Identity, IdentityKind},
    iam::{IamCall, failure},
};

/// A policy, under the name that results give it.
#[derive(Debug)]
pub(super) struct Source {
    /// `SourcePolicyType`: the words that the API answers with (observed), which are not those of its
    /// model.
    pub(super) kind: &'static str,
    pub(super) policy: Arc<Policy>,
}

/// The policies of a simulation.
#[derive(Debug)]
pub(super) struct Sources {
    /// The ARN of the user or role, for `SimulatePrincipalPolicy`.
    pub(super) principal: Option<String>,
    pub(super) identity: Vec<Source>,
    pub(super) boundary: Option<Source>,
    pub(super) resource: Option<Source>,
}

impl Sources {
    pub(super) fn custom(call: &IamCall<'_>) -> Result<Self, ServiceError> {
        Self::with(call, None, Vec::new(), None)
    }

    pub(super) fn of_principal(call: &IamCall<'_>) -> Result<Self, ServiceError> {
        let arn = call.required("PolicySourceArn")?;
        let account = call.world.accounts.get(call.account);
        let (kind, name) = kind_and_name(&arn)
            .ok_or_else(|| invalid(format!("{arn} is not the ARN of a user, group or role")))?;
        let found = account.and_then(|account| {
            let mut all = account.identities(kind).values();
            Some((account, all.find(|identity| identity.arn == arn)?))
        });
        let (account, identity) = found.ok_or_else(|| failure::no_such_identity(kind, name))?;
        let boundary = identity
            .boundary
            .as_ref()
            .and_then(|arn| source(BOUNDARY, PolicyKind::PermissionsBoundary, arn, account));
        let policies = attached_and_inline(account, identity);
        Self::with(call, Some(arn), policies, boundary)
    }

    fn with(
        call: &IamCall<'_>,
        principal: Option<String>,
        mut identity: Vec<Source>,
        attached_boundary: Option<Source>,
    ) -> Result<Self, ServiceError> {
        identity.extend(given(call, "PolicyInputList", IAM, PolicyKind::Identity)?);
        // Source: SimulatePrincipalPolicy, `PermissionsBoundaryPolicyInputList`: it takes the place of
        // the boundary that is attached, and there can be one.
        let mut boundaries = given(
            call,
            "PermissionsBoundaryPolicyInputList",
            BOUNDARY,
            PolicyKind::PermissionsBoundary,
        )?;
        if boundaries.len() > 1 {
            return Err(invalid("Only one permissions boundary can be simulated"));
        }
        let resource = match call.text("ResourcePolicy") {
            Some(text) => Some(parsed(
                RESOURCE,
                "ResourcePolicy",
                PolicyKind::Resource,
                text,
            )?),
            None => None,
        };
        Ok(Self {
            principal,
            identity,
            boundary: boundaries.pop().or(attached_boundary),
            resource,
        })
    }

    /// The source that a check of a decision names.
    pub(super) fn named(&self, check: CheckKind, name: &str) -> Option<&Source> {
        match check {
            CheckKind::PermissionsBoundary => self.boundary.as_ref(),
            CheckKind::Resource => self.resource.as_ref(),
            _ => self
                .identity
                .iter()
                .find(|source| source.policy.name == name),
        }
    }
}

const IAM: &str = "IAM Policy";
const BOUNDARY: &str = "Permissions Boundary Policy";
const RESOURCE: &str = "Resource Policy";

fn kind_and_name(arn: &str) -> Option<(IdentityKind, &str)> {
    let (word, path) = arn.splitn(6, ':').nth(5)?.split_once('/')?;
    let kind = match word {
        "user" => IdentityKind::User,
        "group" => IdentityKind::Group,
        "role" => IdentityKind::Role,
        _ => return None,
    };
    Some((kind, path.rsplit('/').next()?))
}

/// A user's own policies and those of its groups.
fn attached_and_inline(account: &Account, identity: &Identity) -> Vec<Source> {
    let groups = identity
        .groups
        .iter()
        .filter_map(|name| account.groups.get(name));
    let mut sources = Vec::new();
    for holder in std::iter::once(identity).chain(groups) {
        // Observed: an inline policy is named after its holder, a managed one by its name.
        let inline = holder.inline.iter().filter_map(|(name, policy)| {
            let id = format!("{}_{}_{name}", holder.kind.word(), holder.name);
            parsed(IAM, &id, PolicyKind::Identity, &policy.text).ok()
        });
        sources.extend(inline);
        let attached = holder.attached.iter();
        sources.extend(attached.filter_map(|arn| source(IAM, PolicyKind::Identity, arn, account)));
    }
    sources
}

fn source(word: &'static str, kind: PolicyKind, arn: &str, account: &Account) -> Option<Source> {
    let policy = account.managed_policy(arn)?;
    let name = arn.rsplit('/').next()?;
    parsed(word, name, kind, &policy.text).ok()
}

fn given(
    call: &IamCall<'_>,
    member: &str,
    word: &'static str,
    kind: PolicyKind,
) -> Result<Vec<Source>, ServiceError> {
    let texts = call.parameters.get(member).and_then(Value::as_array);
    let texts = texts.into_iter().flatten().filter_map(Value::as_str);
    texts
        .enumerate()
        .map(|(index, text)| parsed(word, &format!("{member}.{}", index + 1), kind, text))
        .collect()
}

fn parsed(
    word: &'static str,
    name: &str,
    kind: PolicyKind,
    text: &str,
) -> Result<Source, ServiceError> {
    let policy = Policy::parse(name, kind, text)
        .map_err(|error| invalid(format!("{name}: {}", error.message)))?;
    Ok(Source {
        kind: word,
        policy: policy.into(),
    })
}
