//! Hand-made attempts for the tests of this crate.

use std::{collections::BTreeMap, sync::Arc};

use rolecall_policy::{
    AccountId, Action, AuthorizationModel, Context, ContextValue, Decision, DecisionKind,
    Principal, PrincipalKind, Provenance, Requirement,
};

use crate::record::{
    AnsweredBy, Attempt, AttemptRequirement, CallerRecord, FORMAT, Header, Outcome,
};

pub(crate) fn header() -> Header {
    Header {
        format: FORMAT,
        rolecall: "0.1.0".to_owned(),
        catalog: "1".to_owned(),
        mode: "record".to_owned(),
        time: "2026-11-23T08:00:00Z".to_owned(),
    }
}

pub(crate) fn attempt(request_id: &str) -> Attempt {
    let account = AccountId::parse("123456789012").unwrap();
    let context = Context::new()
        .with("aws:PrincipalArn", "arn:aws:iam::123456789012:role/orders")
        .with("aws:SourceIp", "203.0.113.7");
    Attempt {
        time: "2026-11-23T08:00:00.000Z".to_owned(),
        request_id: request_id.to_owned(),
        caller: CallerRecord {
            principal: Arc::new(Principal {
                kind: PrincipalKind::AssumedRole,
                arn: "arn:aws:sts::123456789012:assumed-role/orders/s".to_owned(),
                account: Some(account.clone()),
                issuer: Some("arn:aws:iam::123456789012:role/orders".to_owned()),
                user_id: "AROAEXAMPLE:s".to_owned(),
                service_linked: false,
            }),
            verified: true,
        },
        scenario: None,
        function: Some("orders".to_owned()),
        invocation: None,
        service: "dynamodb".to_owned(),
        operation: "GetItem".to_owned(),
        region: "eu-central-1".to_owned(),
        context,
        supposed: vec!["aws:SecureTransport".into()],
        policies: BTreeMap::from([("permissionsBoundary".to_owned(), vec!["ab".to_owned()])]),
        requirements: vec![requirement(account)],
        disclosure: None,
        outcome: Outcome::Answered,
        answered_by: AnsweredBy::Embedded,
        status: 200,
        error: None,
    }
}

fn requirement(account: AccountId) -> AttemptRequirement {
    let mut context = Context::new().with("dynamodb:Select", "ALL");
    let keys = vec!["o-1".to_owned(), "ü\n\u{2028}".to_owned()];
    context.insert("dynamodb:LeadingKeys", ContextValue::Many(keys));
    AttemptRequirement {
        requirement: Requirement {
            action: Action::parse("dynamodb:GetItem").unwrap(),
            resource: "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders".to_owned(),
            resource_account: Some(account),
            context,
            model: AuthorizationModel::Standard,
            action_provenance: Provenance::Curated,
            resource_provenance: Provenance::Curated,
            source: None,
            on_behalf_of: None,
            unknown_facts: Vec::new(),
        },
        resource_policy: None,
        decision: Decision {
            kind: DecisionKind::Allow,
            checks: Vec::new(),
            blocked_by: Vec::new(),
            undetermined_keys: Vec::new(),
        },
        allowed_by_resource_policy_alone: false,
    }
}
