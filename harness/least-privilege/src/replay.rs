//! Decides the recorded requirements again, under other identity policies.

use std::{collections::BTreeMap, sync::Arc};

use rolecall_policy::{
    AccountId, AuthorizationModel, Decision, DecisionKind, Explanation, Policy, PolicyKind,
    PolicySet, Provenance, RequestContext, Requirement, evaluate, explain,
};
use rolecall_trace::{Attempt, AttemptRequirement, Participation, PolicyRecord, Recording};

use crate::subject::Subject;

/// One requirement of one attempt.
#[derive(Clone, Debug)]
pub(crate) struct Need<'a> {
    pub(crate) attempt: &'a Attempt,
    pub(crate) requirement: &'a Requirement,
    pub(crate) owner: Owner,
    // Everything that takes part beside the identity policies.
    others: Arc<PolicySet>,
}

/// What is known of the resource's own policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// It was recorded, or is not asked.
    Known,
    /// It has to allow, and was not recorded: it is supposed to let the caller's account decide.
    Supposed,
}

impl Need<'_> {
    /// The decision under these identity policies.
    pub(crate) fn decide(&self, identity: &[Arc<Policy>]) -> Decision {
        self.decide_among(&PolicySet {
            identity: identity.to_vec(),
            ..PolicySet::clone(&self.others)
        })
    }

    fn decide_among(&self, policies: &PolicySet) -> Decision {
        self.asked(|request| evaluate(request, policies))
    }

    /// The decision under these identity policies, and why.
    pub(crate) fn explain(&self, identity: &[Arc<Policy>]) -> Explanation {
        let policies = PolicySet {
            identity: identity.to_vec(),
            ..PolicySet::clone(&self.others)
        };
        self.asked(|request| explain(request, &policies))
    }

    /// What a reader of the decision has to know.
    pub(crate) fn caveat(&self) -> Option<String> {
        let supposed = "the resource's policy was not recorded: it is supposed to let the caller's \
                        account decide";
        (self.owner == Owner::Supposed).then(|| supposed.to_owned())
    }

    fn asked<T>(&self, question: impl FnOnce(&RequestContext<'_>) -> T) -> T {
        let requirement = self.requirement;
        let request = RequestContext {
            principal: &self.attempt.caller.principal,
            action: &requirement.action,
            resource: &requirement.resource,
            resource_account: requirement.resource_account.as_ref(),
            model: requirement.model,
            context: &[&requirement.context, &self.attempt.context],
        };
        question(&request)
    }

    /// What takes part in every decision of its attempt: not the resource's policy.
    pub(crate) fn attempt_policies(&self) -> PolicySet {
        PolicySet {
            resource: None,
            ..PolicySet::clone(&self.others)
        }
    }
}

/// How far a decision goes: a policy without which this sinks was needed.
pub(crate) fn rank(kind: DecisionKind) -> u8 {
    match kind {
        DecisionKind::Allow => 2,
        DecisionKind::Undetermined => 1,
        DecisionKind::ImplicitDeny | DecisionKind::ExplicitDeny => 0,
    }
}

/// A requirement that cannot be decided again.
#[derive(Clone, Debug)]
pub(crate) struct Undecidable<'a> {
    pub(crate) attempt: &'a Attempt,
    pub(crate) requirement: &'a Requirement,
    pub(crate) reason: String,
}

/// The needs of one subject, in the order of the recording.
#[derive(Debug, Default)]
pub(crate) struct Needs<'a> {
    pub(crate) needs: Vec<Need<'a>>,
    pub(crate) undecidable: Vec<Undecidable<'a>>,
}

/// The subjects of a recording, sorted.
pub fn subjects(recording: &Recording) -> Vec<Subject> {
    let callers = recording
        .attempts
        .iter()
        .map(|attempt| &*attempt.caller.principal);
    let mut subjects: Vec<_> = callers.filter_map(Subject::of).collect();
    subjects.sort();
    subjects.dedup();
    subjects
}

impl<'a> Needs<'a> {
    /// What a subject was recorded to need.
    pub(crate) fn of(recording: &'a Recording, subject: &Subject) -> Self {
        let mut policies = Policies::new(&recording.policies);
        let mut needs = Self::default();
        for attempt in &recording.attempts {
            if Subject::of(&attempt.caller.principal).as_ref() == Some(subject) {
                needs.add(attempt, &mut policies);
            }
        }
        needs
    }

    /// What one attempt was recorded to need.
    pub(crate) fn of_attempt(recording: &'a Recording, attempt: &'a Attempt) -> Self {
        let mut needs = Self::default();
        needs.add(attempt, &mut Policies::new(&recording.policies));
        needs
    }

