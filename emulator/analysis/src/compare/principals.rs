//! Whom resource policies can be about: one principal for each kind that they tell apart.
//!
//! Principals are named by whole ARNs, accounts, services and providers, so finitely many kinds
//! are told apart. Source: IAM User Guide, "AWS JSON policy elements: Principal".

use std::collections::{BTreeMap, BTreeSet};

use rolecall_policy::{
    AccountId, Action, Arn, AuthorizationModel, Context, Policy, Principal, PrincipalKind,
    RequestContext,
    document::{Effect, Polarity, PrincipalSet, PrincipalType},
};

use super::statements::{Model, Statement};
use crate::language::Bits;

/// A principal that stands for others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Representative {
    pub(crate) principal: Principal,
    /// Whether a permissions boundary is set for it, which `NotPrincipal` minds.
    pub(crate) bounded: bool,
    /// The partition of an ARN that a policy names; none where any will do.
    pub(crate) partition: Option<String>,
}

/// Principals that the same statements apply to.
#[derive(Debug)]
pub(crate) struct Class {
    pub(crate) statements: Bits,
    pub(crate) partition: Option<String>,
    pub(crate) representatives: Vec<Representative>,
}

/// The accounts that examples are from, the first that no policy names.
const ACCOUNTS: [&str; 4] = [
    "111122223333",
    "444455556666",
    "777788889999",
    "121212121212",
];

/// Representatives that a class keeps.
const KEPT: usize = 24;

/// What the policies name.
#[derive(Debug, Default)]
pub(crate) struct Names {
    accounts: BTreeSet<String>,
    arns: BTreeSet<String>,
    ids: BTreeSet<String>,
    services: BTreeSet<String>,
    federated: BTreeSet<String>,
    users: BTreeSet<String>,
}

impl Names {
    pub(crate) fn of(model: &Model<'_>) -> Self {
        let mut names = Self::default();
        for policy in model.old.iter().chain(model.new) {
            names.of_policy(policy);
        }
        for atom in &model.atoms {
            let values = atom.condition.values.iter();
            match atom.key.as_str() {
                "aws:principalaccount" => values.for_each(|value| names.account(value)),
                "aws:principalarn" => values.for_each(|value| names.arn(&literal(value))),
                "aws:username" => names.users.extend(values.map(literal)),
                _ => {}
            }
        }
        names
    }

    /// Whom one policy names in its `Principal` elements.
    pub(crate) fn of_policy_alone(policy: &Policy) -> Self {
        let mut names = Self::default();
        names.of_policy(policy);
        names
    }

    pub(crate) fn is_account(&self, id: &str) -> bool {
        self.accounts.contains(id)
    }

    pub(crate) fn is_service(&self, name: &str) -> bool {
        self.services.contains(name)
    }

    pub(crate) fn is_federated(&self, name: &str) -> bool {
        self.federated.contains(name)
    }

    fn of_policy(&mut self, policy: &Policy) {
        for statement in &policy.document().statements {
            let Some(PrincipalSet::ByType(types)) = statement.principals.as_ref().map(|p| &p.set)
            else {
                continue;
            };
            for (kind, values) in types {
                for value in values.iter().filter(|value| *value != "*") {
                    self.name(*kind, value);
                }
            }
        }
    }

    fn name(&mut self, kind: PrincipalType, value: &str) {
        match kind {
            PrincipalType::Service => drop(self.services.insert(value.to_owned())),
            PrincipalType::Federated => drop(self.federated.insert(value.to_owned())),
            PrincipalType::CanonicalUser => {}
            PrincipalType::Aws if value.starts_with("arn:") => self.arn(value),
            PrincipalType::Aws if AccountId::parse(value).is_ok() => self.account(value),
            PrincipalType::Aws => drop(self.ids.insert(value.to_owned())),
        }
    }

    fn account(&mut self, value: &str) {
        if AccountId::parse(value).is_ok() {
            self.accounts.insert(value.to_owned());
        }
    }

    fn arn(&mut self, value: &str) {
        if let Ok(arn) = Arn::parse(value) {
            self.account(arn.account());
            if arn.resource() != "root" {
                self.arns.insert(value.to_owned());
            }
        }
    }

