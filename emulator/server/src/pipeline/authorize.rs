//! What AWS would authorize for a call, and what it would decide.

use rolecall_catalog::{Call, Fact, FactKind, FactValue};
use rolecall_policy::{
    AccountId, AuthorizationModel, Context, Decision, DecisionKind, KmsGrant, PolicyKind,
    PolicySet, Principal, Provenance, RequestContext, Requirement, evaluate,
};

use super::public_access;
use crate::{compiled::Compiled, state::State};

/// A requirement with its decision.
#[derive(Debug)]
pub(crate) struct Decided {
    pub(crate) requirement: Requirement,
    pub(crate) resource_policy: Option<Compiled>,
    pub(crate) decision: Decision,
    /// Whether the resource policy alone allows it, whatever the identity policies say.
    pub(crate) by_resource_policy_alone: bool,
}

/// Decides everything that a call needs.
pub(crate) fn authorize(
    state: &State,
    principal: &Principal,
    policies: &PolicySet,
    common: &Context,
    call: &Call,
) -> Vec<Decided> {
    requirements(state, call)
        .into_iter()
        .map(|requirement| decide(state, principal, policies, common, requirement))
        .collect()
}

/// What a call needs.
pub(crate) fn requirements(state: &State, call: &Call) -> Vec<Requirement> {
    rolecall_catalog::resolve(call, &FactsOf(state))
}

/// Answers the catalog: what IAM keeps from our own accounts, all else from the backend.
struct FactsOf<'a>(&'a State);

impl rolecall_catalog::Facts for FactsOf<'_> {
    fn fact(&self, fact: &Fact) -> FactValue {
        match fact.kind {
            FactKind::EntityArn => match self.0.world().entity_arn(&fact.subject) {
                Some(arn) => FactValue::Present(arn.into()),
                None => FactValue::Absent,
            },
            _ => self.0.backend.fact(fact),
        }
    }
}

/// Decides one requirement.
pub(crate) fn decide(
    state: &State,
    principal: &Principal,
    policies: &PolicySet,
    common: &Context,
    mut requirement: Requirement,
) -> Decided {
    if requirement.action_provenance == Provenance::NoneNeeded {
        return not_needed(requirement);
    }
    let resource_policy = resource_policy(state, &mut requirement);
    let owner = requirement
        .resource_account
        .as_ref()
        .or(principal.account.as_ref());
    let own = own_context(&requirement, owner);
    let layers = [&requirement.context, &own, common];
    let request = RequestContext {
        principal,
        action: &requirement.action,
        resource: &requirement.resource,
        resource_account: owner,
        model: requirement.model,
        context: &layers,
    };
    let Some(resource_policy) = resource_policy else {
        let decision = evaluate(&request, policies);
        return Decided {
            requirement,
            resource_policy: None,
            decision,
            by_resource_policy_alone: false,
        };
    };
    let mut all = policies.clone();
    all.resource = Some(std::sync::Arc::clone(&resource_policy.policy));
    all.grants = grants(state, &requirement);
    let mut decision = evaluate(&request, &all);
    all.identity.clear();
    let mut alone = evaluate(&request, &all).is_allowed();
    if public_access::is_restricted(state, &request, &resource_policy) {
        public_access::deny(&mut decision);
        alone = false;
    }
    Decided {
        requirement,
        resource_policy: Some(resource_policy),
        decision,
        by_resource_policy_alone: alone,
    }
}

/// The grants on a key.
fn grants(state: &State, requirement: &Requirement) -> Vec<KmsGrant> {
    if requirement.model != AuthorizationModel::KmsKey {
        return Vec::new();
    }
    let kept = state.backend.fact(&Fact {
        kind: FactKind::KeyGrants,
        subject: requirement.resource.clone(),
    });
    match kept {
        FactValue::Present(grants) => serde_json::from_value(grants).unwrap_or_default(),
        FactValue::Absent | FactValue::NotKnown => Vec::new(),
    }
}

/// What AWS lets everybody do, even under an explicit deny; the rule names its source.
fn not_needed(requirement: Requirement) -> Decided {
    Decided {
        requirement,
        resource_policy: None,
        decision: Decision {
            kind: DecisionKind::Allow,
            checks: Vec::new(),
            blocked_by: Vec::new(),
            undetermined_keys: Vec::new(),
        },
        by_resource_policy_alone: false,
    }
}

// Source: IAM User Guide, "AWS global condition context keys": aws:ResourceAccount, and
// aws:ViaAWSService for calls that a service makes with the caller's permissions.
fn own_context(requirement: &Requirement, owner: Option<&AccountId>) -> Context {
    let mut context = Context::new();
    if let Some(account) = owner.filter(|_| requirement.resource != "*") {
        context.insert_one("aws:ResourceAccount", account.as_str());
    }
    if requirement.on_behalf_of.is_some() {
        context.insert_one("aws:ViaAWSService", "true");
    }
    context
}

/// The resource's own policy.
fn resource_policy(state: &State, requirement: &mut Requirement) -> Option<Compiled> {
    match requirement.model {
        AuthorizationModel::TrustPolicy => {
            let world = state.world();
            let (_, role) = world.role(&requirement.resource)?;
            let trust = role.trust.as_ref()?;
            Some(
                state
                    .compiled
                    .get(PolicyKind::Trust, &role.arn, &trust.text)?,
            )
        }
        AuthorizationModel::KmsKey => {
            let text = kept_policy(state, requirement).or_else(|| {
                requirement
                    .resource_account
                    .as_ref()
                    .map(default_key_policy)
            })?;
            state
                .compiled
                .get(PolicyKind::Resource, &requirement.resource, &text)
        }
        AuthorizationModel::Standard => {
            let text = kept_policy(state, requirement)?;
            let subject = policy_subject(&requirement.resource);
            state.compiled.get(PolicyKind::Resource, subject, &text)
        }
    }
}

// The services whose resources can have a policy and that a test is likely to use.
// Source: IAM User Guide, "AWS services that work with IAM", column "Resource-based policies".
const WITH_POLICIES: [&str; 12] = [
    "s3",
    "sqs",
    "sns",
    "kms",
    "lambda",
    "secretsmanager",
    "dynamodb",
    "kinesis",
    "events",
    "ecr",
    "logs",
    "backup",
];

fn kept_policy(state: &State, requirement: &mut Requirement) -> Option<String> {
    let service = requirement.resource.split(':').nth(2)?;
    if !WITH_POLICIES.contains(&service) {
        return None;
    }
    let subject = policy_subject(&requirement.resource).to_owned();
    match state.backend.fact(&Fact {
        kind: FactKind::ResourcePolicy,
        subject: subject.clone(),
    }) {
        FactValue::Present(text) => text.as_str().map(str::to_owned),
        FactValue::Absent => None,
        FactValue::NotKnown => {
            requirement
                .unknown_facts
                .push(format!("the resource policy of `{subject}`"));
            None
        }
    }
}

/// The resource that carries the policy: an object's bucket, an index's table.
pub(super) fn policy_subject(resource: &str) -> &str {
    let cut = |at: Option<usize>| at.and_then(|at| resource.get(..at)).unwrap_or(resource);
    match resource.split(':').nth(2) {
        Some("s3") => cut(resource.find('/')),
        Some("dynamodb") => cut(resource.find("/index/")),
        _ => resource,
    }
}

/// The policy that a key has if none is given.
///
/// Source: AWS KMS Developer Guide, "Default key policy".
pub(super) fn default_key_policy(owner: &AccountId) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"EnableIAMUserPermissions","Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{owner}:root"}},"Action":"kms:*","Resource":"*"}}]}}"#
    )
}
