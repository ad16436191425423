//! Guards that do not hold.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rolecall_policy::{
    Action, ActionPattern, CheckKind, Context, Policy, PolicySet, Principal, PrincipalKind,
    RequestContext,
    document::{Effect, Polarity, Scope, Statement, Version},
    evaluate,
};

use super::{case::Case, guard::Guard, overlap};
use crate::{
    replay::rank,
    report::{Finding, FindingKind, Note, Report},
};

/// How many pairs a message lists.
const SHOWN: usize = 3;

/// Tries each guard on what the policies allow at most: conditions of allows hold, conditional
/// denies do not.
pub(super) fn find(case: &Case<'_>, report: &mut Report) {
    if case.options.forbid.is_empty() {
        return;
    }
    let surroundings = surroundings(case);
    let identity: Vec<_> = case.policies.iter().map(favourable).collect();
    for guard in &case.options.forbid {
        let actions = actions(case, guard, report);
        let mut held = Breaches::new();
        for surrounding in &surroundings {
            let trial = Trial {
                guard,
                surrounding,
                identity: &identity,
            };
            for action in &actions {
                trial.run(case, action, &mut held);
            }
        }
        let broken = held
            .into_iter()
            .map(|(at, pairs)| finding(case, guard, at, &pairs));
        report.findings.extend(broken);
    }
}

/// By policy and statement: the actions, each with a resource that it is allowed on.
type Breaches = BTreeMap<Option<(usize, usize)>, BTreeMap<Action, String>>;

/// Whom the policies may be used by, and what takes part then.
struct Surrounding {
    principal: Principal,
    context: Context,
    policies: PolicySet,
}

fn surroundings(case: &Case<'_>) -> Vec<Surrounding> {
    let mut seen = BTreeSet::new();
    let first = case
        .needs
        .iter()
        .filter(|need| seen.insert(&need.attempt.policies));
    let mut found: Vec<_> = first
        .map(|need| Surrounding {
            principal: Principal::clone(&need.attempt.caller.principal),
            context: need.attempt.context.clone(),
            policies: all_favourable(&need.attempt_policies()),
        })
        .collect();
    if found.is_empty() {
        let arn = "arn:aws:sts::123456789012:assumed-role/role/session".to_owned();
        let principal = Principal {
            kind: PrincipalKind::AssumedRole,
            arn,
            ..Principal::anonymous()
        };
        let policies = PolicySet::default();
        found.push(Surrounding {
            principal,
            context: Context::new(),
            policies,
        });
    }
    found
}

/// The actions that a guard stands for.
fn actions(case: &Case<'_>, guard: &Guard, report: &mut Report) -> Vec<Action> {
    let mut actions = case.catalog.expand_action(&guard.action);
    if actions.is_empty() {
        let message = format!("the guard `{guard}` stands for no action that the catalog knows");
        match Action::parse(&guard.action) {
            Ok(action) => {
                report.notes.push(Note {
                    message,
                    place: None,
                });
                actions.push(action);
            }
            Err(_) => report
                .findings
                .push(Finding::new(FindingKind::Unknown, message)),
        }
    }
    let named: Vec<_> = case
        .allows()
        .flat_map(|(_, _, statement)| patterns(&statement.actions))
        .collect();
    actions.retain(|action| named.iter().any(|pattern| pattern.matches(action.as_str())));
    actions
}

/// What may match: for `NotAction`, everything.
fn patterns(scope: &Scope) -> Vec<ActionPattern> {
    match scope.polarity {
        Polarity::Listed => scope.values.iter().map(ActionPattern::new).collect(),
        Polarity::AllBut => vec![ActionPattern::new("*")],
    }
}

struct Trial<'t> {
    guard: &'t Guard,
    surrounding: &'t Surrounding,
    identity: &'t [Arc<Policy>],
}

