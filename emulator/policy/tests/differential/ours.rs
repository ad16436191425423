//! The evaluator under test, on the same cases.

use std::sync::Arc;

use rolecall_policy::{
    AccountId, Action, AuthorizationModel, CheckKind, Context, DecisionKind, Policy, PolicyKind,
    PolicySet, Principal, PrincipalKind, RequestContext, decide as decide_alone, evaluate,
};
use serde_json::Value;

use crate::naive::Verdict;

/// Decides a case, or says why the grammar refuses one of its documents.
pub(crate) fn decide(case: &Value) -> Result<Verdict, String> {
    let principal = principal(case);
    let action = Action::parse(text(case, "action")).expect("an action");
    let resource = text(case, "resource");
    let owner = [
        text(case, "resourceAccountId"),
        resource.split(':').nth(4).unwrap_or(""),
    ]
    .into_iter()
    .find_map(|account| AccountId::parse(account).ok())
    .or_else(|| principal.account.clone());
    let model = serde_json::from_value(case["model"].clone()).expect("a model");
    let context: Context = serde_json::from_value(case["context"].clone()).expect("a context");
    let request = RequestContext {
        principal: &principal,
        action: &action,
        resource,
        resource_account: owner.as_ref(),
        model,
        context: &[&context],
    };
    let policies = policies(case, model)?;
    let decision = evaluate(&request, &policies);
    // Without the statements that decided, the same.
    let verdict = decide_alone(&request, &policies);
    assert_eq!(verdict.kind, decision.kind, "{case:#}");
    assert!(
        verdict.blocked_by().eq(decision.blocked_by.iter().copied()),
        "{case:#}"
    );
    let kind = match decision.kind {
        DecisionKind::Allow => "allow",
        DecisionKind::ImplicitDeny => "implicitDeny",
        DecisionKind::ExplicitDeny => "explicitDeny",
        DecisionKind::Undetermined => "undetermined",
    };
    let blocked_by = decision.blocked_by.into_iter().map(name).collect();
    Ok(Verdict { kind, blocked_by })
}

/// Whether a line of `simulate` can say the case: it takes the model from the action and the
/// resource.
pub(crate) fn is_line(case: &Value) -> bool {
    let action = Action::parse(text(case, "action")).expect("an action");
    let model = AuthorizationModel::of(&action, text(case, "resource"));
    case["model"] == serde_json::json!(model)
}

fn name(check: CheckKind) -> &'static str {
    match check {
        CheckKind::ResourceControlPolicy => "RESOURCE_CONTROL_POLICY",
        CheckKind::ServiceControlPolicy => "SERVICE_CONTROL_POLICY",
        CheckKind::VpcEndpoint => "VPC_ENDPOINT",
        CheckKind::Resource => "RESOURCE",
        CheckKind::Principal => "PRINCIPAL",
        CheckKind::PermissionsBoundary => "PERMISSIONS_BOUNDARY",
        CheckKind::Session => "SESSION",
    }
}

fn text<'a>(case: &'a Value, member: &str) -> &'a str {
    case[member].as_str().unwrap_or("")
}

fn principal(case: &Value) -> Principal {
    let arn = text(case, "principal");
    let account = arn
        .split(':')
        .nth(4)
        .and_then(|account| AccountId::parse(account).ok());
    let kind = match arn
        .splitn(6, ':')
        .nth(5)
        .and_then(|tail| tail.split('/').next())
    {
        Some("root") => PrincipalKind::Root,
        Some("user") => PrincipalKind::User,
        Some("assumed-role") => PrincipalKind::AssumedRole,
        Some("federated-user") => PrincipalKind::FederatedUser,
        Some(_) => PrincipalKind::Federated,
        None if arn == "anonymous" => PrincipalKind::Anonymous,
        None => PrincipalKind::Service,
    };
    let issuer = Some(text(case, "issuer")).filter(|issuer| !issuer.is_empty());
    let outside = kind == PrincipalKind::Federated;
    Principal {
        kind,
        arn: arn.to_owned(),
        account: account.filter(|_| !outside),
        issuer: issuer.map(ToOwned::to_owned),
        service_linked: issuer.is_some_and(|issuer| issuer.contains("/aws-service-role/")),
        ..Principal::anonymous()
    }
}

fn policies(case: &Value, model: AuthorizationModel) -> Result<PolicySet, String> {
    use PolicyKind as Kind;
    let one = |kind, document: &Value| {
        let policy = Policy::parse("p", kind, &document.to_string());
        // Without its place, so that equal reasons are counted together.
        let reason = |error: &dyn std::fmt::Display| {
            error
                .to_string()
                .split(" (line")
                .next()
                .map(ToOwned::to_owned)
        };
        policy
            .map(Arc::new)
            .map_err(|error| reason(&error).unwrap_or_default())
    };
    let list = |kind, member: &Value| {
        let documents = member.as_array().into_iter().flatten();
        documents
            .map(|document| one(kind, document))
            .collect::<Result<Vec<_>, _>>()
    };
    let levels = |kind, member: &str| {
        let levels = case[member].as_array().into_iter().flatten();
        levels
            .map(|level| list(kind, level))
            .collect::<Result<Vec<_>, _>>()
    };
    let single = |kind, member: &str| list(kind, &case[member]).map(|mut list| list.pop());
    let resource_kind = match model {
        AuthorizationModel::TrustPolicy => Kind::Trust,
        AuthorizationModel::Standard | AuthorizationModel::KmsKey => Kind::Resource,
    };
    let resource = match &case["resourcePolicy"] {
        Value::Null => None,
        document => Some(one(resource_kind, document)?),
    };
    Ok(PolicySet {
        identity: list(Kind::Identity, &case["identityPolicies"])?,
        permissions_boundary: single(Kind::PermissionsBoundary, "permissionBoundaries")?,
        session: Some(list(Kind::Session, &case["sessionPolicies"])?),
        resource,
        vpc_endpoint: single(Kind::VpcEndpoint, "vpcEndpointPolicies")?,
        service_control: levels(Kind::ServiceControl, "scps")?,
        grants: Vec::new(),
        resource_control: levels(Kind::ResourceControl, "rcps")?,
    })
}
