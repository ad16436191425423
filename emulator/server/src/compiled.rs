//! Resource policies, compiled once for each text.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use rolecall_policy::{Policy, PolicyKind};
use rolecall_trace::PolicyRecord;

/// A policy with the hash under which a recording refers to it.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    pub(crate) policy: Arc<Policy>,
    pub(crate) record: Arc<PolicyRecord>,
}

/// The policies that were met so far, by kind, name and text.
#[derive(Debug, Default)]
pub(crate) struct CompiledPolicies(Mutex<BTreeMap<(PolicyKind, String, String), Option<Compiled>>>);

// More texts than this in one run would be a test that makes a policy for each call.
const MOST: usize = 4096;

impl CompiledPolicies {
    /// The compiled form of a document that a backend keeps; none, with a line in the log, if it is
    /// not a policy.
    pub(crate) fn get(&self, kind: PolicyKind, name: &str, text: &str) -> Option<Compiled> {
        let key = (kind, name.to_owned(), text.to_owned());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(compiled) = known.get(&key) {
            return compiled.clone();
        }
        let compiled = match Policy::parse(name, kind, text) {
            Ok(policy) => Some(Compiled {
                policy: Arc::new(policy),
                record: Arc::new(PolicyRecord::new(kind, name, text)),
            }),
            Err(error) => {
                tracing::warn!(policy = name, %error, "the policy of a resource is malformed: it allows nothing");
                None
            }
        };
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(key, compiled.clone());
        compiled
    }
}
