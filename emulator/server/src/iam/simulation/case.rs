//! What is asked: actions, resources, the caller and the context.

use rolecall_policy::{
    AccountId, Action, AuthorizationModel, ConditionKey, Context, ContextValue, Decision, Lookup,
    PolicySet, Principal, PrincipalKind, RequestContext, evaluate,
    simulate::{parse_principal, principal_keys, supposed_owner},
};
use rolecall_protocol::ServiceError;
use serde_json::Value;

use super::{invalid, keys, sources::Sources};
use crate::{accounts::World, iam::IamCall};

/// A simulation, ready to be run.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) actions: Vec<Action>,
    /// The resources that are listed; `*` where none is.
    pub(super) resources: Vec<String>,
    pub(super) caller: Principal,
    owner: Option<AccountId>,
    /// What the call gives, before what follows from the caller.
    given: Context,
    follows: Context,
    policies: PolicySet,
    named_keys: Vec<String>,
}

impl Asked {
    pub(super) fn new(call: &IamCall<'_>, sources: &Sources) -> Result<Self, ServiceError> {
        let actions = texts(call, "ActionNames").map(|name| {
            Action::parse(name).map_err(|error| invalid(format!("ActionNames: {error}")))
        });
        let caller = caller(call, sources)?;
        let owner = match call.text("ResourceOwner") {
            Some(owner) => Some(account_in(owner)?),
            None => None,
        };
        let all = sources
            .identity
            .iter()
            .chain(&sources.boundary)
            .chain(&sources.resource);
        let mut resources: Vec<String> = texts(call, "ResourceArns").map(str::to_owned).collect();
        if resources.is_empty() {
            resources.push("*".to_owned());
        }
        Ok(Self {
            actions: actions.collect::<Result<_, _>>()?,
            resources,
            owner,
            given: given(call),
            follows: follows(&caller),
            caller,
            policies: policies(sources),
            named_keys: keys::named(all.map(|source| &*source.policy)),
        })
    }

    /// Decides for one of the resources.
    pub(super) fn decide(&self, action: &Action, resource: &str) -> Decision {
        let owner = self.owner_of(resource);
        let mut of_owner = Context::new();
        if let Some(owner) = &owner {
            of_owner.insert_one("aws:ResourceAccount", owner.as_str());
        }
        let request = RequestContext {
            principal: &self.caller,
            action,
            resource,
            resource_account: owner.as_ref(),
            // Source: SimulatePrincipalPolicy: it retrieves no policy of a resource, so that one which
            // always has to allow (a key's, a role's) counts only if it is given.
            model: match self.policies.resource {
                Some(_) => AuthorizationModel::of(action, resource),
                None => AuthorizationModel::Standard,
            },
            context: &[&self.given, &self.follows, &of_owner],
        };
        evaluate(&request, &self.policies)
    }

    /// The owner by the ARN; for one that has no account, `ResourceOwner`, else the caller's account.
    fn owner_of(&self, resource: &str) -> Option<AccountId> {
        let of_arn = resource
            .split(':')
            .nth(4)
            .and_then(|id| AccountId::parse(id).ok());
        of_arn
            .or_else(|| self.owner.clone())
            .or_else(|| supposed_owner(resource, &self.caller))
    }

    pub(super) fn is_cross_account(&self, resource: &str) -> bool {
        self.owner_of(resource) != self.caller.account
    }

    /// The keys that the policies name and that nothing gives a value to.
    pub(super) fn missing_keys(&self) -> Vec<&str> {
        let has = |name: &str| {
            let key = ConditionKey::new(name);
            let found = [&self.given, &self.follows].map(|layer| layer.lookup_key(&key));
            found.iter().any(|found| *found != Lookup::Absent)
                || name.eq_ignore_ascii_case("aws:ResourceAccount")
        };
        let names = self.named_keys.iter().map(String::as_str);
        names.filter(|name| !has(name)).collect()
    }
}

