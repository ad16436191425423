//! How the checks combine.
//!
//! Source: IAM User Guide, "Policy evaluation logic" and "Cross-account policy evaluation logic";
//! iam-semantics.md B2, B3, B4 and B9.

use super::{
    CompiledStatement, PolicySet, RequestContext, Truth,
    layers::{Granted, Hits, Layer, Layers, Standing, View},
    principals::Reach,
};
use crate::{
    AuthorizationModel, Check, CheckEffect, CheckKind, Decision, DecisionKind, Lookup,
    PrincipalKind, document::Effect,
};

/// Decides one request as AWS would: total, pure, deterministic.
pub fn evaluate(request: &RequestContext<'_>, policies: &PolicySet) -> Decision {
    let layers = Layers::gather(request, policies, Hits::Kept);
    let court = Court::new(request, &layers);
    let (verdict, view) = court.verdict();
    decision(&court, &verdict, view)
}

/// The same without the statements that decided: it takes nothing from the heap, unless a policy
/// has more than 1,024 statements.
pub fn decide(request: &RequestContext<'_>, policies: &PolicySet) -> Verdict {
    let layers = Layers::gather(request, policies, Hits::Counted);
    let court = Court::new(request, &layers);
    court.verdict().0
}

/// What was decided, without the statements that decided it.
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    /// What was decided.
    pub kind: DecisionKind,
    checks: Effects,
}

impl Verdict {
    /// Says whether the request may go ahead; an undetermined one may not.
    pub fn is_allowed(&self) -> bool {
        self.kind == DecisionKind::Allow
    }

    /// The checks that took part, with their effects, in AWS's order.
    pub fn checks(&self) -> impl Iterator<Item = (CheckKind, CheckEffect)> {
        self.checks.iter().flatten().copied()
    }

    /// The checks that stood in the way; none for an allow.
    pub fn blocked_by(&self) -> impl Iterator<Item = CheckKind> {
        // What blocks an undetermined request is what its keys would decide.
        let in_the_way = match kind_of(&self.checks) {
            DecisionKind::ExplicitDeny => Some(CheckEffect::ExplicitDeny),
            DecisionKind::ImplicitDeny => Some(CheckEffect::ImplicitDeny),
            DecisionKind::Allow | DecisionKind::Undetermined => None,
        };
        let blocking = self.checks();
        blocking
            .filter(move |(_, effect)| Some(*effect) == in_the_way)
            .map(|(kind, _)| kind)
    }
}

/// What each check came to, in AWS's order; none if it takes no part.
type Effects = [Option<(CheckKind, CheckEffect)>; 7];

fn kind_of(checks: &Effects) -> DecisionKind {
    let has = |effect| checks.iter().flatten().any(|(_, found)| *found == effect);
    match (
        has(CheckEffect::ExplicitDeny),
        has(CheckEffect::ImplicitDeny),
    ) {
        (true, _) => DecisionKind::ExplicitDeny,
        (false, true) => DecisionKind::ImplicitDeny,
        (false, false) => DecisionKind::Allow,
    }
}

fn decision(court: &Court<'_>, verdict: &Verdict, view: View) -> Decision {
    let undetermined_keys = match verdict.kind {
        DecisionKind::Undetermined => court.unknown_keys(),
        _ => Vec::new(),
    };
    Decision {
        kind: verdict.kind,
        blocked_by: verdict.blocked_by().collect(),
        checks: verdict
            .checks()
            .map(|check| court.check(check, view))
            .collect(),
        undetermined_keys,
    }
}

struct Court<'a> {
    request: &'a RequestContext<'a>,
    layers: &'a Layers<'a>,
    standing: Standing,
    distance: Distance,
}

/// How far the caller is from the resource's owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Distance {
    SameAccount,
    OtherAccount,
    /// Partitions have no account in common.
    OtherPartition,
}

impl Distance {
    fn of(request: &RequestContext<'_>) -> Self {
        let (caller, owner) = (&request.principal.account, request.resource_account);
        let partitions = partition(&request.principal.arn).zip(partition(request.resource));
        if partitions.is_some_and(|(caller, owner)| caller != owner) {
            Self::OtherPartition
        } else if caller.as_ref().zip(owner).is_some_and(|(a, b)| a != b) {
            Self::OtherAccount
        } else {
            Self::SameAccount
        }
    }
}

