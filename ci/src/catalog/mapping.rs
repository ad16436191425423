//! What the pinned data sets say that an operation is authorized as.

use std::collections::BTreeMap;

use rolecall_catalog::{
    generated::{MappedAction, Mapping},
    iam::IamService,
    model::{Operation, Service},
};
use rolecall_policy::Provenance;

use super::{old_map::OldMap, prefixes::plain};

/// The data sets, indexed by what is looked up.
pub(super) struct Mapper {
    by_prefix: BTreeMap<String, Names>,
    old: OldMap,
}

/// One prefix: the actions under their own names and under the operations that they document.
#[derive(Default)]
struct Names {
    own: BTreeMap<String, String>,
    documented: BTreeMap<String, Vec<String>>,
}

impl Mapper {
    pub(super) fn new(iam: &[IamService], old: OldMap) -> Self {
        let by_prefix = iam
            .iter()
            .map(|s| (s.prefix.clone(), Names::new(s)))
            .collect();
        Self { by_prefix, old }
    }

    /// One mapping for each operation, in their order.
    pub(super) fn mappings(&self, service: &Service) -> Vec<Mapping> {
        service
            .operations
            .iter()
            .map(|operation| self.mapping(service, operation))
            .collect()
    }

    fn mapping(&self, service: &Service, operation: &Operation) -> Mapping {
        let none = Vec::new();
        let old = self
            .old
            .get(&service.name)
            .and_then(|m| m.get(&operation.name))
            .unwrap_or(&none);
        let Some(mut actions) = self.named(service, operation) else {
            return split_old(&service.iam_prefix, old);
        };
        let mut also = old.clone();
        for action in &mut actions {
            if let Some(at) = also
                .iter()
                .position(|o| o.action.eq_ignore_ascii_case(&action.action))
            {
                action.hints = also.remove(at).hints;
            }
        }
        Mapping { actions, also }
    }

    /// By the operation's own name, else by the one action whose documentation links to it.
    fn named(&self, service: &Service, operation: &Operation) -> Option<Vec<MappedAction>> {
        let names = self.by_prefix.get(&service.iam_prefix)?;
        let wanted = plain(&operation.name);
        let action = |name: &String, provenance| MappedAction {
            action: format!("{}:{name}", service.iam_prefix),
            provenance,
            hints: Vec::new(),
        };
        if let Some(name) = names.own.get(&wanted) {
            return Some(vec![action(name, Provenance::SameName)]);
        }
        match names.documented.get(&wanted)?.as_slice() {
            [name] => Some(vec![action(name, Provenance::Documented)]),
            // Several: which one depends on the parameters, and that is for a curated rule.
            _ => None,
        }
    }
}

impl Names {
    fn new(service: &IamService) -> Self {
        let mut names = Self::default();
        for action in &service.actions {
            names.own.insert(plain(&action.name), action.name.clone());
            if let Some(operation) = &action.documented_operation {
                names
                    .documented
                    .entry(plain(operation))
                    .or_default()
                    .push(action.name.clone());
            }
        }
        names
    }
}

/// The map's own words: the first action of the service's prefix is the operation's.
fn split_old(prefix: &str, old: &[MappedAction]) -> Mapping {
    let is_own = |action: &MappedAction| {
        action
            .action
            .split_once(':')
            .is_some_and(|(p, _)| p.eq_ignore_ascii_case(prefix))
    };
    let (own, also): (Vec<_>, Vec<_>) = old.iter().cloned().partition(is_own);
    Mapping { actions: own, also }
}