    fn fresh(&self) -> &'static str {
        let free = ACCOUNTS.iter().find(|one| !self.accounts.contains(**one));
        free.unwrap_or(&"999999999999")
    }

    /// One principal for each kind that resource policies tell apart.
    fn everybody(&self) -> Vec<Representative> {
        let mut out = vec![general(Principal::anonymous())];
        let accounts: Vec<&str> = std::iter::once(self.fresh())
            .chain(self.accounts.iter().map(String::as_str))
            .collect();
        for account in &accounts {
            out.extend([session(account, "example"), user(account, "example")].map(general));
            out.push(general(root(account)));
        }
        out.extend(self.arns.iter().flat_map(|arn| self.of_arn(arn)));
        for id in &self.ids {
            for account in &accounts {
                let mut of_user = user(account, "example");
                of_user.user_id.clone_from(id);
                let mut of_role = session(account, "example");
                of_role.user_id = format!("{id}:example");
                out.extend([general(of_user), general(of_role)]);
            }
            // Whose id it is is not known: it may be that of anyone who is named besides.
            let named = self.arns.iter().flat_map(|arn| self.of_arn(arn));
            out.extend(named.map(|mut one| {
                one.principal.user_id = match one.principal.kind {
                    PrincipalKind::AssumedRole => format!("{id}:example"),
                    _ => id.clone(),
                };
                one
            }));
        }
        let services = self.services.iter().map(String::as_str);
        let services = services.chain(["example.amazonaws.com"]);
        out.extend(services.map(|name| general(Principal::service(name))));
        let federated = self.federated.iter().map(String::as_str);
        let federated = federated.chain(["example.com"]);
        out.extend(federated.map(|name| general(provider(name))));
        out
    }

    /// Those that live up to an ARN: a user, a user's federated session, sessions of a role.
    fn of_arn(&self, text: &str) -> Vec<Representative> {
        let Ok(arn) = Arn::parse(text) else {
            return Vec::new();
        };
        let (kind, rest) = arn.resource().split_once('/').unwrap_or_default();
        let last = rest.rsplit('/').next().unwrap_or(rest);
        let (partition, account) = (arn.partition(), arn.account());
        let sts = |resource: String| format!("arn:{partition}:sts::{account}:{resource}");
        let principals = match kind {
            "user" => {
                let mut itself = user(account, last);
                text.clone_into(&mut itself.arn);
                let prefix = sts("federated-user/".to_owned());
                let named = self.arns.iter().filter(|arn| arn.starts_with(&prefix));
                let sessions = named.cloned().chain([format!("{prefix}example")]);
                let of = |arn: String| Principal {
                    kind: PrincipalKind::FederatedUser,
                    arn,
                    issuer: Some(text.to_owned()),
                    ..itself.clone()
                };
                let federated: Vec<Principal> = sessions.map(of).collect();
                [vec![itself], federated].concat()
            }
            "role" => {
                let prefix = sts(format!("assumed-role/{last}/"));
                let named = self.arns.iter().filter(|arn| arn.starts_with(&prefix));
                let sessions = named.cloned().chain([format!("{prefix}example")]);
                let of = |arn: String| Principal {
                    arn,
                    issuer: Some(text.to_owned()),
                    ..session(account, last)
                };
                sessions.map(of).collect()
            }
            "assumed-role" => {
                let role = rest.split('/').next().unwrap_or(rest);
                let issuer = format!("arn:{partition}:iam::{account}:role/{role}");
                vec![Principal {
                    arn: text.to_owned(),
                    issuer: Some(issuer),
                    ..session(account, role)
                }]
            }
            "federated-user" => vec![Principal {
                kind: PrincipalKind::FederatedUser,
                arn: text.to_owned(),
                ..user(account, last)
            }],
            _ => Vec::new(),
        };
        let of = |principal| Representative {
            partition: Some(partition.to_owned()),
            ..general(principal)
        };
        principals.into_iter().map(of).collect()
    }

    /// Whom identity policies may be attached to; the policies do not tell them apart, but their
    /// conditions may.
    pub(crate) fn identities(&self) -> Vec<Representative> {
        let home = "123456789012";
        let mut out = vec![general(session(home, "example"))];
        out.push(general(user(home, "example")));
        out.extend(self.users.iter().map(|name| general(user(home, name))));
        out.extend(self.arns.iter().flat_map(|arn| self.of_arn(arn)));
        let accounts = self.accounts.iter();
        out.extend(accounts.map(|account| general(session(account, "example"))));
        out.truncate(16);
        out
    }
}

/// A pattern's text with something for its wildcards.
fn literal(pattern: &str) -> String {
    pattern.replace('*', "example").replace('?', "x")
}

fn general(principal: Principal) -> Representative {
    Representative {
        principal,
        bounded: false,
        partition: None,
    }
}

fn of_account(account: &str, kind: PrincipalKind, arn: String) -> Principal {
    Principal {
        kind,
        arn,
        account: AccountId::parse(account).ok(),
        ..Principal::anonymous()
    }
}

fn session(account: &str, role: &str) -> Principal {
    let arn = format!("arn:aws:sts::{account}:assumed-role/{role}/example");
    Principal {
        issuer: Some(format!("arn:aws:iam::{account}:role/{role}")),
        user_id: "AROAEXAMPLEEXAMPLE:example".to_owned(),
        ..of_account(account, PrincipalKind::AssumedRole, arn)
    }
}

