//! What a decision is made from.

use std::sync::Arc;

use crate::{
    AccountId, Action, AuthorizationModel, Context, KmsGrant, Lookup, Principal, PrincipalKind,
    Redacted,
    context::{ConditionKey, ContextValue},
    document::Policy,
    pattern::variable::{Resolved, Variables},
};

/// One request, as all policies see it.
#[derive(Clone, Copy, Debug)]
pub struct RequestContext<'a> {
    /// Who asks.
    pub principal: &'a Principal,
    /// For what.
    pub action: &'a Action,
    /// On which resource: an ARN, or `*`.
    pub resource: &'a str,
    /// The account that owns the resource; the caller's where there is none.
    pub resource_account: Option<&'a AccountId>,
    /// How policies combine.
    pub model: AuthorizationModel,
    /// The layers of the context; the first that has a key wins.
    pub context: &'a [&'a Context],
}

impl RequestContext<'_> {
    /// Whether the caller is neither a service nor of the account that owns the resource.
    pub fn is_by_stranger(&self) -> bool {
        match self.principal.kind {
            PrincipalKind::Service => false,
            PrincipalKind::Anonymous | PrincipalKind::Federated => true,
            _ => self.principal.account.as_ref() != self.resource_account,
        }
    }

    /// Looks a key up in the layers of the context.
    pub fn lookup(&self, key: &str) -> Lookup<'_> {
        self.context
            .iter()
            .map(|layer| layer.lookup(key))
            .find(|found| *found != Lookup::Absent)
            .unwrap_or(Lookup::Absent)
    }

    /// What is redacted under a prepared key, in the layer that has it.
    pub(crate) fn redacted(&self, key: &ConditionKey) -> Option<&Redacted> {
        let mut layers = self.context.iter();
        layers
            .find(|layer| layer.lookup_key(key) != Lookup::Absent)?
            .redacted(key)
    }

    /// Looks a prepared key up.
    pub fn lookup_key(&self, key: &ConditionKey) -> Lookup<'_> {
        self.context
            .iter()
            .map(|layer| layer.lookup_key(key))
            .find(|found| *found != Lookup::Absent)
            .unwrap_or(Lookup::Absent)
    }
}

impl Variables for RequestContext<'_> {
    fn resolve(&self, key: &ConditionKey) -> Resolved<'_> {
        match self.lookup_key(key) {
            Lookup::Present(ContextValue::One(text)) => Resolved::Text(text.into()),
            // Multivalued keys cannot be variables (iam-semantics.md B7).
            Lookup::Present(_) => Resolved::Unusable,
            Lookup::Absent => Resolved::Absent,
            Lookup::NotComputed => Resolved::Unknown,
        }
    }
}

/// All policies that take part in one decision.
#[derive(Clone, Debug, Default)]
pub struct PolicySet {
    /// Of the user and its groups, or of the role.
    pub identity: Vec<Arc<Policy>>,
    /// The permissions boundary, if one is set.
    pub permissions_boundary: Option<Arc<Policy>>,
    /// The session policies, inline and managed; none if the session was made without any.
    pub session: Option<Vec<Arc<Policy>>>,
    /// The resource's policy (trust policy, key policy, bucket policy, ...).
    pub resource: Option<Arc<Policy>>,
    /// The grants on the resource, if it is a KMS key.
    pub grants: Vec<KmsGrant>,
    /// The policy of the VPC endpoint, if the request comes through one.
    pub vpc_endpoint: Option<Arc<Policy>>,
    /// Service control policies of the caller's account, a list for each level from the root.
    pub service_control: Vec<Vec<Arc<Policy>>>,
    /// Resource control policies of the owner's account, a list for each level from the root.
    pub resource_control: Vec<Vec<Arc<Policy>>>,
}
