//! Deliveries between services, decided as the service principal and recorded.
//!
//! Source: "Amazon SNS: giving permissions for a topic to send messages to a queue": the target's
//! resource policy has to allow the service principal; aws:SourceArn and aws:SourceAccount are set.
//! SQS developer guide, "Configure KMS permissions for AWS services": where a key encrypts the target,
//! its policy has to allow the service kms:GenerateDataKey and kms:Decrypt.

use std::sync::Arc;

use rolecall_backends::Delivery;
use rolecall_catalog::{Fact, FactKind, FactValue};
use rolecall_policy::{
    AccountId, Action, AuthorizationModel, Context, ContextValue, Policy, PolicyKind, PolicySet,
    Principal, Provenance, RequestContext, Requirement, evaluate,
};
use rolecall_trace::{AnsweredBy, Attempt, AttemptRequirement, CallerRecord, Outcome};

use super::authorize::default_key_policy;
use crate::{clock::rfc3339_millis, compiled::Compiled, state::State};

const POLICY_SOURCE: &str =
    "docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html";
const KEY_SOURCE: &str = "docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/\
                          sqs-key-management.html";

/// One permission that the service needs.
struct Need {
    action: Action,
    resource: String,
    owner: Option<AccountId>,
    model: AuthorizationModel,
    policy: Option<String>,
    context: Context,
    source: &'static str,
    unknown: Option<String>,
}

/// Decides a delivery.
pub(crate) fn may_deliver(state: &State, delivery: &Delivery) -> bool {
    let Ok(action) = Action::parse(&delivery.action) else {
        tracing::error!(
            action = delivery.action,
            "a delivery names no action: not delivered"
        );
        return false;
    };
    let principal = Principal::service(&delivery.service_principal);
    let context = Context::new()
        .with("aws:SourceArn", &delivery.source_arn)
        .with("aws:SourceAccount", &delivery.source_account)
        .with("aws:PrincipalIsAWSService", "true")
        .with("aws:PrincipalServiceName", &delivery.service_principal)
        .with("aws:PrincipalType", "Service");
    let target = Need {
        action,
        resource: delivery.resource.clone(),
        owner: AccountId::parse(&delivery.resource_account).ok(),
        model: AuthorizationModel::Standard,
        policy: delivery.resource_policy.clone(),
        context: Context::new(),
        source: POLICY_SOURCE,
        unknown: None,
    };
    let needs = std::iter::once(target).chain(of_the_key(state, delivery));
    let decided: Vec<_> = needs
        .map(|need| decide(state, &principal, &context, need))
        .collect();
    for (requirement, _) in &decided {
        if !requirement.decision.is_allowed() {
            tracing::warn!(
                from = delivery.source_arn,
                to = delivery.resource,
                "not delivered: the policy of `{}` does not let {} do {}",
                requirement.requirement.resource,
                delivery.service_principal,
                requirement.requirement.action
            );
        }
    }
    record(state, delivery, principal, context, decided)
}

fn decide(
    state: &State,
    principal: &Principal,
    context: &Context,
    need: Need,
) -> (AttemptRequirement, Option<Compiled>) {
    let policy = need.policy.as_deref().and_then(|text| {
        state
            .compiled
            .get(PolicyKind::Resource, &need.resource, text)
    });
    let policies = PolicySet {
        resource: policy
            .as_ref()
            .map(|compiled| Arc::<Policy>::clone(&compiled.policy)),
        ..PolicySet::default()
    };
    let layers = [&need.context, context];
    let request = RequestContext {
        principal,
        action: &need.action,
        resource: &need.resource,
        resource_account: need.owner.as_ref(),
        model: need.model,
        context: &layers,
    };
    let decision = evaluate(&request, &policies);
    let requirement = AttemptRequirement {
        allowed_by_resource_policy_alone: decision.is_allowed(),
        resource_policy: policy.as_ref().map(|compiled| compiled.record.hash.clone()),
        decision,
        requirement: Requirement {
            action: need.action,
            resource: need.resource,
            resource_account: need.owner,
            context: need.context,
            model: need.model,
            action_provenance: Provenance::Curated,
            resource_provenance: Provenance::Curated,
            source: Some(need.source.into()),
            on_behalf_of: None,
            unknown_facts: need.unknown.into_iter().collect(),
        },
    };
    (requirement, policy)
}

