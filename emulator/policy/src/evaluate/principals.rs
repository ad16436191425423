//! Whom a `Principal` or `NotPrincipal` element names, and how far a grant to them reaches.
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal" and "... `NotPrincipal`";
//! iam-semantics.md B2 and B5.

use crate::{
    Principal, PrincipalKind,
    document::{Effect, Polarity, PrincipalSet, PrincipalType, Principals},
};

/// How far an Allow of a resource policy reaches within the account, by what it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// The account: it may let its own identities in, by their policies.
    Account,
    /// The role of a session, or the user of a federated session: the boundary and the session's
    /// policies still limit.
    Issuer,
    /// The caller itself, or everyone: nothing else has to allow.
    Caller,
}

/// One listed principal.
#[derive(Clone, Debug)]
enum Listed {
    Everyone,
    Account(Box<str>),
    /// An ARN or a unique id, compared as it stands.
    Exact(Box<str>),
    Service(Box<str>),
    Federated(Box<str>),
    /// A canonical user: what it belongs to is not known here, so it matches nobody.
    CanonicalUser,
}

/// `Principal` or `NotPrincipal`, compiled.
#[derive(Clone, Debug)]
pub(crate) struct CompiledPrincipals {
    polarity: Polarity,
    listed: Vec<Listed>,
}

impl CompiledPrincipals {
    pub(crate) fn new(principals: &Principals) -> Self {
        let listed = match &principals.set {
            PrincipalSet::Everyone => vec![Listed::Everyone],
            PrincipalSet::ByType(types) => types
                .iter()
                .flat_map(|(kind, values)| values.iter().map(|value| listed(*kind, value)))
                .collect(),
        };
        Self {
            polarity: principals.polarity,
            listed,
        }
    }

    /// How far the statement reaches this principal; none if it does not apply to it.
    pub(crate) fn reach(
        &self,
        principal: &Principal,
        effect: Effect,
        has_boundary: bool,
    ) -> Option<Reach> {
        let everyone_else = match (self.polarity, effect) {
            (Polarity::Listed, _) => return self.listed_reach(principal),
            (Polarity::AllBut, Effect::Allow) => self.listed_reach(principal).is_none(),
            (Polarity::AllBut, Effect::Deny) => has_boundary || !self.exempts(principal),
        };
        everyone_else.then_some(Reach::Caller)
    }

    fn listed_reach(&self, principal: &Principal) -> Option<Reach> {
        self.listed
            .iter()
            .filter_map(|one| one.reach(principal))
            .max()
    }

    fn lists(&self, principal: &Principal, reach: Reach) -> bool {
        self.listed
            .iter()
            .any(|one| one.reach(principal) == Some(reach))
    }

    /// Whether Deny with `NotPrincipal` spares a principal: every stage of it has to be listed,
    /// since AWS may deny at the account or at the role.
    fn exempts(&self, principal: &Principal) -> bool {
        // No session in particular: the role is all there is to list.
        let unnamed = principal.issuer.as_deref() == Some(principal.arn.as_str());
        let itself = unnamed || self.lists(principal, Reach::Caller);
        let account = self.lists(principal, Reach::Account);
        let everyone = self
            .listed
            .iter()
            .any(|one| matches!(one, Listed::Everyone));
        let all = match principal.kind {
            PrincipalKind::Root => account,
            PrincipalKind::User => itself && account,
            PrincipalKind::AssumedRole | PrincipalKind::FederatedUser => {
                itself && account && self.lists(principal, Reach::Issuer)
            }
            PrincipalKind::Service | PrincipalKind::Federated | PrincipalKind::Anonymous => itself,
        };
        everyone || all
    }
}

fn listed(kind: PrincipalType, value: &str) -> Listed {
    match kind {
        PrincipalType::Aws if value == "*" => Listed::Everyone,
        PrincipalType::Aws => match account_of(value) {
            Some(account) => Listed::Account(account.into()),
            None => Listed::Exact(value.into()),
        },
        PrincipalType::Service => Listed::Service(value.into()),
        PrincipalType::Federated => Listed::Federated(value.into()),
        PrincipalType::CanonicalUser => Listed::CanonicalUser,
    }
}