/// Whether a check's allow is needed for the request to go ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    Needed,
    NotNeeded,
}

impl From<bool> for Need {
    fn from(needed: bool) -> Self {
        if needed {
            Self::Needed
        } else {
            Self::NotNeeded
        }
    }
}

fn layer_check(
    layer: Option<&Layer<'_>>,
    need: Need,
    view: View,
) -> Option<(CheckKind, CheckEffect)> {
    let layer = layer?;
    let effect = match (layer.denies(view), layer.allows(view), need) {
        (true, _, _) => CheckEffect::ExplicitDeny,
        (false, true, _) => CheckEffect::Allow,
        (false, false, Need::Needed) => CheckEffect::ImplicitDeny,
        (false, false, Need::NotNeeded) => CheckEffect::NoImpact,
    };
    Some((layer.kind, effect))
}

impl<'a> Court<'a> {
    fn new(request: &'a RequestContext<'a>, layers: &'a Layers<'a>) -> Self {
        Self {
            request,
            layers,
            standing: Standing::of(request),
            distance: Distance::of(request),
        }
    }

    /// What is decided, and the view in which its checks came to it.
    fn verdict(&self) -> (Verdict, View) {
        let in_view = |view| {
            let checks = self.checks(view);
            let kind = kind_of(&checks);
            (Verdict { kind, checks }, view)
        };
        let best = in_view(View::Optimistic);
        if best.0.kind != DecisionKind::Allow || !self.layers.has_unknown() {
            // The two views differ in what is favourable only, so if the best is a denial, every
            // case is.
            return best;
        }
        let mut worst = in_view(View::Pessimistic);
        if worst.0.kind != DecisionKind::Allow {
            // The checks are those of the worst case: what blocks there is what the keys decide.
            worst.0.kind = DecisionKind::Undetermined;
        }
        worst
    }

    fn checks(&self, view: View) -> Effects {
        let layers = self.layers;
        let bypass = self.bypass(view);
        let limited = Need::from(bypass != Some(Reach::Caller));
        [
            self.resource_control(view),
            layer_check(layers.service_control.as_ref(), Need::Needed, view),
            layer_check(layers.vpc_endpoint.as_ref(), Need::Needed, view),
            self.resource(bypass, view),
            self.principal(bypass, view),
            layer_check(layers.boundary.as_ref(), limited, view),
            self.session(limited, view),
        ]
    }

    /// `RCPFullAWSAccess` is always attached at every level, so only denies matter.
    fn resource_control(&self, view: View) -> Option<(CheckKind, CheckEffect)> {
        let layer = self.layers.resource_control.as_ref()?;
        let effect = if layer.denies(view) {
            CheckEffect::ExplicitDeny
        } else {
            CheckEffect::Allow
        };
        Some((layer.kind, effect))
    }

    fn is_cross_account(&self) -> bool {
        self.distance != Distance::SameAccount
    }

    /// How far the resource's policy lets the caller in; never across partitions, between which
    /// nothing is delegated (iam-semantics.md B3).
    fn granted(&self, view: View) -> Option<Reach> {
        if self.distance == Distance::OtherPartition {
            return None;
        }
        let policy = self.layers.resource.as_ref();
        let by_policy = policy.and_then(|layer| layer.reach(view));
        // A grant allows beside the key policy; that it is the owner's side only, so that another
        // account's identity policies have to allow too, is assumed.
        by_policy.max(self.layers.granted(view))
    }

    /// The grant of a resource policy that stands by itself: within one account, to the caller or
    /// to what its session was made from.
    fn bypass(&self, view: View) -> Option<Reach> {
        if self.standing == Standing::Outside || self.is_cross_account() {
            return None;
        }
        let reach = self.granted(view);
        reach.filter(|reach| *reach != Reach::Account)
    }