/// What the service needs of the key that encrypts the target.
fn of_the_key(state: &State, delivery: &Delivery) -> Vec<Need> {
    let fact = |kind, subject: &str| {
        let subject = subject.to_owned();
        state.backend.fact(&Fact { kind, subject })
    };
    let (key, policy) = match &delivery.aws_managed_key {
        Some(alias) => (alias.clone(), Some(managed_key_policy(alias))),
        None => match fact(FactKind::ResourceKey, &delivery.resource) {
            FactValue::Present(key) => {
                let Some(key) = key.as_str().map(str::to_owned) else {
                    return Vec::new();
                };
                let policy = match fact(FactKind::ResourcePolicy, &key) {
                    FactValue::Present(text) => text.as_str().map(str::to_owned),
                    FactValue::Absent | FactValue::NotKnown => None,
                };
                (key, policy)
            }
            FactValue::Absent | FactValue::NotKnown => return Vec::new(),
        },
    };
    let owner = key
        .split(':')
        .nth(4)
        .and_then(|id| AccountId::parse(id).ok());
    let unknown = policy
        .is_none()
        .then(|| format!("the resource policy of `{key}`"));
    let policy = policy.or_else(|| owner.as_ref().map(default_key_policy));
    let actions = ["kms:GenerateDataKey", "kms:Decrypt"];
    let actions = actions.iter().filter_map(|one| Action::parse(one).ok());
    let need = |action| Need {
        action,
        resource: key.clone(),
        owner: owner.clone(),
        model: AuthorizationModel::KmsKey,
        policy: policy.clone(),
        context: key_context(delivery, owner.as_ref()),
        source: KEY_SOURCE,
        unknown: unknown.clone(),
    };
    actions.map(need).collect()
}

/// Source of the encryption contexts: SQS developer guide, "Key management"; SNS developer guide,
/// "Key management", "Encryption context".
fn key_context(delivery: &Delivery, owner: Option<&AccountId>) -> Context {
    let mut context = Context::new();
    let key = match delivery.resource.split(':').nth(2) {
        Some("sns") => "aws:sns:topicArn",
        _ => "aws:sqs:arn",
    };
    let name = format!("kms:EncryptionContext:{key}");
    context.insert_one(name, delivery.resource.as_str());
    let keys = ContextValue::Many(vec![key.to_owned()]);
    context.insert("kms:EncryptionContextKeys", keys);
    if let Some(owner) = owner {
        context.insert_one("aws:ResourceAccount", owner.as_str());
    }
    for key in ["kms:ViaService", "kms:CallerAccount"] {
        let reason = "what this key is when a service delivers is not documented".to_owned();
        context.insert(key, ContextValue::NotComputed { reason });
    }
    context
}

/// The policy of a key of AWS's own, which nobody can change: it is for the account's principals.
///
/// Source: KMS developer guide, "AWS managed keys"; SNS developer guide, "Enabling server-side
/// encryption for an SNS topic with an encrypted SQS queue subscribed": the queue has to have a
/// customer managed key.
fn managed_key_policy(alias: &str) -> String {
    let account = alias.split(':').nth(4).unwrap_or_default();
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{account}:root"}},"Action":["kms:Describe*","kms:Get*","kms:List*"],"Resource":"*"}}]}}"#
    )
}

/// Writes a delivery down; says whether it is allowed.
fn record(
    state: &State,
    delivery: &Delivery,
    principal: Principal,
    context: Context,
    decided: Vec<(AttemptRequirement, Option<Compiled>)>,
) -> bool {
    let mut requirements = Vec::new();
    for (requirement, policy) in decided {
        if let Some(policy) = policy {
            state.recorder.record_policy((*policy.record).clone());
        }
        requirements.push(requirement);
    }
    let allowed = requirements.iter().all(|one| one.decision.is_allowed());
    let (service, operation) = delivery
        .action
        .split_once(':')
        .unwrap_or((&delivery.action, ""));
    let region = delivery.resource.split(':').nth(3).unwrap_or_default();
    state.recorder.record(Attempt {
        time: rfc3339_millis(state.now_millis()),
        request_id: super::exchange::request_id(state),
        caller: CallerRecord {
            principal: Arc::new(principal),
            verified: true,
        },
        scenario: None,
        function: None,
        invocation: None,
        service: service.to_owned(),
        operation: operation.to_owned(),
        region: region.to_owned(),
        context,
        supposed: Vec::new(),
        policies: std::collections::BTreeMap::new(),
        requirements,
        disclosure: None,
        outcome: if allowed {
            Outcome::Answered
        } else {
            Outcome::Denied
        },
        answered_by: AnsweredBy::Rolecall,
        status: if allowed { 200 } else { 403 },
        error: (!allowed).then(|| "AccessDenied".to_owned()),
    });
    allowed
}
