//! Everything that the findings are looked for in.

use std::sync::Arc;

use rolecall_catalog::Catalog;
use rolecall_policy::{
    ActionPattern, Decision, Policy, PolicyKind, ResourcePattern,
    document::{Effect, Polarity, Statement, Version},
};
use rolecall_trace::Recording;

use super::{PolicyFile, VerifyError, VerifyOptions};
use crate::{
    ablation::variable,
    replay::{Need, Needs, Undecidable, subjects},
    subject::{Subject, SubjectKind},
};

/// One verification.
pub(super) struct Case<'a> {
    pub(super) recording: &'a Recording,
    pub(super) options: &'a VerifyOptions,
    pub(super) catalog: &'a Catalog,
    pub(super) subject: Option<Subject>,
    pub(super) files: &'a [PolicyFile],
    pub(super) policies: Vec<Arc<Policy>>,
    pub(super) needs: Vec<Need<'a>>,
    pub(super) undecidable: Vec<Undecidable<'a>>,
    /// What the policies under verification come to, for each need.
    pub(super) decisions: Vec<Decision>,
}

impl<'a> Case<'a> {
    pub(super) fn open(
        recording: &'a Recording,
        files: &'a [PolicyFile],
        options: &'a VerifyOptions,
        catalog: &'a Catalog,
    ) -> Result<Self, VerifyError> {
        let subject = subject(recording, options.role.as_deref())?;
        let Needs { needs, undecidable } = subject
            .as_ref()
            .map(|subject| Needs::of(recording, subject))
            .unwrap_or_default();
        let policies: Vec<_> = files.iter().map(|file| Arc::clone(&file.policy)).collect();
        let decisions = needs.iter().map(|need| need.decide(&policies)).collect();
        Ok(Self {
            recording,
            options,
            catalog,
            subject,
            files,
            policies,
            needs,
            undecidable,
            decisions,
        })
    }

    pub(super) fn decided(&self) -> impl Iterator<Item = (&Need<'a>, &Decision)> {
        self.needs.iter().zip(&self.decisions)
    }

    /// The statements that allow, each with the indices of its policy and its own.
    pub(super) fn allows(&self) -> impl Iterator<Item = (usize, usize, &'a Statement)> {
        let files = self.files.iter().enumerate();
        files.flat_map(|(policy, file)| {
            let statements = file.statements().iter().enumerate();
            statements
                .filter(|(_, statement)| statement.effect == Effect::Allow)
                .map(move |(index, statement)| (policy, index, statement))
        })
    }

    /// The needs that a statement speaks of: its actions on its resources.
    pub(super) fn spoken_of(&self, policy: usize, statement: &Statement) -> Vec<&Need<'a>> {
        let version = self.version(policy);
        let actions: Vec<_> = statement
            .actions
            .values
            .iter()
            .map(ActionPattern::new)
            .collect();
        let resources = statement.resources.as_ref();
        let resources: Vec<_> = resources
            .iter()
            .flat_map(|scope| scope.values.iter())
            .map(|text| Matcher::new(text, version))
            .collect();
        let spoken_of = |need: &&Need<'a>| {
            let requirement = need.requirement;
            let action = actions
                .iter()
                .any(|one| one.matches(requirement.action.as_str()));
            let resource = resources
                .iter()
                .any(|one| one.matches(&requirement.resource));
            let all_but = statement.resources.as_ref().map(|scope| scope.polarity);
            action == (statement.actions.polarity == Polarity::Listed)
                && resource == (all_but == Some(Polarity::Listed))
        };
        self.needs.iter().filter(spoken_of).collect()
    }

    pub(super) fn version(&self, policy: usize) -> Version {
        let policy = self.policies.get(policy);
        policy.map_or(Version::V2012, |policy| {
            policy.document().effective_version()
        })
    }
}

/// A resource pattern; one with a variable may match whatever is like it.
pub(super) struct Matcher(ResourcePattern);

impl Matcher {
    pub(super) fn new(text: &str, version: Version) -> Self {
        let text = if version == Version::V2012 && variable(text) {
            super::overlap::widen_variables(text)
        } else {
            text.to_owned()
        };
        Self(ResourcePattern::compile(
            &text,
            PolicyKind::Identity,
            version,
        ))
    }

    pub(super) fn matches(&self, resource: &str) -> bool {
        self.0.matches(resource)
    }
}

/// Whose policy it is: the one that is named, the only role, or the only user.
fn subject(recording: &Recording, role: Option<&str>) -> Result<Option<Subject>, VerifyError> {
    let known = subjects(recording);
    let arns = |of: &[Subject]| of.iter().map(|subject| subject.arn.clone()).collect();
    if let Some(wanted) = role {
        let found = known
            .iter()
            .find(|subject| subject.is_named(wanted))
            .cloned();
        let none = || VerifyError::NoSuchRole {
            wanted: wanted.to_owned(),
            known: arns(&known),
        };
        return found.map(Some).ok_or_else(none);
    }
    // Users are those who prepare a test, as a rule; its subject is the role.
    let roles: Vec<_> = known
        .iter()
        .filter(|one| one.kind == SubjectKind::Role)
        .cloned()
        .collect();
    let candidates = if roles.is_empty() { known } else { roles };
    match candidates.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one.clone())),
        several => Err(VerifyError::SeveralRoles {
            known: arns(several),
        }),
    }
}