    /// The owner has to allow separately across accounts, for keys and roles, and to callers
    /// that have no policies of their own.
    fn resource(&self, bypass: Option<Reach>, view: View) -> Option<(CheckKind, CheckEffect)> {
        let separately =
            self.owner_decides() || self.is_cross_account() || self.standing == Standing::Outside;
        let layer = self.layers.resource.as_ref();
        if layer.is_none() && !separately {
            return None;
        }
        let denies = layer.is_some_and(|layer| layer.denies(view));
        let effect = match (denies, self.granted(view), separately) {
            (true, _, _) => CheckEffect::ExplicitDeny,
            (false, Some(_), true) => CheckEffect::Allow,
            (false, None, true) => CheckEffect::ImplicitDeny,
            // To name the account lets its identities in by their own policies: no grant yet.
            (false, _, false) if bypass.is_some() => CheckEffect::Allow,
            (false, _, false) => CheckEffect::NoImpact,
        };
        Some((CheckKind::Resource, effect))
    }

    /// KMS keys and roles: nothing goes without their own policy, even within the account.
    fn owner_decides(&self) -> bool {
        match self.request.model {
            AuthorizationModel::Standard => false,
            AuthorizationModel::KmsKey | AuthorizationModel::TrustPolicy => true,
        }
    }

    fn principal(&self, bypass: Option<Reach>, view: View) -> Option<(CheckKind, CheckEffect)> {
        match self.standing {
            Standing::Outside => None,
            Standing::Root => Some((CheckKind::Principal, CheckEffect::Allow)),
            Standing::Identity => {
                // Where the key's policy or the role's does not let the account decide, identity
                // policies cannot help, and are not what is missing.
                let silent = self.granted(view).is_none();
                let moot = self.owner_decides() && !self.is_cross_account() && silent;
                let need = Need::from(bypass.is_none() && !moot);
                layer_check(self.layers.identity.as_ref(), need, view)
            }
        }
    }

    fn session(&self, limited: Need, view: View) -> Option<(CheckKind, CheckEffect)> {
        let check = layer_check(self.layers.session.as_ref(), limited, view);
        // A federated user's session made without a policy has no permissions (B2, item 6).
        let federated = self.request.principal.kind == PrincipalKind::FederatedUser;
        match (check, limited) {
            (None, Need::Needed) if federated => {
                Some((CheckKind::Session, CheckEffect::ImplicitDeny))
            }
            (check, _) => check,
        }
    }

    /// A check with the statements that made it so.
    fn check(&self, (kind, effect): (CheckKind, CheckEffect), view: View) -> Check {
        let of_effect = match effect {
            CheckEffect::Allow => Some(Effect::Allow),
            CheckEffect::ExplicitDeny => Some(Effect::Deny),
            CheckEffect::NoImpact | CheckEffect::ImplicitDeny => None,
        };
        let layer = self.layers.iter().find(|layer| layer.kind == kind);
        let mut statements = match (layer, of_effect) {
            (Some(layer), Some(effect)) => layer.references(effect, view),
            _ => Vec::new(),
        };
        if (kind, effect) == (CheckKind::Resource, CheckEffect::Allow) {
            statements.extend(self.layers.granting(view).map(Granted::reference));
        }
        Check {
            kind,
            effect,
            statements,
        }
    }

    /// The keys without which some statement could not be decided, sorted.
    fn unknown_keys(&self) -> Vec<String> {
        let hits = self.layers.iter().flat_map(|layer| &layer.hits);
        let unknown = hits.filter(|hit| hit.truth == Truth::Unknown);
        let mut keys: Vec<String> = unknown
            .filter_map(|hit| hit.policy.statements.get(hit.statement))
            .flat_map(CompiledStatement::keys)
            .filter(|key| self.request.lookup_key(key) == Lookup::NotComputed)
            .map(|key| key.as_str().to_owned())
            .collect();
        let of_grants = self.layers.grants.iter().flat_map(Granted::unknown_keys);
        keys.extend(of_grants.filter(|key| self.request.lookup(key) == Lookup::NotComputed));
        keys.sort_by_key(|key| key.to_ascii_lowercase());
        keys.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        keys
    }
}

/// The partition of an ARN, such as `aws-cn`; none of a name, and none where it is left open.
fn partition(arn: &str) -> Option<&[u8]> {
    let rest = arn.as_bytes().strip_prefix(b"arn:")?;
    let partition = rest.split(|byte| *byte == b':').next()?;
    (!partition.is_empty()).then_some(partition)
}