fn texts<'a>(call: &'a IamCall<'_>, member: &str) -> impl Iterator<Item = &'a str> {
    let list = call.parameters.get(member).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str)
}

fn account_in(owner: &str) -> Result<AccountId, ServiceError> {
    let id = owner.split(':').nth(4).unwrap_or(owner);
    AccountId::parse(id).map_err(|error| invalid(format!("ResourceOwner: {error}")))
}

/// `CallerArn`, which has to be a user's; else the user or role whose policies are simulated.
fn caller(call: &IamCall<'_>, sources: &Sources) -> Result<Principal, ServiceError> {
    let given = call.text("CallerArn");
    let of_user = |arn: &&str| arn.contains(":user/");
    if let Some(arn) = given.filter(|arn| !of_user(arn)) {
        return Err(invalid(format!(
            "CallerArn: {arn} is not the ARN of a user"
        )));
    }
    // Source: SimulatePrincipalPolicy, `CallerArn`: required with a ResourcePolicy unless the policies
    // are a user's.
    let source = sources.principal.as_deref();
    if given.is_none() && sources.resource.is_some() && !source.is_some_and(|arn| of_user(&arn)) {
        return Err(invalid(
            "CallerArn is required where ResourcePolicy is given",
        ));
    }
    let nobody = || {
        let mut nobody = Principal::anonymous();
        nobody.kind = PrincipalKind::User;
        nobody.account = AccountId::parse(call.account).ok();
        nobody
    };
    // A group, or documents alone: there is nobody in particular.
    let known = given.or(source).and_then(|arn| parse_principal(arn).ok());
    let mut principal = known.unwrap_or_else(nobody);
    if let Some(id) = id_of(call.world, &principal.arn) {
        principal.user_id = id;
    }
    Ok(principal)
}

fn id_of(world: &World, arn: &str) -> Option<String> {
    let mut accounts = world.accounts.values();
    accounts.find_map(|account| {
        let mut all = account.users.values().chain(account.roles.values());
        Some(all.find(|identity| identity.arn == arn)?.id.clone())
    })
}

fn follows(caller: &Principal) -> Context {
    if caller.arn == "anonymous" {
        return Context::new();
    }
    let mut follows = principal_keys(caller);
    if caller.kind == PrincipalKind::User {
        let name = caller.arn.rsplit('/').next().unwrap_or_default();
        follows.insert_one("aws:username", name);
        if !caller.user_id.is_empty() {
            follows.insert_one("aws:userid", caller.user_id.as_str());
        }
    }
    follows
}

fn given(call: &IamCall<'_>) -> Context {
    let mut context = Context::new();
    let entries = call
        .parameters
        .get("ContextEntries")
        .and_then(Value::as_array);
    for entry in entries.into_iter().flatten() {
        let text = |member: &str| entry.get(member).and_then(Value::as_str);
        let values = entry.get("ContextKeyValues").and_then(Value::as_array);
        let values = values.into_iter().flatten().filter_map(Value::as_str);
        let mut values: Vec<String> = values.map(str::to_owned).collect();
        let Some(name) = text("ContextKeyName") else {
            continue;
        };
        // Source: ContextEntry, `ContextKeyType`: `stringList`, `numericList` and so on.
        let is_list = text("ContextKeyType").is_some_and(|kind| kind.ends_with("List"));
        let value = match values.len() {
            1 if !is_list => ContextValue::One(values.remove(0)),
            _ => ContextValue::Many(values),
        };
        context.insert(name.to_owned(), value);
    }
    context
}

fn policies(sources: &Sources) -> PolicySet {
    PolicySet {
        identity: sources
            .identity
            .iter()
            .map(|source| source.policy.clone())
            .collect(),
        permissions_boundary: sources
            .boundary
            .as_ref()
            .map(|source| source.policy.clone()),
        resource: sources
            .resource
            .as_ref()
            .map(|source| source.policy.clone()),
        ..PolicySet::default()
    }
}