fn user(account: &str, name: &str) -> Principal {
    let arn = format!("arn:aws:iam::{account}:user/{name}");
    Principal {
        user_id: "AIDAEXAMPLEEXAMPLE".to_owned(),
        ..of_account(account, PrincipalKind::User, arn)
    }
}

fn root(account: &str) -> Principal {
    let arn = format!("arn:aws:iam::{account}:root");
    Principal {
        user_id: account.to_owned(),
        ..of_account(account, PrincipalKind::Root, arn)
    }
}

fn provider(name: &str) -> Principal {
    Principal {
        kind: PrincipalKind::Federated,
        arn: name.to_owned(),
        ..Principal::anonymous()
    }
}

/// The classes of principals that resource policies tell apart; everybody that `among` admits.
pub(crate) fn classes(
    model: &Model<'_>,
    names: &Names,
    among: impl Fn(&Principal) -> bool,
) -> Vec<Class> {
    let mut everybody = names.everybody();
    everybody.retain(|one| among(&one.principal));
    if model.statements.iter().any(|s| minds_boundaries(model, s)) {
        let bounded: Vec<_> = everybody
            .iter()
            .filter(|one| can_be_bounded(one))
            .cloned()
            .collect();
        everybody.extend(bounded.into_iter().map(|one| Representative {
            bounded: true,
            ..one
        }));
    }
    let mut classes: BTreeMap<(Bits, Option<String>), Vec<Representative>> = BTreeMap::new();
    for one in everybody {
        let key = (statements(model, &one), one.partition.clone());
        let of = classes.entry(key).or_default();
        if of.len() < KEPT {
            of.push(one);
        }
    }
    let class = |((statements, partition), representatives)| Class {
        statements,
        partition,
        representatives,
    };
    classes.into_iter().map(class).collect()
}

fn minds_boundaries(model: &Model<'_>, statement: &Statement) -> bool {
    let Some(policy) = model.policy(statement) else {
        return false;
    };
    let document = policy.document().statements.get(statement.index);
    let principals = document.and_then(|one| one.principals.as_ref());
    statement.effect == Effect::Deny
        && principals.is_some_and(|named| named.polarity == Polarity::AllBut)
}

fn can_be_bounded(one: &Representative) -> bool {
    use PrincipalKind as Kind;
    matches!(
        one.principal.kind,
        Kind::User | Kind::AssumedRole | Kind::FederatedUser
    )
}

/// The statements that apply to a principal.
fn statements(model: &Model<'_>, one: &Representative) -> Bits {
    let mut out = Bits::new(model.statements.len());
    let Ok(action) = Action::parse("any:Any") else {
        return out;
    };
    let request = RequestContext {
        principal: &one.principal,
        action: &action,
        resource: "*",
        resource_account: None,
        model: AuthorizationModel::Standard,
        context: &[],
    };
    for (number, statement) in model.statements.iter().enumerate() {
        let policy = model.policy(statement);
        let applies = policy.is_some_and(|policy| {
            policy.applies_to_principal(statement.index, &request, one.bounded)
        });
        if applies {
            out.insert(number);
        }
    }
    out
}

/// The keys that follow from a principal.
///
/// Source: IAM User Guide, "AWS global condition context keys", properties of the principal.
pub(crate) fn context(principal: &Principal) -> Context {
    use PrincipalKind as Kind;
    let mut context = Context::new();
    let service = principal.kind == Kind::Service;
    context.insert_one("aws:PrincipalIsAWSService", service.to_string());
    context.insert_one(
        "aws:PrincipalType",
        match principal.kind {
            Kind::Root => "Account",
            Kind::User => "User",
            Kind::AssumedRole => "AssumedRole",
            Kind::FederatedUser => "FederatedUser",
            // The next two are assumed.
            Kind::Service => "Service",
            Kind::Federated => "Federated",
            Kind::Anonymous => "Anonymous",
        },
    );
    if let Some(account) = &principal.account {
        context.insert_one("aws:PrincipalAccount", account.as_str());
        let arn = principal.issuer.as_deref().unwrap_or(&principal.arn);
        context.insert_one("aws:PrincipalArn", arn);
        context.insert_one("aws:userid", &principal.user_id);
    }
    if principal.kind == Kind::User {
        let name = principal.arn.rsplit('/').next().unwrap_or_default();
        context.insert_one("aws:username", name);
    }
    context
}

/// The keys that [`context`] decides: one that is not there is absent.
pub(crate) const DECIDED: [&str; 6] = [
    "aws:principalisawsservice",
    "aws:principaltype",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:userid",
    "aws:username",
];
