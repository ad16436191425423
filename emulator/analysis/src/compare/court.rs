//! The evaluator, asked about one side of a comparison.

use std::sync::Arc;

use rolecall_policy::{DecisionKind, Policy, PolicyKind, PolicySet, RequestContext, evaluate};

/// The evaluator's side of the comparison.
#[derive(Debug)]
pub(crate) struct Court {
    pub(crate) kind: PolicyKind,
    everything: Option<Arc<Policy>>,
    everybody: Option<Arc<Policy>>,
}

impl Court {
    pub(crate) fn new(kind: PolicyKind) -> Self {
        let parse = |kind, principal: &str| {
            let statement =
                format!(r#"{{"Effect":"Allow",{principal}"Action":"*","Resource":"*"}}"#);
            let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
            Policy::parse("everything", kind, &text).ok().map(Arc::new)
        };
        Self {
            kind,
            everything: parse(PolicyKind::Identity, ""),
            everybody: parse(PolicyKind::Resource, r#""Principal":"*","#),
        }
    }

    /// What one side decides. A resource policy decides alone: the caller's own policies allow
    /// everything, and the resource is in another account. For identity policies the resource is
    /// in the caller's account, or lets everybody in.
    pub(crate) fn decide(
        &self,
        policies: &[Arc<Policy>],
        request: &RequestContext<'_>,
        bounded: bool,
    ) -> DecisionKind {
        let boundary = self.everything.clone().filter(|_| bounded);
        let policies = match self.kind {
            PolicyKind::Identity => {
                let own = request.principal.account.as_ref() == request.resource_account;
                PolicySet {
                    identity: policies.to_vec(),
                    resource: self.everybody.clone().filter(|_| !own),
                    permissions_boundary: boundary,
                    ..PolicySet::default()
                }
            }
            _ => PolicySet {
                identity: self.everything.iter().cloned().collect(),
                resource: policies.first().cloned(),
                permissions_boundary: boundary,
                ..PolicySet::default()
            },
        };
        evaluate(request, &policies).kind
    }
}
