//! A concrete request that shows an access to be new, checked with the evaluator.

use std::collections::BTreeMap;

use rolecall_policy::{
    AccountId, Action, Arn, AuthorizationModel, Context, ContextValue, DecisionKind, PolicyKind,
    Principal, PrincipalKind, RequestContext, Truth,
};

use super::{
    court::Court,
    logic::Numbering,
    options::options,
    principals::{self, DECIDED, Representative},
    solver::{Clauses, Solution, no, solve, yes},
    statements::{Atom, Model, Side},
    track::About,
};

/// A request, ready to be tried.
#[derive(Clone, Debug)]
pub(crate) struct Attempt<'a> {
    pub(crate) action: &'a Action,
    pub(crate) resource: &'a str,
    pub(crate) who: &'a Representative,
    /// Values of keys that are variables.
    pub(crate) fixed: &'a BTreeMap<String, Option<String>>,
}

/// A request that was tried with success.
#[derive(Clone, Debug)]
pub(crate) struct Witness {
    pub(crate) principal: Principal,
    pub(crate) bounded: bool,
    pub(crate) resource: String,
    pub(crate) context: Context,
    pub(crate) old: DecisionKind,
    /// The statement that allows, by number.
    pub(crate) allow: usize,
}

/// Statements of interest, by side and effect.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sides {
    pub(crate) new_allows: Vec<usize>,
    pub(crate) new_denies: Vec<usize>,
    pub(crate) old_allows: Vec<usize>,
    pub(crate) old_denies: Vec<usize>,
}

impl Sides {
    pub(crate) fn all(&self) -> Vec<usize> {
        [
            self.new_allows.as_slice(),
            &self.new_denies,
            &self.old_allows,
            &self.old_denies,
        ]
        .concat()
    }
}

/// Tries to make the request one that the new policy allows and the old one does not.
pub(crate) fn attempt(
    model: &Model<'_>,
    court: &Court,
    sides: &Sides,
    attempt: &Attempt<'_>,
) -> Option<Witness> {
    let mut scene = Scene::new(court.kind, attempt);
    let numbers = sides.all();
    let abouts: BTreeMap<usize, About> = numbers
        .iter()
        .map(|number| (*number, scene.about(model, *number)))
        .collect();
    let about = |number: usize| abouts.get(&number).cloned().unwrap_or(About::No);
    let with = |numbers: &[usize]| {
        let each = numbers.iter().map(|number| (*number, about(*number)));
        let each = each.filter_map(|(n, about)| Some((model.statements.get(n)?, about)));
        each.collect::<Vec<_>>()
    };
    let concerned = numbers
        .iter()
        .filter(|number| about(**number) == About::Yes);
    let concerned = concerned.filter_map(|number| model.statements.get(*number));
    let mut atoms: Vec<usize> = concerned.flat_map(|s| s.conditions.clone()).collect();
    atoms.sort_unstable();
    atoms.dedup();
    let (facts, choices) = scene.facts(model, &atoms);
    let numbering = Numbering {
        atoms: model.atoms.len(),
    };
    for number in &sides.new_allows {
        let Some(statement) = model.statements.get(*number) else {
            continue;
        };
        let cases = numbering.new_access(
            (statement, &about(*number)),
            with(&sides.new_denies).into_iter(),
            with(&sides.old_allows).into_iter(),
            with(&sides.old_denies).into_iter(),
        );
        for case in cases {
            let clauses = [facts.clone(), case].concat();
            let propositions = model.atoms.len() + choices.len();
            let Solution::Possible(values) = solve(&clauses, propositions) else {
                continue;
            };
            scene.choose(model, &choices, &values, &atoms);
            if let Some(old) = scene.is_new(model, court) {
                return Some(scene.witness(old, *number));
            }
        }
    }
    None
}

/// A value for a key, with the proposition that it is chosen.
struct Choice {
    proposition: usize,
    key: String,
    value: Option<ContextValue>,
}

