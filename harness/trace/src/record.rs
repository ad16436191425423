//! The lines of a recording.
//!
//! JSON Lines: a [`Line::Header`], then [`Line::Policy`] and [`Line::Attempt`] as they come.
//! Never a secret, a body, or an object's content.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use rolecall_policy::{AccountId, Context, Decision, PolicyKind, Principal, Requirement};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The format that this crate writes, and the newest that it reads.
pub const FORMAT: u32 = 1;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Line {
    /// The start of a recording; where recordings were concatenated, one for each.
    Header(Header),
    /// A policy that took part, other than the identity policies of the caller.
    Policy(PolicyRecord),
    /// What was attempted.
    Attempt(Box<Attempt>),
    /// The end of a recording that was closed; one that was cut off has none.
    End(End),
}

/// The start of a recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// [`FORMAT`].
    pub format: u32,
    /// The version of the program that wrote it.
    pub rolecall: String,
    /// The version of the catalog that named the requirements.
    pub catalog: String,
    /// `record` or `enforce`.
    pub mode: String,
    /// When it was begun, RFC 3339.
    pub time: String,
}

/// The end of a recording, with what it should hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct End {
    /// How many attempts stand between the header and this line.
    pub attempts: u64,
    /// How many more were made and could not be kept.
    #[serde(default)]
    pub lost: u64,
}

/// A policy, once, under its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyRecord {
    /// Hex SHA-256 of kind, name and document.
    pub hash: String,
    /// What it is used as.
    pub kind: PolicyKind,
    /// Its ARN or name.
    pub name: String,
    /// The document, as it was stored.
    pub document: String,
}

impl PolicyRecord {
    /// The record of a policy, under the hash of what it is.
    pub fn new(kind: PolicyKind, name: &str, document: &str) -> Self {
        // The lengths keep `("ab", "c")` and `("a", "bc")` apart.
        let mut hash = Sha256::new();
        for part in [kind_name(kind), name, document] {
            hash.update(part.len().to_le_bytes());
            hash.update(part.as_bytes());
        }
        Self {
            hash: hex::encode(hash.finalize()),
            kind,
            name: name.to_owned(),
            document: document.to_owned(),
        }
    }
}

fn kind_name(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::Identity => "identity",
        PolicyKind::Resource => "resource",
        PolicyKind::Trust => "trust",
        PolicyKind::PermissionsBoundary => "permissions-boundary",
        PolicyKind::Session => "session",
        PolicyKind::ServiceControl => "service-control",
        PolicyKind::ResourceControl => "resource-control",
        PolicyKind::VpcEndpoint => "vpc-endpoint",
    }
}

/// Who made the attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallerRecord {
    /// The principal.
    #[serde(flatten)]
    pub principal: Arc<Principal>,
    /// Whether its signature was verified; not so for an unknown key in the mode `record`.
    pub verified: bool,
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It was answered with a success.
    Answered,
    /// It was answered with an error other than a denial.
    Failed,
    /// It was denied.
    Denied,
}

/// Who answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AnsweredBy {
    /// Rolecall itself: IAM, STS, Lambda, and denials.
    Rolecall,
    /// The embedded backend.
    Embedded,
    /// Nobody has it: an answer was made up from the output's shape.
    Synthesised,
    /// An upstream.
    Upstream,
    /// A canned answer.
    Canned,
}

/// One call that was attempted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// When, RFC 3339 with milliseconds, UTC.
    pub time: String,
    /// The request id that the client was given.
    pub request_id: String,
    /// Who.
    pub caller: CallerRecord,
    /// The scenario that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// The function that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// The function's invocation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invocation: Option<String>,
    /// The service, by the name of its model, such as `dynamodb`.
    pub service: String,
    /// The operation, such as `TransactWriteItems`.
    pub operation: String,
    /// The region of the call.
    pub region: String,
    /// The keys that all its requirements share: the caller's and the global ones.
    pub context: Context,
    /// The keys among them that were supposed, not seen (`aws:SecureTransport` on loopback).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supposed: Vec<Cow<'static, str>>,
    /// The hashes of the policies that took part for all of them, other than the identity
    /// policies: boundary, session, SCP, RCP (the levels in order), endpoint.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub policies: BTreeMap<String, Vec<String>>,
    /// What AWS would authorize for it.
    pub requirements: Vec<AttemptRequirement>,
    /// Where the answer was that an object is not there: what AWS asks before it says so
    /// (`s3:ListBucket`). The call does not need it: no policy is generated from it, and none is
    /// held against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disclosure: Option<AttemptRequirement>,
    /// What became of it.
    pub outcome: Outcome,
    /// Who answered.
    pub answered_by: AnsweredBy,
    /// The HTTP status.
    pub status: u16,
    /// The error code, for what was not answered with a success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// One requirement of an attempt, with its decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptRequirement {
    /// The requirement.
    #[serde(flatten)]
    pub requirement: Requirement,
    /// The hash of the resource policy that took part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_policy: Option<String>,
    /// What was decided (in the mode `record`: what would have been).
    pub decision: Decision,
    /// Whether the resource policy alone allows it, whatever the identity policies say.
    #[serde(default)]
    pub allowed_by_resource_policy_alone: bool,
}

impl Attempt {
    /// The account of the caller.
    pub fn account(&self) -> Option<&AccountId> {
        self.caller.principal.account.as_ref()
    }
}