/// How far a grant to a principal reaches a caller.
pub(crate) fn grantee_reach(grantee: &str, caller: &Principal) -> Option<Reach> {
    let kind = if grantee.ends_with(".amazonaws.com") {
        PrincipalType::Service
    } else {
        PrincipalType::Aws
    };
    listed(kind, grantee).reach(caller)
}

/// The account that `111122223333` or `arn:aws:iam::111122223333:root` delegates to.
fn account_of(value: &str) -> Option<&str> {
    if value.len() == 12 && value.bytes().all(|b| b.is_ascii_digit()) {
        return Some(value);
    }
    let mut parts = value.splitn(6, ':').skip(2);
    let service = parts.next()?;
    let account = parts.nth(1)?;
    (service == "iam" && parts.next()? == "root").then_some(account)
}

impl Listed {
    fn reach(&self, principal: &Principal) -> Option<Reach> {
        use PrincipalKind as Kind;
        match self {
            Self::Everyone => Some(Reach::Caller),
            Self::Account(account) => {
                let own = principal
                    .account
                    .as_ref()
                    .is_some_and(|own| own.as_str() == &**account);
                own.then_some(Reach::Account)
            }
            Self::Exact(value) => exact(value, principal),
            Self::Service(name) => named(principal, Kind::Service, name),
            Self::Federated(name) => named(principal, Kind::Federated, name),
            Self::CanonicalUser => None,
        }
    }
}

fn named(principal: &Principal, kind: PrincipalKind, name: &str) -> Option<Reach> {
    let same = principal.kind == kind && (name == "*" || name == principal.arn);
    same.then_some(Reach::Caller)
}

fn exact(value: &str, principal: &Principal) -> Option<Reach> {
    use PrincipalKind as Kind;
    let session = match principal.kind {
        Kind::Service | Kind::Federated | Kind::Anonymous => return None,
        Kind::Root | Kind::User => false,
        Kind::AssumedRole | Kind::FederatedUser => true,
    };
    // A role's ARN stands for its sessions where none in particular is known.
    let unnamed = principal.issuer.as_deref() == Some(principal.arn.as_str());
    if value == principal.arn {
        return Some(if unnamed {
            Reach::Issuer
        } else {
            Reach::Caller
        });
    }
    // Saved policies show unique ids in place of ARNs: `AIDA...` of a user, `AROA...` of a role.
    if value == principal.user_id {
        return Some(Reach::Caller);
    }
    let issuer_id = principal.user_id.split(':').next().unwrap_or("");
    let issuer = session && (is_issuer(value, principal) || is_unique_id(value, issuer_id));
    issuer.then_some(Reach::Issuer)
}

fn is_unique_id(value: &str, id: &str) -> bool {
    value == id && (value.starts_with("AROA") || value.starts_with("AIDA"))
}

/// Whether an ARN is that of the role or user behind a session. A session's own ARN drops the
/// role's path, so without the issuer's ARN the name alone decides: it is unique in the account.
fn is_issuer(value: &str, principal: &Principal) -> bool {
    if let Some(issuer) = &principal.issuer {
        return issuer == value;
    }
    let Some((account, role)) = role_of(value) else {
        return false;
    };
    let session = principal.arn.splitn(6, ':').nth(5).unwrap_or("");
    let mut parts = session.split('/');
    principal
        .account
        .as_ref()
        .is_some_and(|own| own.as_str() == account)
        && parts.next() == Some("assumed-role")
        && parts.next() == Some(role)
}

fn role_of(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.splitn(6, ':').skip(4);
    let account = parts.next()?;
    let path = parts.next()?.strip_prefix("role/")?;
    Some((account, path.rsplit('/').next().unwrap_or(path)))
}
