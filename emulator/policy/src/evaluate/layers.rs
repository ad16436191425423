//! What each kind of policy has to say: the statements that match, gathered once.

use std::sync::Arc;

use super::{
    PolicySet, RequestContext, Truth,
    principals::{Reach, grantee_reach},
    statement::Scan,
};
use crate::{
    AuthorizationModel, CheckKind, KmsGrant, PrincipalKind, StatementRef,
    document::{Effect, Policy},
};

/// Which way an unknown statement is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    /// Unknown allows match, unknown denies do not.
    Optimistic,
    /// The other way round.
    Pessimistic,
}

/// A statement that matches, or may.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) statement: usize,
    pub(crate) effect: Effect,
    pub(crate) truth: Truth,
    pub(crate) reach: Reach,
    level: usize,
}

impl Hit<'_> {
    fn counts(&self, view: View) -> bool {
        let favourable = (self.effect == Effect::Allow) == (view == View::Optimistic);
        self.truth == Truth::True || favourable
    }

    fn reference(&self) -> StatementRef {
        let statements = &self.policy.statements;
        let sid = statements
            .get(self.statement)
            .and_then(|statement| statement.sid.as_deref());
        StatementRef {
            policy: self.policy.name.clone(),
            statement: self.statement,
            sid: sid.map(ToOwned::to_owned),
        }
    }
}

/// The policies of one kind, and what matches among them.
#[derive(Debug)]
pub(crate) struct Layer<'a> {
    pub(crate) kind: CheckKind,
    levels: usize,
    pub(crate) hits: Vec<Hit<'a>>,
}

impl<'a> Layer<'a> {
    fn gather(kind: CheckKind, levels: &'a [Vec<Arc<Policy>>], scan: Scan<'_>) -> Self {
        let mut layer = Self {
            kind,
            levels: levels.len(),
            hits: Vec::new(),
        };
        for (level, policies) in levels.iter().enumerate() {
            layer.add(level, policies, scan);
        }
        layer
    }

    fn flat(kind: CheckKind, policies: &'a [Arc<Policy>], scan: Scan<'_>) -> Self {
        let mut layer = Self {
            kind,
            levels: 1,
            hits: Vec::new(),
        };
        layer.add(0, policies, scan);
        layer
    }

    fn add(&mut self, level: usize, policies: &'a [Arc<Policy>], scan: Scan<'_>) {
        let (action, service) = (scan.request.action.as_str(), scan.request.action.prefix());
        for policy in policies {
            for index in policy.index.matching(&policy.statements, action, service) {
                let Some(statement) = policy.statements.get(index) else {
                    continue;
                };
                if let Some((truth, reach)) = statement.matches_beyond_action(scan) {
                    let effect = statement.effect;
                    let hit = Hit {
                        policy,
                        statement: index,
                        effect,
                        truth,
                        reach,
                        level,
                    };
                    self.hits.push(hit);
                }
            }
        }
    }

    fn counted(&self, effect: Effect, view: View) -> impl Iterator<Item = &Hit<'a>> {
        self.hits
            .iter()
            .filter(move |hit| hit.effect == effect && hit.counts(view))
    }

    pub(crate) fn denies(&self, view: View) -> bool {
        self.counted(Effect::Deny, view).next().is_some()
    }

    /// Every level has to allow.
    pub(crate) fn allows(&self, view: View) -> bool {
        (0..self.levels).all(|level| {
            self.counted(Effect::Allow, view)
                .any(|hit| hit.level == level)
        })
    }

    /// The farthest reach of the statements that allow.
    pub(crate) fn reach(&self, view: View) -> Option<Reach> {
        self.counted(Effect::Allow, view).map(|hit| hit.reach).max()
    }

    pub(crate) fn references(&self, effect: Effect, view: View) -> Vec<StatementRef> {
        self.counted(effect, view).map(Hit::reference).collect()
    }
}

/// A grant on a key that allows, or may.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Granted<'a> {
    grant: &'a KmsGrant,
    truth: Truth,
    reach: Reach,
}

impl Granted<'_> {
    /// The keys that it hangs on, if it does.
    pub(crate) fn unknown_keys(&self) -> impl Iterator<Item = String> {
        let grant = (self.truth == Truth::Unknown).then_some(self.grant);
        grant.into_iter().flat_map(KmsGrant::keys)
    }

    pub(crate) fn reference(&self) -> StatementRef {
        StatementRef {
            policy: format!("grant {}", self.grant.grant_id),
            statement: 0,
            sid: None,
        }
    }
}

