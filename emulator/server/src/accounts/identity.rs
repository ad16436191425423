//! Users, groups and roles, which have much in common.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use indexmap::IndexMap;
use rolecall_policy::Policy;

/// What an identity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityKind {
    /// An IAM user.
    User,
    /// A group of users.
    Group,
    /// A role.
    Role,
}

impl IdentityKind {
    /// As it stands in ARNs and in messages: `user`, `group`, `role`.
    pub fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
        }
    }

    /// The prefix of unique ids.
    ///
    /// Source: IAM User Guide, "IAM identifiers", unique identifiers.
    pub fn id_prefix(self) -> &'static str {
        match self {
            Self::User => "AIDA",
            Self::Group => "AGPA",
            Self::Role => "AROA",
        }
    }
}

/// A user, a group or a role.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Which of the three.
    pub kind: IdentityKind,
    /// As it was spelled when it was created; unique without regard to case.
    pub name: String,
    /// `/` or `/division/team/`.
    pub path: String,
    /// The unique id, such as `AROA...`.
    pub id: String,
    /// The ARN, with the path.
    pub arn: String,
    /// Seconds since the epoch.
    pub created: u64,
    /// Tags, in the order in which they were set.
    pub tags: IndexMap<String, String>,
    /// Inline policies by name.
    pub inline: BTreeMap<String, Arc<Policy>>,
    /// The ARNs of attached managed policies.
    pub attached: BTreeSet<String>,
    /// The ARN of the managed policy that is the permissions boundary.
    pub boundary: Option<String>,
    /// Of a user: the groups, in lower case.
    pub groups: BTreeSet<String>,
    /// Of a role: the trust policy.
    pub trust: Option<Arc<Policy>>,
    /// Of a role.
    pub description: Option<String>,
    /// Of a role: the longest session, in seconds.
    pub max_session: u64,
}

impl Identity {
    /// An identity without policies.
    pub fn new(
        kind: IdentityKind,
        account: &str,
        path: &str,
        name: &str,
        id: String,
        created: u64,
    ) -> Self {
        Self {
            kind,
            arn: format!("arn:aws:iam::{account}:{}{path}{name}", kind.word()),
            name: name.to_owned(),
            path: path.to_owned(),
            id,
            created,
            tags: IndexMap::new(),
            inline: BTreeMap::new(),
            attached: BTreeSet::new(),
            boundary: None,
            groups: BTreeSet::new(),
            trust: None,
            description: None,
            max_session: 3600,
        }
    }
}