impl Trial<'_> {
    fn run(&self, case: &Case<'_>, action: &Action, breaches: &mut Breaches) {
        for (policy, index, statement) in case.allows() {
            if !patterns(&statement.actions)
                .iter()
                .any(|one| one.matches(action.as_str()))
            {
                continue;
            }
            let allowed = self
                .examples(statement)
                .into_iter()
                .find(|example| self.is_allowed(action, example, (policy, index)));
            if let Some(example) = allowed {
                let pairs = breaches.entry(Some((policy, index))).or_default();
                pairs.entry(action.clone()).or_insert(example);
            }
        }
    }

    fn examples(&self, statement: &Statement) -> Vec<String> {
        let guard = self.guard.resource.as_str();
        match &statement.resources {
            Some(Scope {
                polarity: Polarity::Listed,
                values,
            }) => values
                .iter()
                .flat_map(|pattern| overlap::examples(guard, pattern))
                .collect(),
            _ => overlap::examples(guard, guard),
        }
    }

    /// Whether it is allowed, by this statement.
    fn is_allowed(&self, action: &Action, resource: &str, by: (usize, usize)) -> bool {
        let request = RequestContext {
            principal: &self.surrounding.principal,
            action,
            resource,
            resource_account: None,
            model: rolecall_policy::AuthorizationModel::Standard,
            context: &[&self.surrounding.context],
        };
        let identity = self.identity.to_vec();
        let policies = PolicySet {
            identity,
            ..self.surrounding.policies.clone()
        };
        let decision = evaluate(&request, &policies);
        let name = self.identity.get(by.0).map(|policy| policy.name.as_str());
        let mut own = decision
            .checks
            .iter()
            .filter(|check| check.kind == CheckKind::Principal);
        rank(decision.kind) > 0
            && own.any(|check| {
                check
                    .statements
                    .iter()
                    .any(|at| Some(at.policy.as_str()) == name && at.statement == by.1)
            })
    }
}

fn finding(
    case: &Case<'_>,
    guard: &Guard,
    at: Option<(usize, usize)>,
    pairs: &BTreeMap<Action, String>,
) -> Finding {
    let shown: Vec<_> = pairs
        .iter()
        .take(SHOWN)
        .map(|(action, resource)| format!("`{action}` on `{resource}`"))
        .collect();
    let more = match pairs.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!(
        "the guard `{guard}` does not hold: {}{more} can be allowed",
        shown.join(", ")
    );
    let statement = at.and_then(|(policy, index)| {
        let file = case.files.get(policy)?;
        Some((file, index, file.statements().get(index)?))
    });
    let conditional = statement.is_some_and(|(_, _, statement)| !statement.conditions.is_empty());
    let place = statement.map(|(file, index, statement)| file.place(index, statement.span));
    let finding = Finding::new(FindingKind::Forbidden, message)
        .about(&guard.action, &guard.resource)
        .at(place);
    if conditional {
        return finding.with_help("the condition of the statement is supposed to hold");
    }
    finding
}

fn all_favourable(policies: &PolicySet) -> PolicySet {
    let each = |policies: &Vec<Arc<Policy>>| policies.iter().map(favourable).collect::<Vec<_>>();
    PolicySet {
        identity: each(&policies.identity),
        permissions_boundary: policies.permissions_boundary.as_ref().map(favourable),
        session: policies.session.as_ref().map(each),
        resource: policies.resource.as_ref().map(favourable),
        grants: policies.grants.clone(),
        vpc_endpoint: policies.vpc_endpoint.as_ref().map(favourable),
        service_control: policies.service_control.iter().map(each).collect(),
        resource_control: policies.resource_control.iter().map(each).collect(),
    }
}

/// The policy as it is at its most generous: whatever a condition or a variable makes of it is
/// less.
fn favourable(policy: &Arc<Policy>) -> Arc<Policy> {
    let mut document = policy.document().clone();
    let variables = document.effective_version() == Version::V2012;
    for statement in &mut document.statements {
        generous(statement, variables);
    }
    match Policy::compile(&policy.name, policy.kind, &document) {
        Ok(policy) => Arc::new(policy),
        Err(_) => Arc::clone(policy),
    }
}

fn generous(statement: &mut Statement, variables: bool) {
    let resources = statement.resources.as_ref();
    let varies = variables
        && resources.is_some_and(|scope| scope.values.iter().any(crate::ablation::variable));
    let all_but = resources.is_some_and(|scope| scope.polarity == Polarity::AllBut);
    match statement.effect {
        Effect::Allow => {
            statement.conditions.clear();
            if varies && let Some(scope) = &mut statement.resources {
                widen(scope);
            }
        }
        Effect::Deny if !statement.conditions.is_empty() || (varies && !all_but) => {
            // It stays where it is, so that the numbers of the others do, and matches nothing.
            statement.actions = Scope::listed(["rolecall:Nothing"]);
            statement.conditions.clear();
        }
        Effect::Deny => {}
    }
}

/// A variable in `Resource` may stand for anything; in `NotResource` it may take nothing away.
fn widen(scope: &mut Scope) {
    match scope.polarity {
        Polarity::Listed => {
            for text in &mut scope.values.items {
                text.value = overlap::widen_variables(&text.value);
            }
        }
        Polarity::AllBut => {
            let items = &mut scope.values.items;
            items.retain(|text| !crate::ablation::variable(&text.value));
            if items.is_empty() {
                *scope = Scope::listed(["*"]);
            }
        }
    }
}
