//! Resource policies, compiled once for each text.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use rolecall_analysis::{
    access::public,
    compare::{CompareOptions, Verdict},
};
use rolecall_policy::{Policy, PolicyKind};
use rolecall_trace::PolicyRecord;

/// A policy with the hash under which a recording refers to it.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    pub(crate) policy: Arc<Policy>,
    pub(crate) record: Arc<PolicyRecord>,
    /// Whether it lets the public in, once somebody asked.
    public: Arc<OnceLock<bool>>,
}

impl Compiled {
    /// Whether it lets the public in; one that is not proven not to is public, as at AWS.
    ///
    /// Source: S3 User Guide, "Blocking public access to your Amazon S3 storage", section *The meaning of
    /// "public"*: a policy is taken to be public until it is shown not to be.
    pub(crate) fn is_public(&self) -> bool {
        *self.public.get_or_init(|| is_public(&self.policy))
    }
}

/// Whether a policy lets the public in.
pub(crate) fn is_public(policy: &Arc<Policy>) -> bool {
    let found = public(policy, &CompareOptions::default());
    !found.is_ok_and(|found| found.verdict == Verdict::NoNewAccess)
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
                public: Arc::default(),
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
