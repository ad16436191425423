//! Managed policies with their versions.

use std::{collections::BTreeMap, sync::Arc};

use indexmap::IndexMap;
use rolecall_policy::{Policy, PolicyKind};

/// One version of a managed policy.
#[derive(Clone, Debug)]
pub struct PolicyVersion {
    /// The compiled document.
    pub policy: Arc<Policy>,
    /// Seconds since the epoch.
    pub created: u64,
}

/// A customer managed policy.
#[derive(Clone, Debug)]
pub struct ManagedPolicy {
    /// The name.
    pub name: String,
    /// The path.
    pub path: String,
    /// `ANPA...`.
    pub id: String,
    /// The ARN.
    pub arn: String,
    /// The description.
    pub description: Option<String>,
    /// The versions by number: `v1` is 1.
    pub versions: BTreeMap<u32, PolicyVersion>,
    /// The version in force.
    pub default: u32,
    /// The number that the next version gets; numbers are not used again.
    pub next: u32,
    /// Tags.
    pub tags: IndexMap<String, String>,
    /// Seconds since the epoch.
    pub created: u64,
}

impl ManagedPolicy {
    /// The document in force.
    pub fn default_policy(&self) -> Option<&Arc<Policy>> {
        self.versions
            .get(&self.default)
            .map(|version| &version.policy)
    }
}

// The AWS managed policies that are known here, with their documents.
// Source: AWS Managed Policy Reference Guide, the page of each policy (from memory; to be compared).
const AWS_MANAGED: [(&str, &str); 2] = [
    (
        "arn:aws:iam::aws:policy/AdministratorAccess",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
    ),
    (
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*"}]}"#,
    ),
];

/// The AWS managed policy with this ARN, if its document is known here.
pub fn aws_managed(arn: &str) -> Option<Arc<Policy>> {
    let (arn, text) = AWS_MANAGED.iter().find(|(known, _)| *known == arn)?;
    Policy::parse(arn, PolicyKind::Identity, text)
        .ok()
        .map(Arc::new)
}