    fn add(&mut self, attempt: &'a Attempt, policies: &mut Policies<'a>) {
        let authorized =
            |r: &&AttemptRequirement| r.requirement.action_provenance != Provenance::NoneNeeded;
        for AttemptRequirement {
            requirement,
            resource_policy,
            ..
        } in attempt.requirements.iter().filter(authorized)
        {
            let owner = owner(attempt, requirement, resource_policy.as_deref());
            match policies.set(attempt, resource_policy.as_deref(), owner) {
                Ok(others) => self.needs.push(Need {
                    attempt,
                    requirement,
                    owner,
                    others,
                }),
                Err(reason) => {
                    self.undecidable.push(Undecidable {
                        attempt,
                        requirement,
                        reason,
                    });
                }
            }
        }
    }
}

/// Across accounts, for keys and for roles nothing goes without the resource's own policy.
fn owner(attempt: &Attempt, requirement: &Requirement, recorded: Option<&str>) -> Owner {
    let owned_by_another = match (attempt.account(), &requirement.resource_account) {
        (Some(caller), Some(owner)) => caller != owner,
        _ => false,
    };
    let asked = owned_by_another || requirement.model != AuthorizationModel::Standard;
    if asked && recorded.is_none() {
        Owner::Supposed
    } else {
        Owner::Known
    }
}

/// A policy that leaves the decision to the identity policies of an account.
fn delegating(account: &AccountId) -> Result<Arc<Policy>, String> {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{account}"}},"Action":"*","Resource":"*"}}}}"#
    );
    let name = "supposed resource policy";
    Policy::parse(name, PolicyKind::Resource, &text)
        .map(Arc::new)
        .map_err(|e| e.to_string())
}

/// The hashes of an attempt's policies and of one resource's.
type TakingPart<'a> = (
    &'a BTreeMap<String, Vec<String>>,
    Option<&'a str>,
    Option<&'a AccountId>,
);

/// The recorded policies, each parsed once.
struct Policies<'a> {
    records: &'a BTreeMap<String, PolicyRecord>,
    parsed: BTreeMap<&'a str, Result<Arc<Policy>, String>>,
    sets: BTreeMap<TakingPart<'a>, Arc<PolicySet>>,
}

impl<'a> Policies<'a> {
    fn new(records: &'a BTreeMap<String, PolicyRecord>) -> Self {
        Self {
            records,
            parsed: BTreeMap::new(),
            sets: BTreeMap::new(),
        }
    }

    fn set(
        &mut self,
        attempt: &'a Attempt,
        resource: Option<&'a str>,
        owner: Owner,
    ) -> Result<Arc<PolicySet>, String> {
        let supposed = attempt.account().filter(|_| owner == Owner::Supposed);
        let key = (&attempt.policies, resource, supposed);
        if let Some(set) = self.sets.get(&key) {
            return Ok(Arc::clone(set));
        }
        let mut set = PolicySet::default();
        for (key, hashes) in &attempt.policies {
            let policies = hashes.iter().map(|hash| self.policy(hash));
            add(&mut set, key, policies.collect::<Result<_, _>>()?)?;
        }
        set.resource = match (resource, supposed) {
            (Some(hash), _) => Some(self.policy(hash)?),
            (None, Some(account)) => Some(delegating(account)?),
            (None, None) => None,
        };
        let set = Arc::new(set);
        self.sets.insert(key, Arc::clone(&set));
        Ok(set)
    }

    fn policy(&mut self, hash: &'a str) -> Result<Arc<Policy>, String> {
        let records = self.records;
        let parse = || match records.get(hash) {
            Some(record) => Policy::parse(&record.name, record.kind, &record.document)
                .map(Arc::new)
                .map_err(|error| format!("the recorded policy `{}`: {error}", record.name)),
            None => Err(format!(
                "the policy {hash} that took part is not in the recording"
            )),
        };
        self.parsed.entry(hash).or_insert_with(parse).clone()
    }
}

fn add(set: &mut PolicySet, key: &str, policies: Vec<Arc<Policy>>) -> Result<(), String> {
    match Participation::parse(key) {
        Some(Participation::PermissionsBoundary) => {
            set.permissions_boundary = policies.into_iter().next();
        }
        Some(Participation::VpcEndpoint) => set.vpc_endpoint = policies.into_iter().next(),
        Some(Participation::Session) => set.session = Some(policies),
        Some(Participation::ServiceControl(level)) => {
            put(&mut set.service_control, level, policies);
        }
        Some(Participation::ResourceControl(level)) => {
            put(&mut set.resource_control, level, policies);
        }
        None => {
            return Err(format!(
                "policies took part as `{key}`, which is not understood"
            ));
        }
    }
    Ok(())
}

/// Levels come in the order of their keys, which for 10 and more is not that of the levels.
fn put(levels: &mut Vec<Vec<Arc<Policy>>>, level: usize, policies: Vec<Arc<Policy>>) {
    // An organisation has at most seven levels (AWS Organizations quotas); a wilder number in a
    // file must not become memory.
    const MOST: usize = 64;
    let level = level.min(MOST);
    if levels.len() <= level {
        levels.resize(level + 1, Vec::new());
    }
    if let Some(place) = levels.get_mut(level) {
        *place = policies;
    }
}
