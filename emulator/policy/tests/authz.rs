//! The corpus: one file of `fixtures/authz` is one test.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test without a harness is not seen as one"
)]

use std::{collections::BTreeMap, path::Path, sync::Arc};

use rolecall_policy::{
    AccountId, Action, AuthorizationModel, CheckEffect, CheckKind, Context, Decision, DecisionKind,
    Denial, KmsGrant, Policy, PolicyKind, PolicySet, Principal, PrincipalKind, RequestContext,
    decide, denial_message, evaluate, explain,
};
use serde::Deserialize;
use serde_json::Value;

/// One case; a field that is not known is a slip.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Case {
    /// Where it is known from.
    source: String,
    request: Request,
    #[serde(default)]
    policies: Policies,
    expect: Expected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Request {
    principal: Who,
    action: Action,
    resource: String,
    resource_account: Option<AccountId>,
    #[serde(default)]
    model: AuthorizationModel,
    #[serde(default)]
    context: Context,
}

/// A principal by its ARN, service name or `anonymous`, or with everything about it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Who {
    Named(String),
    Whole(Principal),
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct Policies {
    identity: Vec<Value>,
    permissions_boundary: Option<Value>,
    session: Option<Vec<Value>>,
    resource: Option<Value>,
    vpc_endpoint: Option<Value>,
    grants: Vec<KmsGrant>,
    service_control: Vec<Vec<Value>>,
    resource_control: Vec<Vec<Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Expected {
    decision: DecisionKind,
    /// Every check with its effect.
    checks: BTreeMap<CheckKind, CheckEffect>,
    /// What stood in the way, in AWS's order.
    #[serde(default)]
    blocked_by: Vec<CheckKind>,
    /// The `Sid`s of the statements that decided: all allows of an allow, all denies of a deny.
    #[serde(default)]
    decisive: Vec<String>,
    #[serde(default)]
    undetermined_keys: Vec<String>,
    /// The denial's text, as a service with AWS's general wording gives it.
    message: Option<String>,
}

fn principal(who: Who) -> Principal {
    let text = match who {
        Who::Whole(principal) => return principal,
        Who::Named(text) => text,
    };
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [_, _, _, _, account, resource] = parts.as_slice() else {
        return if text == "anonymous" {
            Principal::anonymous()
        } else {
            Principal::service(&text)
        };
    };
    let (kind, issuer) = match resource.split('/').collect::<Vec<_>>().as_slice() {
        ["root"] => (PrincipalKind::Root, None),
        ["user", ..] => (PrincipalKind::User, None),
        ["assumed-role", role, _] => (
            PrincipalKind::AssumedRole,
            Some(format!("arn:aws:iam::{account}:role/svc/{role}")),
        ),
        ["federated-user", _] => (
            PrincipalKind::FederatedUser,
            Some(format!("arn:aws:iam::{account}:user/dev/ana")),
        ),
        _ => panic!("`{text}` is not a principal that a case can name"),
    };
    let account = AccountId::parse(account).unwrap();
    Principal {
        kind,
        arn: text.clone(),
        account: Some(account),
        issuer,
        ..Principal::anonymous()
    }
}

fn parse(name: &str, kind: PolicyKind, document: &Value) -> Arc<Policy> {
    let text = serde_json::to_string_pretty(document).unwrap();
    let policy = Policy::parse(name, kind, &text);
    let policy = policy.unwrap_or_else(|error| panic!("{}", error.render(name, &text)));
    assert_eq!(policy.document().to_json(), *document, "prints back equal");
    Arc::new(policy)
}

fn parse_all(name: &str, kind: PolicyKind, documents: &[Value]) -> Vec<Arc<Policy>> {
    let numbered = documents.iter().enumerate();
    numbered
        .map(|(i, document)| parse(&format!("{name}-{i}"), kind, document))
        .collect()
}

impl Policies {
    fn compile(&self, model: AuthorizationModel) -> PolicySet {
        use PolicyKind as Kind;
        let one = |name, kind, document: &Option<Value>| {
            document
                .as_ref()
                .map(|document| parse(name, kind, document))
        };
        let levels = |name, kind, levels: &[Vec<Value>]| {
            levels
                .iter()
                .map(|level| parse_all(name, kind, level))
                .collect()
        };
        let resource_kind = match model {
            AuthorizationModel::TrustPolicy => Kind::Trust,
            AuthorizationModel::Standard | AuthorizationModel::KmsKey => Kind::Resource,
        };
        let session = self.session.as_deref();
        PolicySet {
            identity: parse_all("identity", Kind::Identity, &self.identity),
            permissions_boundary: one(
                "boundary",
                Kind::PermissionsBoundary,
                &self.permissions_boundary,
            ),
            session: session.map(|list| parse_all("session", Kind::Session, list)),
            resource: one("resource", resource_kind, &self.resource),
            grants: self.grants.clone(),
            vpc_endpoint: one("endpoint", Kind::VpcEndpoint, &self.vpc_endpoint),
            service_control: levels("scp", Kind::ServiceControl, &self.service_control),
            resource_control: levels("rcp", Kind::ResourceControl, &self.resource_control),
        }
    }
}

fn decisive(decision: &Decision) -> Vec<String> {
    let wanted = match decision.kind {
        DecisionKind::Allow => CheckEffect::Allow,
        DecisionKind::ExplicitDeny => CheckEffect::ExplicitDeny,
        DecisionKind::ImplicitDeny | DecisionKind::Undetermined => return Vec::new(),
    };
    let checks = decision
        .checks
        .iter()
        .filter(|check| check.effect == wanted);
    let statements = checks.flat_map(|check| &check.statements);
    statements
        .map(|statement| {
            let index = statement.statement;
            statement
                .sid
                .clone()
                .unwrap_or_else(|| format!("{}#{index}", statement.policy))
        })
        .collect()
}

fn run(path: &Path) -> datatest_stable::Result<()> {
    let case: Case = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    assert!(
        !case.source.is_empty(),
        "a case says where it is known from"
    );
    let principal = principal(case.request.principal);
    let set = case.policies.compile(case.request.model);
    let request = RequestContext {
        principal: &principal,
        action: &case.request.action,
        resource: &case.request.resource,
        resource_account: case.request.resource_account.as_ref(),
        model: case.request.model,
        context: &[&case.request.context],
    };
    let decision = evaluate(&request, &set);
    let alone = decide(&request, &set);
    let checks_alone: BTreeMap<_, _> = alone.checks().collect();
    let explained = serde_json::to_string_pretty(&explain(&request, &set))?;
    let expected = case.expect;
    assert_eq!(decision.kind, expected.decision, "{explained}");
    let checks: BTreeMap<_, _> = decision.checks.iter().map(|c| (c.kind, c.effect)).collect();
    assert_eq!(checks, expected.checks, "{explained}");
    assert_eq!((alone.kind, checks_alone), (expected.decision, checks));
    let blocked_alone: Vec<_> = alone.blocked_by().collect();
    assert_eq!(blocked_alone, expected.blocked_by);
    assert!(
        decision.checks.is_sorted_by_key(|check| check.kind),
        "in AWS's order"
    );
    assert_eq!(decision.blocked_by, expected.blocked_by, "{explained}");
    assert_eq!(decisive(&decision), expected.decisive, "{explained}");
    assert_eq!(
        decision.undetermined_keys, expected.undetermined_keys,
        "{explained}"
    );
    if let Some(message) = expected.message {
        let service = case.request.action.prefix();
        let denial = Denial::new(&request, &decision, service, case.request.action.name());
        assert_eq!(denial_message(&denial).text, message);
    }
    Ok(())
}

datatest_stable::harness! {
    { test = run, root = "../../fixtures/authz", pattern = r"^.*\.json$" },
}
