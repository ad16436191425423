//! What each kind of policy has to say: the statements that match, gathered once.

use std::sync::Arc;

use super::{
    Lookups, PolicySet, RequestContext, Truth,
    index::{Found, Sought},
    principals::{Reach, grantee_reach},
    statement::Scan,
    tally::Tally,
};
use crate::{
    AuthorizationModel, CheckKind, KmsGrant, PrincipalKind, StatementRef,
    document::{Effect, Policy},
    resource_control::applies,
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

/// Whether the statements that match are kept, to be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hits {
    Kept,
    /// What no longer matters to the decision is not looked at.
    Counted,
}

/// What every policy is held against.
#[derive(Debug)]
struct Search<'s> {
    scan: Scan<'s>,
    sought: Sought<'s>,
    /// What was found in the policy that was looked at last.
    found: Found,
    /// Its condition keys.
    lookups: Lookups<'s>,
    hits: Hits,
}

impl Search<'_> {
    /// A layer of levels, each of which has to allow; none if there is none, or it does not apply.
    fn levels<'a>(
        &mut self,
        kind: CheckKind,
        levels: &'a [Vec<Arc<Policy>>],
        applies: bool,
    ) -> Option<Layer<'a>> {
        let applies = applies && !levels.is_empty();
        applies.then(|| Layer::gather(kind, levels.iter().map(Vec::as_slice), self))
    }

    fn one<'a>(
        &mut self,
        kind: CheckKind,
        policy: Option<&'a Arc<Policy>>,
        applies: bool,
    ) -> Option<Layer<'a>> {
        let policy = policy.filter(|_| applies)?;
        Some(self.several(kind, std::slice::from_ref(policy)))
    }

    fn several<'a>(&mut self, kind: CheckKind, policies: &'a [Arc<Policy>]) -> Layer<'a> {
        Layer::gather(kind, std::iter::once(policies), self)
    }
}

/// The policies of one kind, and what matches among them.
#[derive(Debug)]
pub(crate) struct Layer<'a> {
    pub(crate) kind: CheckKind,
    levels: usize,
    tally: Tally,
    /// If they are kept.
    pub(crate) hits: Vec<Hit<'a>>,
}

impl<'a> Layer<'a> {
    fn gather(
        kind: CheckKind,
        levels: impl Iterator<Item = &'a [Arc<Policy>]>,
        search: &mut Search<'_>,
    ) -> Self {
        let mut layer = Self {
            kind,
            levels: 0,
            tally: Tally::default(),
            hits: Vec::new(),
        };
        for policies in levels {
            layer.levels += 1;
            layer.tally.begin_level();
            for policy in policies {
                layer.add(policy, search);
            }
            layer.tally.end_level();
        }
        layer
    }

    fn add(&mut self, policy: &'a Policy, search: &mut Search<'_>) {
        let (index, statements) = (&policy.index, &policy.statements);
        let Search {
            scan,
            sought,
            found,
            lookups,
            hits,
        } = search;
        if !index.find(statements, sought, found) {
            return;
        }
        *lookups = Lookups::default();
        index.narrow(found, lookups, scan.request);
        if *hits == Hits::Kept {
            for one in found.all() {
                let hit = self.count(policy, one, *scan, lookups);
                self.hits.extend(hit);
            }
            return;
        }
        for effect in [Effect::Deny, Effect::Allow] {
            for one in found.marked(index.with_effect(effect)) {
                if self.tally.is_settled(effect) {
                    break;
                }
                self.count(policy, one, *scan, lookups);
            }
        }
    }

    /// Counts a statement that is found, if it matches.
    fn count<'s>(
        &mut self,
        policy: &'a Policy,
        (number, resource): (usize, Truth),
        scan: Scan<'s>,
        lookups: &mut Lookups<'s>,
    ) -> Option<Hit<'a>> {
        let statement = policy.statements.get(number)?;
        let (truth, reach) = statement.matches_on(resource, scan, lookups)?;
        self.tally.count(statement.effect, truth, reach);
        Some(Hit {
            policy,
            statement: number,
            effect: statement.effect,
            truth,
        })
    }

    pub(crate) fn denies(&self, view: View) -> bool {
        self.tally.denies(view)
    }

    /// Every level has to allow.
    pub(crate) fn allows(&self, view: View) -> bool {
        self.tally.levels_that_allow(view) == self.levels
    }

    /// The farthest reach of the statements that allow.
    pub(crate) fn reach(&self, view: View) -> Option<Reach> {
        self.tally.reach(view)
    }

    pub(crate) fn references(&self, effect: Effect, view: View) -> Vec<StatementRef> {
        let counted = self.hits.iter();
        let counted = counted.filter(|hit| hit.effect == effect && hit.counts(view));
        counted.map(Hit::reference).collect()
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
    pub(crate) fn gather(
        request: &RequestContext<'_>,
        policies: &'a PolicySet,
        hits: Hits,
    ) -> Self {
        use CheckKind as Check;
        let who = Standing::of(request);
        let mut search = Search {
            scan: Scan::new(request, policies),
            sought: Sought::new(request),
            found: Found::default(),
            lookups: Lookups::default(),
            hits,
        };
        let search = &mut search;
        let (linked, inside) = (request.principal.service_linked, who != Standing::Outside);
        let is_identity = who == Standing::Identity;
        let session = policies.session.as_deref();
        let session = session.filter(|list| inside && !list.is_empty());
        Self {
            resource_control: search.levels(
                Check::ResourceControlPolicy,
                &policies.resource_control,
                applies(request.principal, request.action),
            ),
            service_control: search.levels(
                Check::ServiceControlPolicy,
                &policies.service_control,
                inside && !linked,
            ),
            vpc_endpoint: search.one(Check::VpcEndpoint, policies.vpc_endpoint.as_ref(), true),
            resource: search.one(Check::Resource, policies.resource.as_ref(), true),
            identity: is_identity.then(|| search.several(Check::Principal, &policies.identity)),
            grants: granted(request, &policies.grants),
            boundary: search.one(
                Check::PermissionsBoundary,
                policies.permissions_boundary.as_ref(),
                is_identity,
            ),
            session: session.map(|list| search.several(Check::Session, list)),
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
        self.iter().any(|layer| layer.tally.has_unknown())
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
