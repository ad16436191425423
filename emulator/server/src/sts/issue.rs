//! New temporary credentials.

use std::{collections::BTreeMap, fmt, sync::Arc};

use rolecall_policy::{Policy, Principal};
use rolecall_sigv4::{SecretAccessKey, SessionToken};
use rolecall_trace::Recorder;
use serde_json::{Value, json};

use crate::{
    accounts::{AccessKey, KeyOwner, Session, World},
    clock::{BASE32, BASE64, Random, random_text, rfc3339},
};

/// What a new session is.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Who it is.
    pub principal: Principal,
    /// The account of the identity that it is made from.
    pub account: String,
    /// That identity's lower-case name; none for root.
    pub identity: Option<String>,
    /// That identity's unique id.
    pub identity_id: String,
    /// The session policies; none for none.
    pub policies: Option<Vec<Arc<Policy>>>,
    /// Session tags.
    pub tags: BTreeMap<String, String>,
    /// The lower-case keys of those that go on along a chain.
    pub transitive_tag_keys: Vec<String>,
    /// `sts:SourceIdentity`.
    pub source_identity: Option<String>,
    /// How long it lasts, in seconds.
    pub seconds: u64,
    /// The scenario that its attempts belong to.
    pub scenario: Option<String>,
    /// The function that its attempts belong to.
    pub function: Option<String>,
    /// Where its attempts go besides the server's own recording.
    pub capture: Option<Arc<Recorder>>,
}

/// Temporary credentials, as their owner needs them.
#[derive(Clone)]
pub struct IssuedCredentials {
    /// `ASIA...`.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
    /// The token that goes with every request.
    pub session_token: String,
    /// When they end, in seconds since the epoch.
    pub expires: u64,
}

impl fmt::Debug for IssuedCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedCredentials")
            .field("access_key_id", &self.access_key_id)
            .field("expires", &rfc3339(self.expires))
            .finish_non_exhaustive()
    }
}

impl IssuedCredentials {
    /// The shape `Credentials`.
    pub fn shape(&self) -> Value {
        json!({
            "AccessKeyId": self.access_key_id,
            "SecretAccessKey": self.secret_access_key,
            "SessionToken": self.session_token,
            "Expiration": self.expires,
        })
    }
}

/// Opens a session and hands out its credentials.
pub fn issue(
    world: &mut World,
    new: NewSession,
    now: u64,
    random: &dyn Random,
) -> IssuedCredentials {
    let credentials = IssuedCredentials {
        access_key_id: format!("ASIA{}", random_text(random, BASE32, 16)),
        secret_access_key: random_text(random, BASE64, 40),
        session_token: random_text(random, BASE64, 180),
        expires: now.saturating_add(new.seconds),
    };
    let session = Session {
        token: SessionToken::new(credentials.session_token.clone()),
        principal: new.principal,
        account: new.account,
        identity: new.identity,
        identity_id: new.identity_id,
        policies: new.policies,
        tags: new.tags,
        transitive_tag_keys: new.transitive_tag_keys,
        source_identity: new.source_identity,
        issued: now,
        expires: credentials.expires,
        scenario: new.scenario,
        function: new.function,
        capture: new.capture,
    };
    let key = AccessKey {
        secret: SecretAccessKey::new(credentials.secret_access_key.clone()),
        owner: KeyOwner::Session(Arc::new(session)),
        active: true,
        created: now,
    };
    world.keys.insert(credentials.access_key_id.clone(), key);
    credentials
}
