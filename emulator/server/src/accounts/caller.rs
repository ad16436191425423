//! Who a verified request comes from, with all that a decision needs of it.

use std::sync::Arc;

use rolecall_policy::{Context, ContextValue, PolicySet, Principal, PrincipalKind};

use super::Session;

/// A caller: the principal, its policies, and the context keys that follow from it.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The principal.
    pub principal: Arc<Principal>,
    /// Identity policies, boundary and session policies.
    pub policies: PolicySet,
    /// The keys that follow from the principal.
    pub context: Context,
    /// The session behind temporary credentials.
    pub session: Option<Arc<Session>>,
    /// Whether the signature was verified; never so for an unknown key in the mode `record`.
    pub verified: bool,
}

impl Caller {
    /// Nobody.
    pub fn anonymous() -> Self {
        let principal = Principal::anonymous();
        Self {
            context: principal_context(&principal, &[], None).shared(),
            principal: Arc::new(principal),
            policies: PolicySet::default(),
            session: None,
            verified: true,
        }
    }

    /// A caller whose key nobody here handed out.
    pub(crate) fn unverified(principal: Principal) -> Self {
        Self {
            context: principal_context(&principal, &[], None).shared(),
            principal: Arc::new(principal),
            policies: PolicySet::default(),
            session: None,
            verified: false,
        }
    }

    /// The ARN of the user that calls; none for another caller.
    pub(crate) fn user_arn(&self) -> Option<String> {
        let is_user = self.principal.kind == PrincipalKind::User;
        is_user.then(|| self.principal.arn.clone())
    }

    /// The account, or the given one for callers that have none.
    pub fn account_or<'a>(&'a self, default: &'a str) -> &'a str {
        self.principal
            .account
            .as_ref()
            .map_or(default, |account| account.as_str())
    }
}

/// The context keys that follow from a principal.
///
/// Source: IAM User Guide, "AWS global condition context keys", properties of the principal and
/// properties of a role session.
pub(super) fn principal_context(
    principal: &Principal,
    tags: &[(&str, &str)],
    session: Option<&Session>,
) -> Context {
    let mut context = Context::new();
    // A role's session has the ARN of its role; a federated user's has its own.
    let issuer = match principal.kind {
        PrincipalKind::AssumedRole => principal.issuer.as_deref(),
        _ => None,
    };
    let issuer = issuer.unwrap_or(&principal.arn);
    context.insert_one("aws:PrincipalIsAWSService", "false");
    context.insert_one("aws:ViaAWSService", "false");
    context.insert_one("aws:PrincipalType", principal_type(principal.kind));
    if principal.kind != PrincipalKind::Anonymous {
        context.insert_one("aws:PrincipalArn", issuer);
        context.insert_one("aws:userid", &*principal.user_id);
    }
    if let Some(account) = &principal.account {
        context.insert_one("aws:PrincipalAccount", account.as_str());
    }
    if principal.kind == PrincipalKind::User {
        let name = principal.arn.rsplit('/').next().unwrap_or_default();
        context.insert_one("aws:username", name);
    }
    for (key, value) in tags {
        context.insert_one(format!("aws:PrincipalTag/{key}"), *value);
    }
    if let Some(session) = session {
        context.insert_one("aws:TokenIssueTime", crate::clock::rfc3339(session.issued));
        context.insert_one("aws:MultiFactorAuthPresent", "false");
        if let Some(identity) = &session.source_identity {
            context.insert("aws:SourceIdentity", ContextValue::One(identity.clone()));
        }
    }
    context
}

// Source: iam-semantics B7; `Service` and `Federated` are assumed.
fn principal_type(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::Root => "Account",
        PrincipalKind::User => "User",
        PrincipalKind::AssumedRole => "AssumedRole",
        PrincipalKind::FederatedUser => "FederatedUser",
        PrincipalKind::Service => "Service",
        PrincipalKind::Federated => "Federated",
        PrincipalKind::Anonymous => "Anonymous",
    }
}
