//! The actions that an action depends on, for operations that nobody has written a rule for.
//!
//! Until 2026 the Service Authorization Reference listed for an action what else its caller must be allowed.
//! Much of that depends on the call or on the state of things, and the pages do not say so. So it counts
//! where the call itself says that it takes part: an action of the same service that needs no resource or whose
//! resource the call names, and an action of another service on a resource whose ARN the call has.

use rolecall_policy::{Action, Provenance, Requirement};

use super::{
    Scope, context,
    evaluate::bare,
    filling::{Place, fill, given_anywhere},
    names::{plain, says_nothing},
    owner,
    pattern::{Piece, matches, pieces},
    plan::{Plan, type_of},
};
use crate::{
    Catalog,
    generated::ResourceHint,
    iam::{IamAction, IamService, ResourceType},
};

const SOURCE: &str = "pinned data: an action that the call's action depends on";

/// The dependent actions of `action`; roles that are passed and tags are not among them.
pub(super) fn requirements(
    action: &Action,
    known: &IamAction,
    hints: &[ResourceHint],
    scope: &Scope<'_>,
) -> Vec<Requirement> {
    let names = known.dependent_actions.iter();
    let names = names.filter(|name| !is_asked_for_elsewhere(name));
    let dependent = names.filter_map(|name| Action::parse(name).ok());
    // What is made before a thing is deleted (a last backup) depends on the call.
    let last = |d: &Action| action.name().starts_with("Delete") && d.name().starts_with("Create");
    let others = dependent.filter(|dependent| dependent != action && !last(dependent));
    others
        .flat_map(|dependent| one(&dependent, action.prefix(), hints, scope))
        .collect()
}

/// A service's role is made once, and then its action is no more asked for.
fn is_asked_for_elsewhere(name: &str) -> bool {
    let tags = ["Tag", "tag"].iter().any(|word| name.contains(word));
    tags || matches!(name, "iam:PassRole" | "iam:CreateServiceLinkedRole")
}

fn one(
    dependent: &Action,
    prefix: &str,
    hints: &[ResourceHint],
    scope: &Scope<'_>,
) -> Vec<Requirement> {
    let Some(iam) = Catalog::embedded().iam(dependent.prefix()) else {
        return Vec::new();
    };
    let Some(known) = iam.action(dependent.name()) else {
        return Vec::new();
    };
    let own = dependent.prefix() == scope.rules.prefix;
    let plan = Plan::new(dependent, own.then_some(scope.rules));
    let named = named(&iam, known, dependent.prefix() == prefix, hints, scope);
    let requirement = |(resource, provenance): (String, Provenance)| {
        let mut requirement = bare(dependent.clone(), resource);
        requirement.action_provenance = Provenance::Documented;
        requirement.resource_provenance = provenance;
        requirement.resource_account = owner::account(&requirement.resource, scope);
        requirement.unknown_facts = scope.take_unknown();
        requirement.model = owner::model(dependent, &requirement.resource);
        requirement.context = context::compute(&plan, &[], &requirement.resource, scope);
        requirement.source = Some(SOURCE.into());
        requirement
    };
    named.into_iter().map(requirement).collect()
}

/// The resources of a dependent action that the call names.
fn named(
    iam: &IamService,
    known: &IamAction,
    same_service: bool,
    hints: &[ResourceHint],
    scope: &Scope<'_>,
) -> Vec<(String, Provenance)> {
    if known.resource_types.is_empty() {
        let all = ("*".to_owned(), Provenance::Documented);
        return same_service.then_some(all).into_iter().collect();
    }
    let types = known.resource_types.iter();
    let types = types.filter_map(|r| type_of(iam, &r.resource_type));
    let place = Place {
        alone: false,
        main: false,
    };
    let searches = scope.call.operation().name.starts_with("Search");
    let mut found: Vec<String> = types
        .flat_map(|kind| {
            let given = given_anywhere(kind, scope);
            let given = given.into_iter().filter(|arn| is_best(iam, kind, arn));
            let given: Vec<String> = given.collect();
            if !given.is_empty() || !same_service || is_every_thing_s(kind) {
                return given;
            }
            let filled = fill(kind, place, hints, scope);
            // A search is of all that the caller may describe.
            let all = searches && filled.missing == 1 && !filled.named;
            let whole = filled
                .arns
                .into_iter()
                .filter(|_| filled.missing == 0 || all);
            whole.filter(|arn| is_best(iam, kind, arn)).collect()
        })
        .collect();
    found.sort();
    found.dedup();
    let heuristic = |arn| (arn, Provenance::Heuristic);
    found.into_iter().map(heuristic).collect()
}

/// Says whether the id of a type is just called `Identifier`: the parameter of this name is the id of what
/// the call's own action is about.
fn is_every_thing_s(kind: &ResourceType) -> bool {
    let variable = kind
        .arn
        .rsplit_once("${")
        .map(|(_, rest)| rest.trim_end_matches('}'));
    variable.is_some_and(|name| says_nothing(&plain(name)) || plain(name) == "resourceid")
}

/// Says whether no other type of the service fits an ARN better: a tag-sync task's is of the format of
/// its group's too.
fn is_best(iam: &IamService, kind: &ResourceType, arn: &str) -> bool {
    let fit = |kind: &ResourceType| {
        let formats = kind.arn.split(", ").map(pieces);
        let fitting = formats.filter(|format| matches(format, arn));
        fitting.map(|format| text_length(&format)).max()
    };
    let own = fit(kind);
    own.is_some() && iam.resource_types.iter().all(|other| fit(other) <= own)
}

fn text_length(format: &[Piece]) -> usize {
    let texts = format.iter().map(|piece| match piece {
        Piece::Text(text) => text.len(),
        Piece::Variable(_) => 0,
    });
    texts.sum()
}
