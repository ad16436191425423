//! All accounts, and the way from an access key to its caller.

use std::{collections::BTreeMap, sync::Arc};

use rolecall_policy::{AccountId, Policy, PolicySet, Principal, PrincipalKind};

use super::{
    AccessKey, Caller, CredentialProblem, Identity, IdentityKind, KeyOwner, ManagedPolicy, Session,
    caller::principal_context, managed::aws_managed,
};

/// One account.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Users by lower-case name.
    pub users: BTreeMap<String, Identity>,
    /// Groups by lower-case name.
    pub groups: BTreeMap<String, Identity>,
    /// Roles by lower-case name.
    pub roles: BTreeMap<String, Identity>,
    /// Customer managed policies by ARN.
    pub policies: BTreeMap<String, ManagedPolicy>,
}

impl Account {
    /// The identities of a kind.
    pub fn identities(&self, kind: IdentityKind) -> &BTreeMap<String, Identity> {
        match kind {
            IdentityKind::User => &self.users,
            IdentityKind::Group => &self.groups,
            IdentityKind::Role => &self.roles,
        }
    }

    /// The identities of a kind, to change.
    pub fn identities_mut(&mut self, kind: IdentityKind) -> &mut BTreeMap<String, Identity> {
        match kind {
            IdentityKind::User => &mut self.users,
            IdentityKind::Group => &mut self.groups,
            IdentityKind::Role => &mut self.roles,
        }
    }

    /// The document in force of a managed policy, the account's own or AWS's.
    pub fn managed_policy(&self, arn: &str) -> Option<Arc<Policy>> {
        match self.policies.get(arn) {
            Some(policy) => policy.default_policy().cloned(),
            None => aws_managed(arn),
        }
    }

    fn policies_of(&self, identity: &Identity) -> Vec<Arc<Policy>> {
        let groups = identity
            .groups
            .iter()
            .filter_map(|name| self.groups.get(name));
        std::iter::once(identity)
            .chain(groups)
            .flat_map(|holder| {
                let attached = holder
                    .attached
                    .iter()
                    .filter_map(|arn| self.managed_policy(arn));
                holder.inline.values().cloned().chain(attached)
            })
            .collect()
    }

    fn policy_set(&self, identity: &Identity) -> PolicySet {
        PolicySet {
            identity: self.policies_of(identity),
            permissions_boundary: identity
                .boundary
                .as_deref()
                .and_then(|b| self.managed_policy(b)),
            ..PolicySet::default()
        }
    }
}

/// Everything that IAM and STS keep.
#[derive(Debug, Default)]
pub struct World {
    /// The accounts by id.
    pub accounts: BTreeMap<String, Account>,
    /// The access keys by id.
    pub keys: BTreeMap<String, AccessKey>,
    /// Counts the changes, so that a resolved caller knows whether it is still true.
    pub version: u64,
}

impl World {
    /// The account, made if there is none.
    pub fn account_mut(&mut self, id: &str) -> &mut Account {
        self.accounts.entry(id.to_owned()).or_default()
    }

    /// The role with this ARN.
    pub fn role(&self, arn: &str) -> Option<(&str, &Identity)> {
        let account = arn.split(':').nth(4)?;
        let name = arn.rsplit('/').next()?.to_lowercase();
        let (id, account) = self.accounts.get_key_value(account)?;
        let role = account.roles.get(&name)?;
        (role.arn == arn).then_some((id.as_str(), role))
    }

    /// The ARN, with its path, of the entity whose ARN without a path is given.
    pub fn entity_arn(&self, subject: &str) -> Option<String> {
        let mut parts = subject.splitn(6, ':').skip(4);
        let account = self.accounts.get(parts.next()?)?;
        let (word, name) = parts.next()?.split_once('/')?;
        let name = name.rsplit('/').next()?.to_lowercase();
        let identity = |map: &BTreeMap<String, Identity>| map.get(&name).map(|i| i.arn.clone());
        match word {
            "user" => identity(&account.users),
            "group" => identity(&account.groups),
            "role" => identity(&account.roles),
            "policy" => {
                let policies = account.policies.values();
                let named = |p: &&ManagedPolicy| p.name.to_lowercase() == name;
                policies
                    .filter(named)
                    .map(|policy| policy.arn.clone())
                    .next()
            }
            _ => None,
        }
    }

