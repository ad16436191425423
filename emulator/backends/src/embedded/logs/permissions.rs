//! Resource policies of the account, for services that write logs.

use serde_json::{Map, Value, json};

use super::{
    errors,
    service::{Kept, Logs},
};
use crate::embedded::request::{Outcome, Request, output};

/// Source: quotas: resource policies of an account in a region.
const MOST: usize = 10;

impl Logs {
    pub(super) fn put_policy(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("policyName")?;
        let text = request.required("policyDocument")?;
        if !matches!(serde_json::from_str(text), Ok(Value::Object(_))) {
            return Err(errors::invalid("Invalid policy document"));
        }
        let now = self.host.now_millis();
        self.with(request, |kept| {
            if kept.policies.len() >= MOST && !kept.policies.contains_key(name) {
                return Err(errors::limit("Resource limit exceeded."));
            }
            kept.policies
                .insert(name.to_owned(), (text.to_owned(), now));
            Ok(output(json!({ "resourcePolicy": listed(name, text, now) })))
        })
    }

    pub(super) fn policies(&self, request: &Request<'_>) -> Outcome {
        self.with(request, |kept| {
            let policies: Vec<Value> = kept
                .policies
                .iter()
                .map(|(name, (text, at))| listed(name, text, *at))
                .collect();
            Ok(output(json!({ "resourcePolicies": policies })))
        })
    }

    pub(super) fn delete_policy(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("policyName")?;
        self.with(request, |kept| match kept.policies.remove(name) {
            Some(_) => Ok(Map::new()),
            None => Err(errors::no_policy(name)),
        })
    }
}

fn listed(name: &str, text: &str, at: u64) -> Value {
    json!({ "policyName": name, "policyDocument": text, "lastUpdatedTime": at })
}

impl Kept {
    /// The statements of all policies as one: they are about every group.
    pub(crate) fn policy(&self) -> Option<String> {
        let mut statements = Vec::new();
        for (text, _) in self.policies.values() {
            let policy: Option<Value> = serde_json::from_str(text).ok();
            match policy.as_ref().and_then(|policy| policy.get("Statement")) {
                Some(Value::Array(several)) => statements.extend(several.iter().cloned()),
                Some(one) => statements.push(one.clone()),
                None => {}
            }
        }
        let policy = json!({ "Version": "2012-10-17", "Statement": statements });
        (!statements.is_empty()).then(|| policy.to_string())
    }
}
