//! Access keys, and the sessions behind temporary ones.

use std::{collections::BTreeMap, sync::Arc};

use rolecall_policy::{Policy, Principal};
use rolecall_sigv4::{SecretAccessKey, SessionToken};
use rolecall_trace::Recorder;

/// An access key.
#[derive(Clone, Debug)]
pub struct AccessKey {
    /// The secret.
    pub secret: SecretAccessKey,
    /// Whose it is.
    pub owner: KeyOwner,
    /// Whether its status is `Active`.
    pub active: bool,
    /// Seconds since the epoch.
    pub created: u64,
}

/// Whose an access key is.
#[derive(Clone, Debug)]
pub enum KeyOwner {
    /// The root user of the account.
    Root {
        /// The account.
        account: String,
    },
    /// An IAM user.
    User {
        /// The account.
        account: String,
        /// The user's name in lower case.
        user: String,
    },
    /// A session.
    Session(Arc<Session>),
}

/// Temporary credentials and what they stand for.
#[derive(Clone, Debug)]
pub struct Session {
    /// The token that has to come with the key.
    pub token: SessionToken,
    /// Who the session is.
    pub principal: Principal,
    /// The account of the identity that it was made from.
    pub account: String,
    /// The role or user that it was made from, by lower-case name; none for root.
    pub identity: Option<String>,
    /// Its unique id: a role that was deleted and created again is another one.
    pub identity_id: String,
    /// The session policies; none if it was made without any.
    pub policies: Option<Vec<Arc<Policy>>>,
    /// The tags of the session.
    pub tags: BTreeMap<String, String>,
    /// The keys of those that go on to sessions made from this one, in lower case.
    pub transitive_tag_keys: Vec<String>,
    /// `sts:SourceIdentity`.
    pub source_identity: Option<String>,
    /// When it was made, in seconds since the epoch.
    pub issued: u64,
    /// When it ends, in seconds since the epoch.
    pub expires: u64,
    /// The scenario that its attempts belong to.
    pub scenario: Option<String>,
    /// The function that its attempts belong to.
    pub function: Option<String>,
    /// Where its attempts go besides the server's own recording; sessions made from it go there too.
    pub capture: Option<Arc<Recorder>>,
}

/// Why an access key does not make a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialProblem {
    /// There is no such key, or it is inactive, or its owner is gone.
    UnknownKey,
    /// The session token is missing, foreign, or belongs to no session.
    InvalidToken,
    /// The session has ended.
    ExpiredToken,
}
