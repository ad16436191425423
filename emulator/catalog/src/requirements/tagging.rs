//! The action that tags what a call makes, for operations that nobody has written a rule for.
//!
//! Where a call gives tags to what it makes, AWS asks for the service's tag action besides. Of two
//! hundred operations checked by hand (`data/HANDCHECK.md`), all fourteen that make something with tags
//! had it on their page; the authorization data do not name it, so that it is assumed.

use rolecall_policy::{Action, Provenance, Requirement};

use super::{
    Scope, context,
    evaluate::bare,
    filling::{Place, fill},
    names::{essence, plain},
    owner,
    pattern::{matches, pieces},
    plan::{Plan, position, type_of},
};
use crate::{
    generated::ResourceHint,
    iam::{AccessLevel, ActionResource, IamAction, IamService, ResourceType},
    rules::{
        registry,
        rule::{KeyValue, RuleSet},
    },
};

/// What tag actions are called, best first, besides `TagResource`.
const NAMES: [&str; 3] = ["AddTags", "AddTagsToResource", "CreateTags"];

const ASSUMED: &str =
    "assumed: the call gives tags to what it makes, and its action has their condition keys";
const DEPENDENT: &str = "pinned data: the tag action is one that the call's action depends on";

/// An action of a call that may have tags.
pub(super) struct Tagged<'a> {
    pub(super) iam: &'a IamService,
    pub(super) action: &'a IamAction,
    pub(super) hints: &'a [ResourceHint],
    /// What the call needs for the action itself.
    pub(super) own: &'a [Requirement],
}

impl Tagged<'_> {
    /// The tag action, on each resource that the tags are for; nothing where the call has no tags.
    pub(super) fn requirements(&self, scope: &Scope<'_>) -> Vec<Requirement> {
        let Some(tag) = self.tag_action().filter(|_| has_tags(scope)) else {
            return Vec::new();
        };
        let Ok(action) = Action::parse(&format!("{}:{}", self.iam.prefix, tag.name)) else {
            return Vec::new();
        };
        let own = self.iam.prefix == scope.rules.prefix;
        let plan = Plan::new(&action, own.then_some(scope.rules));
        let (resources, provenance) = self.resources(tag, scope);
        let (action_provenance, source) = if self.depends_on(tag) {
            (Provenance::Documented, DEPENDENT)
        } else {
            (Provenance::Assumed, ASSUMED)
        };
        let requirement = |resource: String| {
            let mut requirement = bare(action.clone(), resource);
            requirement.action_provenance = action_provenance;
            requirement.resource_provenance = provenance;
            requirement.resource_account = owner::account(&requirement.resource, scope);
            requirement.unknown_facts = scope.take_unknown();
            requirement.model = owner::model(&action, &requirement.resource);
            requirement.context = context::compute(&plan, &[], &requirement.resource, scope);
            requirement.source = Some(source.into());
            requirement
        };
        resources.into_iter().map(requirement).collect()
    }

    /// The service's tag action, if this action is about tags and is not one that tags or only reads.
    fn tag_action(&self) -> Option<&IamAction> {
        let tags = self.action.name.starts_with("Tag");
        let writes = !tags
            && matches!(
                self.action.access_level,
                AccessLevel::Write | AccessLevel::PermissionsManagement
            );
        let tag = only_tag_action(self.iam).filter(|_| writes)?;
        let about_tags = has_tag_keys(self.action) || self.depends_on(tag);
        (about_tags && tag.name != self.action.name).then_some(tag)
    }

    fn depends_on(&self, tag: &IamAction) -> bool {
        let name = format!("{}:{}", self.iam.prefix, tag.name);
        let mut dependent = self.action.dependent_actions.iter();
        dependent.any(|action| action.eq_ignore_ascii_case(&name))
    }

    /// The type that the operation is called after; else, where the data name the tag action or it takes no
    /// type, what the action itself is about; else the only type of the action, which may be what the new
    /// thing is in. Of several nobody knows which one gets the tags.
    fn resources(&self, tag: &IamAction, scope: &Scope<'_>) -> (Vec<String>, Provenance) {
        let own = || self.own.iter().map(|r| r.resource.clone()).collect();
        let made = Made::of(&scope.call.operation().name);
        let taken = self.types(tag);
        if let Some(kind) = made.among(&taken) {
            return (self.made(kind, scope), Provenance::Heuristic);
        }
        // What makes a thing asks for its tags, whether or not the data list the thing under the tag action:
        // so it is with `servicecatalog:CreatePortfolio`.
        // source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_service-catalog.html#list_service-catalog-operations
        if let Some(kind) = made.among(&self.types(self.action)) {
            return (self.made(kind, scope), Provenance::Assumed);
        }
        let beginning = made.beginning(&taken);
        if let [only] = self.action.resource_types.as_slice() {
            let only = &only.resource_type;
            let takes_it = taken.iter().any(|t| t.name.eq_ignore_ascii_case(only));
            let better =
                |kind: &ResourceType| !made.has_words_of(only) || kind.name.len() > only.len();
            if (self.depends_on(tag) || takes_it) && !beginning.is_some_and(better) {
                return (own(), Provenance::Assumed);
            }
        }
        let beginning = beginning.or_else(|| made.beginning(&self.types(self.action)));
        if let Some(kind) = beginning {
            return (self.made(kind, scope), Provenance::Assumed);
        }
        if self.depends_on(tag) {
            return (own(), Provenance::Assumed);
        }
        // The data list what the tag action takes, and this is none of it: other actions may tag it.
        let untyped = tag.resource_types.is_empty().then(|| "*".to_owned());
        (untyped.into_iter().collect(), Provenance::Assumed)
    }

    fn types(&self, action: &IamAction) -> Vec<&ResourceType> {
        let types = action.resource_types.iter();
        types
            .filter_map(|r| type_of(self.iam, &r.resource_type))
            .collect()
    }

    /// What the call's own action has of this type, or else its ARN, as far as the parameters say where
    /// it is.
    fn made(&self, kind: &ResourceType, scope: &Scope<'_>) -> Vec<String> {
        let formats: Vec<_> = kind.arn.split(", ").map(pieces).collect();
        let is = |r: &&Requirement| formats.iter().any(|f| matches(f, &r.resource));
        let own: Vec<&Requirement> = self.own.iter().filter(is).collect();
        let takes = |r: &ActionResource| r.resource_type.eq_ignore_ascii_case(&kind.name);
        if !own.is_empty() && self.action.resource_types.iter().any(takes) {
            return own.into_iter().map(|r| r.resource.clone()).collect();
        }
        let place = Place {
            alone: false,
            main: false,
        };
        // It is new: only where it is, is in the request.
        let kind = ResourceType {
            arn: without_id(&kind.arn),
            ..kind.clone()
        };
        fill(&kind, place, self.hints, scope).arns
    }
}