/// A request in the making.
struct Scene<'a> {
    attempt: &'a Attempt<'a>,
    principal: Principal,
    owner: Option<AccountId>,
    /// What follows from principal, resource and variables.
    base: Context,
    chosen: Context,
    shown: Context,
}

impl<'a> Scene<'a> {
    fn new(kind: PolicyKind, attempt: &'a Attempt<'a>) -> Self {
        let account = Arn::parse(attempt.resource)
            .ok()
            .and_then(|arn| AccountId::parse(arn.account()).ok());
        let principal = adapted(kind, attempt, account.as_ref());
        let mut base = principals::context(&principal);
        for (key, value) in attempt.fixed {
            if let Some(value) = value
                && !DECIDED.contains(&key.as_str())
            {
                base.insert_one(key.to_owned(), value);
            }
        }
        if let Some(account) = &account {
            base.insert_one("aws:ResourceAccount", account.as_str());
        }
        let owner = match kind {
            PolicyKind::Identity => account.or_else(|| principal.account.clone()),
            // Another account than the caller's, so that the policy decides.
            _ => ["999999999998", "999999999997"]
                .iter()
                .filter_map(|id| AccountId::parse(id).ok())
                .find(|id| principal.account.as_ref() != Some(id)),
        };
        Self {
            attempt,
            principal,
            owner,
            base,
            chosen: Context::new(),
            shown: Context::new(),
        }
    }

