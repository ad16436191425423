//! Which condition keys an action has, and which rule computes each.

use super::pattern::{Piece, matches, pieces};
use crate::{
    Catalog,
    iam::{IamAction, IamService},
    rules::{
        intern::intern,
        registry,
        rule::{KeyRule, RuleSet},
    },
};
use rolecall_policy::Action;

/// The keys that AWS would send for an action, but for those that the server adds.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) keys: Vec<PlannedKey>,
    /// For each resource type of the action its formats, mostly one.
    formats: Vec<Vec<Vec<Piece>>>,
}

/// One key.
#[derive(Debug)]
pub(crate) struct PlannedKey {
    /// A family ends in `*`.
    pub(crate) name: &'static str,
    pub(crate) many: bool,
    /// The formats of the resources that have it; empty for every resource.
    formats: Vec<usize>,
    pub(crate) by: Computed,
}

/// Who computes a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Computed {
    /// A rule of the service's file.
    Service(usize),
    /// A rule of the file `global`.
    Global(usize),
    /// Nobody.
    Nobody,
}

impl Plan {
    /// Plans the keys of an action; `rules` are those of the service that is called, none for an
    /// action of another service.
    pub(crate) fn new(action: &Action, rules: Option<&RuleSet>) -> Self {
        let Some(iam) = Catalog::embedded().iam(action.prefix()) else {
            return Self::default();
        };
        let Some(found) = iam.action(action.name()) else {
            return Self::default();
        };
        let mut plan = Self {
            keys: Vec::new(),
            formats: formats(&iam, found),
        };
        for name in &found.condition_keys {
            plan.add(&iam, rules, name, None);
        }
        for (number, resource) in found.resource_types.iter().enumerate() {
            let own = type_of(&iam, &resource.resource_type).map(|t| t.condition_keys.as_slice());
            for name in resource
                .condition_keys
                .iter()
                .chain(own.unwrap_or_default())
            {
                plan.add(&iam, rules, name, Some(number));
            }
        }
        plan
    }

    fn add(
        &mut self,
        iam: &IamService,
        rules: Option<&RuleSet>,
        name: &str,
        format: Option<usize>,
    ) {
        let many = iam.condition_key(name).is_some_and(|key| key.many);
        let name = family(name);
        if let Some(known) = self
            .keys
            .iter_mut()
            .find(|k| k.name.eq_ignore_ascii_case(&name))
        {
            match format {
                Some(number) if !known.formats.is_empty() => known.formats.push(number),
                _ => known.formats.clear(),
            }
            return;
        }
        if registry::global()
            .server_keys
            .iter()
            .any(|pattern| covers(pattern, &name))
        {
            return;
        }
        let by = computed(rules, &name);
        self.keys.push(PlannedKey {
            name: intern(&name),
            many,
            formats: format.into_iter().collect(),
            by,
        });
    }

    /// The keys that a resource has.
    pub(crate) fn keys_of(&self, resource: &str) -> impl Iterator<Item = &PlannedKey> {
        // One type's keys are every resource's, whether it fits or not.
        let is_only = self.formats.len() == 1 && resource != "*";
        let fits = |formats: &Vec<Vec<Piece>>| formats.iter().any(|f| matches(f, resource));
        let fits: Vec<bool> = if is_only {
            Vec::new()
        } else {
            self.formats.iter().map(fits).collect()
        };
        let none_fits = !fits.contains(&true);
        self.keys.iter().filter(move |key| {
            key.formats.is_empty()
                || (none_fits && resource != "*")
                || key
                    .formats
                    .iter()
                    .any(|n| fits.get(*n).copied().unwrap_or(false))
        })
    }
}

fn formats(iam: &IamService, action: &IamAction) -> Vec<Vec<Vec<Piece>>> {
    // API Gateway has types with two formats: one for each of its versions.
    let format = |name: &str| {
        type_of(iam, name)
            .map(|t| t.arn.split(", ").map(pieces).collect())
            .unwrap_or_default()
    };
    action
        .resource_types
        .iter()
        .map(|r| format(&r.resource_type))
        .collect()
}

/// The resource type of an action; the data spell some types in two ways (`Secret`, `secret`).
pub(crate) fn type_of<'i>(iam: &'i IamService, name: &str) -> Option<&'i crate::iam::ResourceType> {
    iam.resource_types
        .iter()
        .find(|t| t.name.eq_ignore_ascii_case(name))
}

fn computed(rules: Option<&RuleSet>, name: &str) -> Computed {
    let in_service = rules
        .and_then(|rules| position(&rules.keys, name))
        .map(Computed::Service);
    let in_global = || position(&registry::global().keys, name).map(Computed::Global);
    in_service.or_else(in_global).unwrap_or(Computed::Nobody)
}

/// The rule for a key; an exact name beats a family.
pub(crate) fn position(keys: &[KeyRule], name: &str) -> Option<usize> {
    let exact = keys
        .iter()
        .position(|rule| rule.name.eq_ignore_ascii_case(name));
    exact.or_else(|| keys.iter().position(|rule| covers(rule.name, name)))
}

/// `aws:ResourceTag/${TagKey}`, `s3:ExistingObjectTag/<key>`, `ssm:resourceTag/tag-key`: families.
pub(crate) fn family(name: &str) -> String {
    let stem = name
        .split_once("${")
        .or_else(|| name.split_once('<'))
        .map(|(stem, _)| stem);
    match stem.or_else(|| name.strip_suffix("tag-key")) {
        Some(stem) => format!("{stem}*"),
        None => name.to_owned(),
    }
}

/// Says whether a name is a pattern's, which may end in `*`; case does not matter.
pub(crate) fn covers(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(stem) => name
            .get(..stem.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(stem)),
        None => pattern.eq_ignore_ascii_case(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_end_in_a_star() {
        assert_eq!(family("aws:RequestTag/${TagKey}"), "aws:RequestTag/*");
        assert_eq!(
            family("s3:ExistingObjectTag/<key>"),
            "s3:ExistingObjectTag/*"
        );
        assert_eq!(
            family("kms:EncryptionContext:${Key}"),
            "kms:EncryptionContext:*"
        );
        assert_eq!(family("ssm:resourceTag/tag-key"), "ssm:resourceTag/*");
        assert_eq!(family("s3:prefix"), "s3:prefix");
    }
}
