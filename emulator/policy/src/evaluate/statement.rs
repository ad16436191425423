//! One statement, compiled: whether it matches a request.

use super::{
    Lookups, PolicySet, RequestContext, Truth,
    layers::Standing,
    principals::{CompiledPrincipals, Reach},
};
use crate::{
    AuthorizationModel,
    condition::CompiledCondition,
    context::ConditionKey,
    document::{Effect, Polarity, PolicyKind, Scope, Statement, Version},
    pattern::{ActionPattern, ResourcePattern},
};

/// What statements are held against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scan<'a> {
    pub(crate) request: &'a RequestContext<'a>,
    /// Whether the principal has a permissions boundary, which `NotPrincipal` minds.
    pub(crate) has_boundary: bool,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(request: &'a RequestContext<'a>, policies: &PolicySet) -> Self {
        // Only users and roles can have one.
        let has_boundary =
            policies.permissions_boundary.is_some() && Standing::of(request) == Standing::Identity;
        Self {
            request,
            has_boundary,
        }
    }
}

/// A statement in the form that is evaluated.
#[derive(Clone, Debug)]
pub(crate) struct CompiledStatement {
    pub(crate) effect: Effect,
    pub(crate) sid: Option<Box<str>>,
    principals: Whom,
    actions: (Polarity, Vec<ActionPattern>),
    resources: On,
    conditions: Vec<CompiledCondition>,
}

/// Whom a statement is about.
#[derive(Clone, Debug)]
enum Whom {
    /// Whomever the policy is attached to.
    Attached,
    Listed(CompiledPrincipals),
    /// Nobody: a resource policy's statement that names no principal (iam-semantics.md B5 [S]).
    Nobody,
}

/// Which resources a statement is about.
#[derive(Clone, Debug)]
enum On {
    Patterns(Polarity, Vec<ResourcePattern>),
    /// The resource that the policy is attached to; nothing, for a KMS key (B8).
    Attached(PolicyKind),
}

impl CompiledStatement {
    pub(crate) fn new(kind: PolicyKind, version: Version, statement: &Statement) -> Self {
        let actions = statement
            .actions
            .values
            .iter()
            .map(ActionPattern::new)
            .collect();
        let conditions = &statement.conditions;
        Self {
            effect: statement.effect,
            sid: statement.sid.as_ref().map(|sid| sid.value.as_str().into()),
            principals: whom(kind, statement),
            actions: (statement.actions.polarity, actions),
            resources: on(kind, version, statement.resources.as_ref()),
            conditions: conditions
                .iter()
                .map(|c| CompiledCondition::new(c, version))
                .collect(),
        }
    }

    /// Says whether the statement matches, and how far it reaches.
    pub(crate) fn matches(&self, scan: Scan<'_>) -> Option<(Truth, Reach)> {
        let is_about = self.action_matches(scan.request.action.as_str());
        let resource = self.resource_matches(scan.request);
        is_about.then(|| self.matches_on(resource, scan, &mut Lookups::default()))?
    }

    /// The same for a statement that is about the action, and of which it is known whether it is
    /// on the resource.
    pub(crate) fn matches_on<'a>(
        &self,
        resource: Truth,
        scan: Scan<'a>,
        lookups: &mut Lookups<'a>,
    ) -> Option<(Truth, Reach)> {
        if resource == Truth::False {
            return None;
        }
        let reach = self.reach(scan)?;
        let conditions = self
            .conditions
            .iter()
            .map(|condition| condition.holds_among(lookups, scan.request));
        match resource.and(Truth::all(conditions)) {
            Truth::False => None,
            truth => Some((truth, reach)),
        }
    }

    pub(crate) fn reach(&self, scan: Scan<'_>) -> Option<Reach> {
        match &self.principals {
            Whom::Attached => Some(Reach::Caller),
            Whom::Listed(listed) => {
                listed.reach(scan.request.principal, self.effect, scan.has_boundary)
            }
            Whom::Nobody => None,
        }
    }

    pub(crate) fn action_matches(&self, action: &str) -> bool {
        let (polarity, patterns) = &self.actions;
        let listed = patterns.iter().any(|pattern| pattern.matches(action));
        listed == (*polarity == Polarity::Listed)
    }

    /// The patterns of actions that it lists; none with `NotAction`.
    pub(crate) fn listed_actions(&self) -> Option<&[ActionPattern]> {
        match &self.actions {
            (Polarity::Listed, patterns) => Some(patterns),
            (Polarity::AllBut, _) => None,
        }
    }

    /// The patterns of resources, if a match of any of them is all there is to it.
    pub(crate) fn indexed_resources(&self) -> Option<&[ResourcePattern]> {
        match &self.resources {
            On::Patterns(Polarity::Listed, patterns) => {
                (!patterns.iter().any(ResourcePattern::is_text)).then_some(patterns)
            }
            On::Patterns(Polarity::AllBut, _) | On::Attached(_) => None,
        }
    }

    pub(crate) fn resource_matches(&self, request: &RequestContext<'_>) -> Truth {
        match &self.resources {
            On::Attached(PolicyKind::Resource) => {
                Truth::from(request.model != AuthorizationModel::KmsKey)
            }
            On::Attached(_) => Truth::True,
            On::Patterns(polarity, patterns) => {
                let each = patterns
                    .iter()
                    .map(|one| one.matches_with(request.resource, request));
                match polarity {
                    Polarity::Listed => Truth::any(each),
                    Polarity::AllBut => Truth::any(each).negated(),
                }
            }
        }
    }

    pub(crate) fn conditions_mut(&mut self) -> &mut [CompiledCondition] {
        &mut self.conditions
    }

    pub(crate) fn conditions(&self) -> &[CompiledCondition] {
        &self.conditions
    }

    pub(crate) fn resource_patterns(&self) -> &[ResourcePattern] {
        match &self.resources {
            On::Patterns(_, patterns) => patterns,
            On::Attached(_) => &[],
        }
    }

    /// Every key that it hangs on.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &ConditionKey> {
        let in_resources = self
            .resource_patterns()
            .iter()
            .flat_map(ResourcePattern::keys);
        self.conditions
            .iter()
            .flat_map(CompiledCondition::keys)
            .chain(in_resources)
    }
}

fn whom(kind: PolicyKind, statement: &Statement) -> Whom {
    match (&statement.principals, kind) {
        (Some(principals), _) => Whom::Listed(CompiledPrincipals::new(principals)),
        (None, PolicyKind::Resource | PolicyKind::Trust | PolicyKind::ResourceControl) => {
            Whom::Nobody
        }
        (None, _) => Whom::Attached,
    }
}

fn on(kind: PolicyKind, version: Version, resources: Option<&Scope>) -> On {
    match resources {
        None => On::Attached(kind),
        Some(Scope { polarity, values }) => {
            let compile = |text| ResourcePattern::compile(text, kind, version);
            On::Patterns(*polarity, values.iter().map(compile).collect())
        }
    }
}