    fn with<T>(&self, more: &Context, ask: impl FnOnce(&RequestContext<'_>) -> T) -> T {
        ask(&RequestContext {
            principal: &self.principal,
            action: self.attempt.action,
            resource: self.attempt.resource,
            resource_account: self.owner.as_ref(),
            model: AuthorizationModel::Standard,
            context: &[more, &self.base],
        })
    }

    fn about(&self, model: &Model<'_>, number: usize) -> About {
        let statement = model.statements.get(number);
        let policy = statement.and_then(|one| Some((one, model.policy(one)?)));
        let truth = policy.map(|(statement, policy)| {
            self.with(&self.chosen, |request| {
                policy.applies_to_resource(statement.index, request)
            })
        });
        match truth {
            Some(Truth::True) => About::Yes,
            _ => About::No,
        }
    }

    fn is_decided(&self, key: &str) -> bool {
        DECIDED.contains(&key)
            || self.attempt.fixed.contains_key(key)
            || self
                .base
                .iter()
                .any(|(known, _)| known.eq_ignore_ascii_case(key))
    }

    /// What is known of conditions before anything is chosen, and what can be.
    fn facts(&self, model: &Model<'_>, atoms: &[usize]) -> (Clauses, Vec<Choice>) {
        let mut clauses = Clauses::new();
        let mut by_key: BTreeMap<&str, Vec<(usize, &Atom)>> = BTreeMap::new();
        for number in atoms {
            let Some(atom) = model.atoms.get(*number) else {
                continue;
            };
            if self.is_decided(&atom.key) {
                clauses.push(vec![self.literal(*number, atom, &self.chosen)]);
            } else {
                by_key.entry(&atom.key).or_default().push((*number, atom));
            }
        }
        let mut choices = Vec::new();
        for (key, on_key) in by_key {
            let mut any = Vec::new();
            let mut seen = Vec::new();
            let of: Vec<&Atom> = on_key.iter().map(|(_, atom)| *atom).collect();
            for value in options(key, &of) {
                let context = context_of(key, value.as_ref());
                let literals: Vec<_> = on_key
                    .iter()
                    .map(|(number, atom)| self.literal(*number, atom, &context))
                    .collect();
                if seen.contains(&literals) {
                    continue;
                }
                let proposition = model.atoms.len() + choices.len();
                any.push(yes(proposition));
                let follows = literals
                    .iter()
                    .map(|literal| vec![no(proposition), *literal]);
                clauses.extend(follows);
                seen.push(literals);
                choices.push(Choice {
                    proposition,
                    key: of
                        .first()
                        .map_or(key, |atom| &atom.condition.key.value)
                        .to_owned(),
                    value,
                });
            }
            clauses.push(any);
        }
        (clauses, choices)
    }

    fn literal(&self, number: usize, atom: &Atom, context: &Context) -> super::solver::Literal {
        let truth = self.with(context, |request| {
            atom.condition.holds(atom.version, request)
        });
        match truth {
            Truth::True => yes(number),
            Truth::False | Truth::Unknown => no(number),
        }
    }

    fn choose(
        &mut self,
        model: &Model<'_>,
        choices: &[Choice],
        values: &[Option<bool>],
        atoms: &[usize],
    ) {
        self.chosen = Context::new();
        let mut keys: Vec<&str> = Vec::new();
        for choice in choices {
            let holds = values.get(choice.proposition).copied().flatten() == Some(true);
            if holds && !keys.contains(&choice.key.as_str()) {
                keys.push(&choice.key);
                if let Some(value) = &choice.value {
                    self.chosen.insert(choice.key.clone(), value.clone());
                }
            }
        }
        // Of what follows from the principal, what conditions and variables mind.
        self.shown = self.chosen.clone();
        let atoms = atoms.iter().filter_map(|number| model.atoms.get(*number));
        let mut minded: Vec<&str> = atoms.map(|atom| atom.key.as_str()).collect();
        minded.extend(self.attempt.fixed.keys().map(String::as_str));
        for (key, value) in self.base.iter() {
            if minded.iter().any(|one| one.eq_ignore_ascii_case(key)) {
                self.shown.insert(key.to_owned(), value.clone());
            }
        }
    }

    /// Asks the evaluator; what the old policy decides, if the access is new.
    fn is_new(&self, model: &Model<'_>, court: &Court) -> Option<DecisionKind> {
        let decide = |side| {
            let policies = match side {
                Side::Old => model.old,
                Side::New => model.new,
            };
            let bounded = self.attempt.who.bounded;
            self.with(&self.chosen, |request| {
                court.decide(policies, request, bounded)
            })
        };
        let old = decide(Side::Old);
        let denied = matches!(old, DecisionKind::ImplicitDeny | DecisionKind::ExplicitDeny);
        (denied && decide(Side::New) == DecisionKind::Allow).then_some(old)
    }

    fn witness(&self, old: DecisionKind, allow: usize) -> Witness {
        Witness {
            principal: self.principal.clone(),
            bounded: self.attempt.who.bounded,
            resource: self.attempt.resource.to_owned(),
            context: self.shown.clone(),
            old,
            allow,
        }
    }
}

fn context_of(key: &str, value: Option<&ContextValue>) -> Context {
    value
        .map(|value| (key.to_owned(), value.clone()))
        .into_iter()
        .collect()
}

/// The principal in the resource's partition, and for identity policies in its account, unless a
/// policy names where it is.
fn adapted(kind: PolicyKind, attempt: &Attempt<'_>, account: Option<&AccountId>) -> Principal {
    let mut principal = attempt.who.principal.clone();
    if attempt.who.partition.is_some() || principal.account.is_none() {
        return principal;
    }
    let arn = Arn::parse(attempt.resource).ok();
    let partition = arn.as_ref().map_or("aws", Arn::partition);
    let mut change = |from: &str, to: &str| {
        principal.arn = principal.arn.replacen(from, to, 1);
        principal.issuer = principal
            .issuer
            .as_ref()
            .map(|arn| arn.replacen(from, to, 1));
    };
    change("arn:aws:", &format!("arn:{partition}:"));
    let home = "123456789012";
    let at_home = attempt
        .who
        .principal
        .account
        .as_ref()
        .map(AccountId::as_str)
        == Some(home);
    if let Some(account) = account
        && kind == PolicyKind::Identity
        && at_home
    {
        change(&format!(":{home}:"), &format!(":{account}:"));
        principal.account = Some(account.clone());
    }
    if principal.kind == PrincipalKind::Root {
        principal.user_id = principal
            .account
            .as_ref()
            .map_or_else(String::new, ToString::to_string);
    }
    principal
}
