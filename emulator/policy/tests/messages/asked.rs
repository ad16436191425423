//! Who asks, for what, and what it is told.

use std::sync::Arc;

use rolecall_policy::{
    AccountId, Action, AuthorizationModel, Context, Decision, Denial, Policy, PolicyKind,
    PolicySet, Principal, PrincipalKind, RequestContext, denial_message, evaluate,
};

pub(crate) const DEMO: &str = "arn:aws:iam::123456789012:user/demo";
pub(crate) const ALLOW: &str = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
pub(crate) const DENY: &str = r#"{"Sid": "No", "Effect": "Deny", "Action": "*", "Resource": "*"}"#;

pub(crate) fn user() -> Principal {
    Principal {
        kind: PrincipalKind::User,
        arn: DEMO.to_owned(),
        account: AccountId::parse("123456789012").ok(),
        user_id: "AIDAEXAMPLE".to_owned(),
        ..Principal::anonymous()
    }
}

pub(crate) fn policy(name: &str, kind: PolicyKind, statements: &[&str]) -> Arc<Policy> {
    let statements = statements.join(",");
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    Arc::new(Policy::parse(name, kind, &text).unwrap())
}

pub(crate) fn identity(name: &str, statements: &[&str]) -> PolicySet {
    let policy = policy(name, PolicyKind::Identity, statements);
    PolicySet {
        identity: vec![policy],
        ..PolicySet::default()
    }
}

pub(crate) struct Asked<'a> {
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) owner: &'a str,
    pub(crate) model: AuthorizationModel,
    pub(crate) service: &'a str,
    pub(crate) operation: &'a str,
}

pub(crate) fn asked<'a>(action: &'a str, resource: &'a str) -> Asked<'a> {
    let (service, operation) = action.split_once(':').unwrap();
    let model = AuthorizationModel::Standard;
    Asked {
        action,
        resource,
        owner: "123456789012",
        model,
        service,
        operation,
    }
}

pub(crate) fn with_denial<T>(
    asked: &Asked<'_>,
    principal: &Principal,
    set: &PolicySet,
    use_it: impl FnOnce(&Denial<'_>, &Decision) -> T,
) -> T {
    let context = Context::new().with("aws:RequestedRegion", "eu-west-1");
    let owner = AccountId::parse(asked.owner).ok();
    let request = RequestContext {
        principal,
        action: &Action::parse(asked.action).unwrap(),
        resource: asked.resource,
        resource_account: owner.as_ref(),
        model: asked.model,
        context: &[&context],
    };
    let decision = evaluate(&request, set);
    assert!(!decision.is_allowed());
    use_it(
        &Denial::new(&request, &decision, asked.service, asked.operation),
        &decision,
    )
}

pub(crate) fn text(asked: &Asked<'_>, set: &PolicySet) -> String {
    with_denial(asked, &user(), set, |denial, _| denial_message(denial).text)
}

pub(crate) const TABLE: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/demo";

pub(crate) fn query() -> Asked<'static> {
    asked("dynamodb:Query", TABLE)
}

pub(crate) fn general(reason: &str) -> String {
    format!(
        "User: {DEMO} is not authorized to perform: dynamodb:Query on resource: {TABLE} {reason}"
    )
}