    /// Who the key stands for.
    pub fn caller(&self, key: &AccessKey) -> Result<Caller, CredentialProblem> {
        match &key.owner {
            KeyOwner::Root { account } => Ok(root(account)),
            KeyOwner::User { account, user } => self.user(account, user),
            KeyOwner::Session(session) => Ok(self.session(session)),
        }
    }

    fn user(&self, account_id: &str, name: &str) -> Result<Caller, CredentialProblem> {
        let account = self
            .accounts
            .get(account_id)
            .ok_or(CredentialProblem::UnknownKey)?;
        let user = account
            .users
            .get(name)
            .ok_or(CredentialProblem::UnknownKey)?;
        let principal = Principal {
            kind: PrincipalKind::User,
            arn: user.arn.clone(),
            account: AccountId::parse(account_id).ok(),
            issuer: None,
            user_id: user.id.clone(),
            service_linked: false,
        };
        let tags: Vec<_> = user
            .tags
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        Ok(Caller {
            context: principal_context(&principal, &tags, None).shared(),
            policies: account.policy_set(user),
            principal: Arc::new(principal),
            session: None,
            verified: true,
        })
    }

    fn session(&self, session: &Arc<Session>) -> Caller {
        let account = self.accounts.get(&session.account);
        let kind = match session.principal.kind {
            PrincipalKind::AssumedRole => IdentityKind::Role,
            _ => IdentityKind::User,
        };
        let identity = session
            .identity
            .as_ref()
            .and_then(|name| account?.identities(kind).get(name))
            .filter(|identity| identity.id == session.identity_id);
        // A deleted role takes its sessions with it: nothing allows them any more.
        // Source: IAM User Guide, "Delete roles or instance profiles" [assumed for running sessions].
        let mut policies = match (account, identity) {
            (Some(account), Some(identity)) => account.policy_set(identity),
            _ => PolicySet::default(),
        };
        policies.session.clone_from(&session.policies);
        let tags = session_tags(identity, session);
        let tags: Vec<_> = tags.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let mut context = principal_context(&session.principal, &tags, Some(session));
        if session.principal.kind == PrincipalKind::Root {
            // GetSessionToken of root: a long-term identity, but for the token.
            context.insert_one("aws:PrincipalType", "Account");
        }
        Caller {
            principal: Arc::new(session.principal.clone()),
            policies,
            context: context.shared(),
            session: Some(Arc::clone(session)),
            verified: true,
        }
    }
}

// Source: IAM User Guide, "Pass session tags in AWS STS": a session tag overrides the role's.
fn session_tags(identity: Option<&Identity>, session: &Session) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    for (key, value) in identity.iter().flat_map(|identity| &identity.tags) {
        if !session
            .tags
            .keys()
            .any(|passed| passed.eq_ignore_ascii_case(key))
        {
            tags.insert(key.clone(), value.clone());
        }
    }
    tags.extend(
        session
            .tags
            .iter()
            .map(|(key, value)| (key.clone(), value.clone())),
    );
    tags
}

fn root(account: &str) -> Caller {
    let principal = Principal {
        kind: PrincipalKind::Root,
        arn: format!("arn:aws:iam::{account}:root"),
        account: AccountId::parse(account).ok(),
        issuer: None,
        user_id: account.to_owned(),
        service_linked: false,
    };
    Caller {
        context: principal_context(&principal, &[], None).shared(),
        principal: Arc::new(principal),
        policies: PolicySet::default(),
        session: None,
        verified: true,
    }
}
