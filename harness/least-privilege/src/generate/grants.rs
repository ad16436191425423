//! Grants: an action on a resource, and how they are grouped.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_catalog::Catalog;
use rolecall_policy::{
    Action, Arn, Provenance, Requirement, ResourcePattern, escape_arn, escape_literal,
};

use crate::replay::Need;

/// Actions that share exactly these resources.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group {
    pub(super) actions: Vec<String>,
    pub(super) resources: Vec<String>,
}

/// Groups by equal resource set: no pair is granted that was not asked for.
pub(super) fn group(needs: &[&Need<'_>], catalog: &Catalog) -> Vec<Group> {
    let mut resources: BTreeMap<&Action, BTreeSet<String>> = BTreeMap::new();
    for need in needs {
        let requirement = need.requirement;
        resources
            .entry(&requirement.action)
            .or_default()
            .insert(pattern(requirement));
    }
    let mut groups: BTreeMap<Vec<String>, BTreeSet<&Action>> = BTreeMap::new();
    for (action, resources) in resources {
        groups
            .entry(without_covered(resources))
            .or_default()
            .insert(action);
    }
    let spelled = |action: &Action| spelling(action, catalog);
    let mut groups: Vec<_> = groups
        .into_iter()
        .map(|(resources, actions)| Group {
            actions: actions.into_iter().map(spelled).collect(),
            resources,
        })
        .collect();
    groups.sort();
    groups
}

/// The action as the catalog spells it; as it was recorded where the catalog does not have it.
fn spelling(action: &Action, catalog: &Catalog) -> String {
    match catalog.action(action) {
        Some(known) => format!("{}:{}", action.prefix(), known.name),
        None => action.to_string(),
    }
}

/// Where `*` or a pattern is needed anyway, what it covers need not be named.
fn without_covered(resources: BTreeSet<String>) -> Vec<String> {
    let compiled: Vec<_> = resources
        .into_iter()
        .map(|text| (ResourcePattern::new(&text), text))
        .collect();
    let covered = |text: &String, narrow: &ResourcePattern| {
        compiled
            .iter()
            .any(|(wide, other)| other != text && wide.covers(narrow))
    };
    compiled
        .iter()
        .filter(|(pattern, text)| !covered(text, pattern))
        .map(|(_, text)| text.clone())
        .collect()
}

/// The resource of a requirement as a pattern that stands for it.
pub(super) fn pattern(requirement: &Requirement) -> String {
    let resource = requirement.resource.as_str();
    if resource == "*" || stands_for_several(requirement) {
        resource.to_owned()
    } else if let Some(open) = open_secret(requirement) {
        open
    } else if resource.starts_with("arn:") {
        escape_arn(resource)
    } else {
        escape_literal(resource)
    }
}

/// The ARN of a secret, with `??????` in the place of the six characters that Secrets Manager puts
/// behind the name: they are others once the secret is made again.
///
/// Source: Secrets Manager User Guide, "Permissions policy examples": `-??????` at the end of the ARN.
pub(crate) fn open_secret(requirement: &Requirement) -> Option<String> {
    let is_secret = requirement.resource.split(':').nth(2) == Some("secretsmanager");
    // The ARN of a secret that nobody looked up may end in a part of its name.
    let known = requirement.unknown_facts.is_empty()
        && requirement.resource_provenance < Provenance::Heuristic;
    let (named, suffix) = requirement.resource.rsplit_once('-')?;
    let made_up = suffix.len() == 6 && suffix.bytes().all(|b| b.is_ascii_alphanumeric());
    let whole = is_secret && known && made_up && named.contains(":secret:");
    whole.then(|| format!("{}{OPEN_SUFFIX}", escape_arn(named)))
}

/// What stands at the end of a secret's ARN for any suffix.
pub(crate) const OPEN_SUFFIX: &str = "-??????";

/// Whether the wildcards of a resource are the catalog's, not part of a name: where a part of the
/// name could not be found out, and at the end, in place of a whole part
/// (`log-group:orders:*`). In S3 they are part of a key.
pub(crate) fn stands_for_several(requirement: &Requirement) -> bool {
    let resource = requirement.resource.as_str();
    let Ok(arn) = Arn::parse(resource) else {
        return false;
    };
    if !resource.contains(['*', '?']) {
        return false;
    }
    let guessed = requirement.resource_provenance >= Provenance::Heuristic
        || !requirement.unknown_facts.is_empty();
    let rest = arn.resource().strip_suffix('*').unwrap_or("*");
    let whole_part = rest.is_empty() || rest.ends_with([':', '/']);
    guessed || (arn.service() != "s3" && whole_part && !rest.contains(['*', '?']))
}