/// What an operation is called after, without its verb and what it is made from: `graph` of
/// `CreateGraphUsingImportTask`; and without its version: `cluster` of `CreateClusterV2`.
struct Made([String; 2]);

impl Made {
    fn of(operation: &str) -> Self {
        let verb = operation.find(|c: char| c.is_ascii_lowercase());
        let verb = verb.and_then(|n| Some(n + operation.get(n..)?.find(char::is_uppercase)?));
        let noun = verb.and_then(|n| operation.get(n..)).unwrap_or(operation);
        let from = ["From", "Using"].iter().filter_map(|word| noun.find(word));
        let end = from.filter(|at| *at > 0).min();
        let noun = end.and_then(|at| noun.get(..at)).unwrap_or(noun);
        let stem = noun.trim_end_matches(|c: char| c.is_ascii_digit());
        let stem = stem.strip_suffix('V').unwrap_or(noun);
        Self([plain(noun), plain(stem)])
    }

    /// The type of this name; else the only one that ends in it (`mailmanager-rule-set`).
    fn among<'t>(&self, types: &[&'t ResourceType]) -> Option<&'t ResourceType> {
        let only = |noun: &String| {
            let mut ending = types.iter().filter(|k| plain(&k.name).ends_with(noun));
            ending.next().filter(|_| ending.next().is_none()).copied()
        };
        let nouns = || self.0.iter();
        nouns()
            .find_map(|noun| longest(types, |kind| noun.ends_with(kind)))
            .or_else(|| nouns().find_map(only))
    }

    /// Says whether every word of a type's name is in the name: `organization-telemetry-rule` in
    /// `TelemetryRuleForOrganization`.
    fn has_words_of(&self, kind: &str) -> bool {
        essence(kind)
            .iter()
            .all(|word| self.0.iter().any(|noun| noun.contains(word)))
    }

    /// The type that the name begins with: `batch-import` of `BatchImportJob`.
    fn beginning<'t>(&self, types: &[&'t ResourceType]) -> Option<&'t ResourceType> {
        self.0
            .iter()
            .find_map(|noun| longest(types, |kind| noun.starts_with(kind)))
    }
}

fn longest<'t>(
    types: &[&'t ResourceType],
    fits: impl Fn(&str) -> bool,
) -> Option<&'t ResourceType> {
    let fit = types.iter().filter(|kind| fits(&plain(&kind.name)));
    fit.max_by_key(|kind| kind.name.len()).copied()
}

/// The first format of a resource type, with `*` for its last variable.
fn without_id(formats: &str) -> String {
    let format = formats.split(", ").next().unwrap_or(formats);
    let cut = format.rsplit_once("${");
    let cut = cut.and_then(|(start, rest)| Some((start, rest.split_once('}')?.1)));
    cut.map_or_else(
        || format.to_owned(),
        |(start, end)| format!("{start}*{end}"),
    )
}

/// Says whether the call has tags, as the condition key of a request's tags is computed.
fn has_tags<'a>(scope: &Scope<'a>) -> bool {
    const KEY: &str = "aws:RequestTag/*";
    let of = |rules: &'a RuleSet| Some((rules, position(&rules.keys, KEY)?));
    let Some((rules, index)) = of(scope.rules).or_else(|| of(registry::global())) else {
        return false;
    };
    match rules.keys.get(index).map(|key| &key.value) {
        Some(KeyValue::One(template)) => template.single().is_some_and(|expression| {
            let scope = scope.for_keys(rules, "*");
            !scope.value(expression).members().is_empty()
        }),
        _ => false,
    }
}

/// `TagResource`, or the only one of another name.
fn only_tag_action(iam: &IamService) -> Option<&IamAction> {
    let others = || {
        let mut others = NAMES.iter().filter_map(|name| iam.action(name));
        others.next().filter(|_| others.next().is_none())
    };
    iam.action("TagResource").or_else(others)
}

fn has_tag_keys(action: &IamAction) -> bool {
    let types = action.resource_types.iter().flat_map(|r| &r.condition_keys);
    let mut keys = action.condition_keys.iter().chain(types);
    keys.any(|key| key.starts_with("aws:RequestTag/") || key == "aws:TagKeys")
}
