//! Hand-made recordings for the tests of this crate.

use std::collections::BTreeMap;

use rolecall_policy::{
    AccountId, Action, AuthorizationModel, Context, Decision, DecisionKind, PolicyKind, Principal,
    PrincipalKind, Provenance, Requirement,
};
use rolecall_trace::{
    AnsweredBy, Attempt, AttemptRequirement, CallerRecord, FORMAT, Header, Outcome, Participation,
    PolicyRecord, Recording,
};

pub(crate) const ORDERS: &str = "arn:aws:iam::123456789012:role/orders";
pub(crate) const TABLE: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";
pub(crate) const BUCKET: &str = "arn:aws:s3:::documents";
pub(crate) const QUEUE: &str = "arn:aws:sqs:us-east-1:123456789012:orders";

fn account() -> AccountId {
    AccountId::parse("123456789012").unwrap()
}

pub(crate) fn role(name: &str) -> Principal {
    Principal {
        kind: PrincipalKind::AssumedRole,
        arn: format!("arn:aws:sts::123456789012:assumed-role/{name}/s"),
        account: Some(account()),
        issuer: Some(format!("arn:aws:iam::123456789012:role/{name}")),
        user_id: "AROAEXAMPLE:s".to_owned(),
        service_linked: false,
    }
}

pub(crate) fn requirement(action: &str, resource: &str) -> AttemptRequirement {
    AttemptRequirement {
        requirement: Requirement {
            action: Action::parse(action).unwrap(),
            resource: resource.to_owned(),
            resource_account: Some(account()),
            context: Context::new(),
            model: AuthorizationModel::Standard,
            action_provenance: Provenance::Curated,
            resource_provenance: Provenance::Curated,
            source: None,
            on_behalf_of: None,
            unknown_facts: Vec::new(),
        },
        resource_policy: None,
        decision: Decision {
            kind: DecisionKind::ImplicitDeny,
            checks: Vec::new(),
            blocked_by: vec![rolecall_policy::CheckKind::Principal],
            undetermined_keys: Vec::new(),
        },
        allowed_by_resource_policy_alone: false,
    }
}

/// An attempt of the role `orders` at an operation such as `s3.CopyObject`.
pub(crate) fn attempt(operation: &str, requirements: Vec<AttemptRequirement>) -> Attempt {
    let (service, operation) = operation.split_once('.').unwrap();
    Attempt {
        time: "2026-11-23T08:00:00.000Z".to_owned(),
        request_id: "r-1".to_owned(),
        caller: CallerRecord {
            principal: role("orders").into(),
            verified: true,
        },
        scenario: None,
        function: None,
        invocation: None,
        service: service.to_owned(),
        operation: operation.to_owned(),
        region: "us-east-1".to_owned(),
        context: Context::new().with("aws:PrincipalArn", ORDERS),
        supposed: Vec::new(),
        policies: BTreeMap::new(),
        requirements,
        disclosure: None,
        outcome: Outcome::Answered,
        answered_by: AnsweredBy::Embedded,
        status: 200,
        error: None,
    }
}

/// Attempts that need one pair each.
pub(crate) fn pairs(pairs: &[(&str, &str)]) -> Vec<Attempt> {
    pairs
        .iter()
        .map(|(action, resource)| {
            let operation = action.replace(':', ".");
            attempt(&operation, vec![requirement(action, resource)])
        })
        .collect()
}

pub(crate) fn recording(attempts: Vec<Attempt>) -> Recording {
    let mut recording = Recording {
        attempts,
        ..Recording::default()
    };
    recording.headers.push(Header {
        format: FORMAT,
        rolecall: "0.1.0".to_owned(),
        catalog: "1".to_owned(),
        mode: "record".to_owned(),
        time: "2026-11-23T08:00:00Z".to_owned(),
    });
    recording
}

/// Has a policy take part in every attempt.
pub(crate) fn take_part(recording: &mut Recording, as_what: Participation, document: &str) {
    let kind = match as_what {
        Participation::PermissionsBoundary => PolicyKind::PermissionsBoundary,
        Participation::Session => PolicyKind::Session,
        Participation::VpcEndpoint => PolicyKind::VpcEndpoint,
        Participation::ServiceControl(_) => PolicyKind::ServiceControl,
        Participation::ResourceControl(_) => PolicyKind::ResourceControl,
    };
    let record = PolicyRecord::new(kind, &as_what.to_string(), document);
    for attempt in &mut recording.attempts {
        attempt
            .policies
            .entry(as_what.to_string())
            .or_default()
            .push(record.hash.clone());
    }
    recording.policies.insert(record.hash.clone(), record);
}

/// Has a resource policy take part in every requirement.
pub(crate) fn resource_policy(recording: &mut Recording, document: &str) {
    let record = PolicyRecord::new(PolicyKind::Resource, "resource", document);
    let requirements = recording
        .attempts
        .iter_mut()
        .flat_map(|a| &mut a.requirements);
    for requirement in requirements {
        requirement.resource_policy = Some(record.hash.clone());
    }
    recording.policies.insert(record.hash.clone(), record);
}
