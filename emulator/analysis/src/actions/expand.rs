//! The actions of the catalog that a pattern stands for.

use rolecall_catalog::Catalog;
use rolecall_policy::{Action, ActionPattern};

/// What one pattern stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expansion {
    /// The pattern, as it was given.
    pub pattern: String,
    /// The catalog's actions, sorted.
    pub actions: Vec<Action>,
}

/// Expands a pattern such as `s3:Get*`, as the evaluator matches it.
pub fn expand(pattern: &str) -> Expansion {
    let compiled = ActionPattern::new(pattern);
    let text = compiled.to_string();
    let service = text.split_once(':').map_or("*", |(service, _)| service);
    let catalog = Catalog::embedded();
    let mut actions: Vec<Action> = Vec::new();
    for entry in catalog.iam_prefixes() {
        if !service.contains(['*', '?']) && entry.prefix != service {
            continue;
        }
        let Some(iam) = catalog.iam(&entry.prefix) else {
            continue;
        };
        let names = iam
            .actions
            .iter()
            .map(|one| format!("{}:{}", entry.prefix, one.name));
        let parsed = names.filter_map(|name| Action::parse(&name).ok());
        actions.extend(parsed.filter(|action| compiled.matches(action.as_str())));
    }
    actions.sort();
    Expansion {
        pattern: pattern.to_owned(),
        actions,
    }
}
