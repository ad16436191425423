//! Whether a policy can ever allow an action on a resource.
//!
//! Source of the question: IAM Access Analyzer API Reference, `CheckAccessNotGranted`: of actions
//! alone it is asked whether at least one is allowed on any resource; of resources alone, whether
//! any action is allowed on at least one; of both, whether at least one action is allowed on at
//! least one resource.

use std::sync::Arc;

use rolecall_policy::{ActionPattern, Policy, PolicyKind, ResourcePattern, document::Version};

use crate::compare::{Asked, CompareError, CompareOptions, Comparison, ask};

/// What must not be granted.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Actions, with wildcards; empty for every action.
    pub actions: Vec<String>,
    /// Resources, with wildcards; empty for every resource.
    pub resources: Vec<String>,
}

/// Says whether policies can ever allow any of the access: *new access* if they can, with requests
/// that show it; *no new access* if it is proven that they cannot.
///
/// # Errors
///
/// Fails on policies that are not all identity policies, or one resource policy.
pub fn granted(
    policies: &[Arc<Policy>],
    access: &Access,
    options: &CompareOptions,
) -> Result<Comparison, CompareError> {
    let actions: Vec<_> = access
        .actions
        .iter()
        .map(|a| ActionPattern::new(a))
        .collect();
    // Names of variables are no part of what is asked, so the old language is read.
    let compile =
        |text: &String| ResourcePattern::compile(text, PolicyKind::Identity, Version::V2008);
    let resources: Vec<_> = access.resources.iter().map(compile).collect();
    let asked = Asked {
        actions: Some(actions.as_slice()).filter(|actions| !actions.is_empty()),
        resources: &resources,
        principals: None,
    };
    ask(&[], policies, &asked, options)
}
