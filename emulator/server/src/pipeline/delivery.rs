//! Deliveries between services, decided as the service principal and recorded.

use std::sync::Arc;

use rolecall_backends::Delivery;
use rolecall_policy::{
    AccountId, Action, AuthorizationModel, Context, Policy, PolicyKind, PolicySet, Principal,
    Provenance, RequestContext, Requirement, evaluate,
};
use rolecall_trace::{
    AnsweredBy, Attempt, AttemptRequirement, CallerRecord, Outcome, PolicyRecord,
};

use crate::{clock::rfc3339_millis, state::State};

/// Decides a delivery.
///
/// Source: "Amazon SNS: giving permissions for a topic to send messages to a queue": the target's
/// resource policy has to allow the service principal; aws:SourceArn and aws:SourceAccount are set.
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
    let owner = AccountId::parse(&delivery.resource_account).ok();
    let policy = delivery.resource_policy.as_deref().and_then(|text| {
        state
            .compiled
            .get(PolicyKind::Resource, &delivery.resource, text)
    });
    let policies = PolicySet {
        resource: policy
            .as_ref()
            .map(|compiled| Arc::<Policy>::clone(&compiled.policy)),
        ..PolicySet::default()
    };
    let layers = [&context];
    let request = RequestContext {
        principal: &principal,
        action: &action,
        resource: &delivery.resource,
        resource_account: owner.as_ref(),
        model: AuthorizationModel::Standard,
        context: &layers,
    };
    let decision = evaluate(&request, &policies);
    let allowed = decision.is_allowed();
    if !allowed {
        tracing::warn!(
            from = delivery.source_arn,
            to = delivery.resource,
            "not delivered: the resource policy does not let {} do {}",
            delivery.service_principal,
            delivery.action
        );
    }
    let requirement = AttemptRequirement {
        requirement: Requirement {
            action,
            resource: delivery.resource.clone(),
            resource_account: owner,
            context: Context::new(),
            model: AuthorizationModel::Standard,
            action_provenance: Provenance::Curated,
            resource_provenance: Provenance::Curated,
            source: Some(
                "docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html".into(),
            ),
            on_behalf_of: None,
            unknown_facts: Vec::new(),
        },
        resource_policy: policy.as_ref().map(|compiled| compiled.record.hash.clone()),
        allowed_by_resource_policy_alone: allowed,
        decision,
    };
    record(
        state,
        delivery,
        principal,
        context,
        requirement,
        policy.map(|c| (*c.record).clone()),
    );
    allowed
}

fn record(
    state: &State,
    delivery: &Delivery,
    principal: Principal,
    context: Context,
    requirement: AttemptRequirement,
    policy: Option<PolicyRecord>,
) {
    if let Some(policy) = policy {
        state.recorder.record_policy(policy);
    }
    let allowed = requirement.allowed_by_resource_policy_alone;
    let (service, operation) = delivery
        .action
        .split_once(':')
        .unwrap_or((&delivery.action, ""));
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
        region: delivery
            .resource
            .split(':')
            .nth(3)
            .unwrap_or_default()
            .to_owned(),
        context,
        supposed: Vec::new(),
        policies: std::collections::BTreeMap::new(),
        requirements: vec![requirement],
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
}