/// Grants are on keys only.
fn granted<'a>(request: &RequestContext<'_>, grants: &'a [KmsGrant]) -> Vec<Granted<'a>> {
    let grants = grants
        .iter()
        .filter(|_| request.model == AuthorizationModel::KmsKey);
    let one = |grant: &'a KmsGrant| {
        let reach = grantee_reach(&grant.grantee_principal, request.principal)?;
        let truth = grant.allows(request);
        (truth != Truth::False).then_some(Granted {
            grant,
            truth,
            reach,
        })
    };
    grants.filter_map(one).collect()
}

/// All layers that take part; one that does not apply to the principal is none.
#[derive(Debug)]
pub(crate) struct Layers<'a> {
    pub(crate) resource_control: Option<Layer<'a>>,
    pub(crate) service_control: Option<Layer<'a>>,
    pub(crate) vpc_endpoint: Option<Layer<'a>>,
    pub(crate) resource: Option<Layer<'a>>,
    pub(crate) identity: Option<Layer<'a>>,
    /// The grants on a key that are about the request, or may be.
    pub(crate) grants: Vec<Granted<'a>>,
    pub(crate) boundary: Option<Layer<'a>>,
    pub(crate) session: Option<Layer<'a>>,
}

impl<'a> Layers<'a> {
    pub(crate) fn gather(request: &RequestContext<'_>, policies: &'a PolicySet) -> Self {
        use CheckKind as Check;
        let who = Standing::of(request);
        let scan = Scan::new(request, policies);
        let levels = |kind, levels: &'a [Vec<Arc<Policy>>], applies: bool| {
            (applies && !levels.is_empty()).then(|| Layer::gather(kind, levels, scan))
        };
        let one = |kind, policy: &'a Option<Arc<Policy>>, applies: bool| {
            let policy = policy.as_ref().filter(|_| applies)?;
            Some(Layer::flat(kind, std::slice::from_ref(policy), scan))
        };
        let linked = request.principal.service_linked;
        let session = policies.session.as_deref().filter(|list| !list.is_empty());
        let session = session.filter(|_| who != Standing::Outside);
        Self {
            resource_control: levels(
                Check::ResourceControlPolicy,
                &policies.resource_control,
                !linked,
            ),
            service_control: levels(
                Check::ServiceControlPolicy,
                &policies.service_control,
                who != Standing::Outside && !linked,
            ),
            vpc_endpoint: one(Check::VpcEndpoint, &policies.vpc_endpoint, true),
            resource: one(Check::Resource, &policies.resource, true),
            identity: (who == Standing::Identity)
                .then(|| Layer::flat(Check::Principal, &policies.identity, scan)),
            grants: granted(request, &policies.grants),
            boundary: one(
                Check::PermissionsBoundary,
                &policies.permissions_boundary,
                who == Standing::Identity,
            ),
            session: session.map(|list| Layer::flat(Check::Session, list, scan)),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Layer<'a>> {
        [
            &self.resource_control,
            &self.service_control,
            &self.vpc_endpoint,
            &self.resource,
            &self.identity,
            &self.boundary,
            &self.session,
        ]
        .into_iter()
        .flatten()
    }

    /// Says whether anything hangs on a value that was not computed.
    pub(crate) fn has_unknown(&self) -> bool {
        self.iter()
            .flat_map(|layer| &layer.hits)
            .any(|hit| hit.truth == Truth::Unknown)
            || self.grants.iter().any(|one| one.truth == Truth::Unknown)
    }

    /// How far the grants on the key let the caller in.
    pub(crate) fn granted(&self, view: View) -> Option<Reach> {
        self.granting(view).map(|one| one.reach).max()
    }

    pub(crate) fn granting(&self, view: View) -> impl Iterator<Item = &Granted<'a>> {
        let counts = move |one: &&Granted<'a>| one.truth == Truth::True || view == View::Optimistic;
        self.grants.iter().filter(counts)
    }
}

/// What a principal is to the policies of its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// A user, a role's session or a federated session: its identity policies have to allow.
    Identity,
    /// The root user: no identity policy or boundary can be attached to it.
    Root,
    /// A service, a provider's user, nobody: only the resource's policy can allow.
    Outside,
}

impl Standing {
    pub(crate) fn of(request: &RequestContext<'_>) -> Self {
        use PrincipalKind as Kind;
        match request.principal.kind {
            Kind::User | Kind::AssumedRole | Kind::FederatedUser => Self::Identity,
            Kind::Root => Self::Root,
            Kind::Service | Kind::Federated | Kind::Anonymous => Self::Outside,
        }
    }
}
