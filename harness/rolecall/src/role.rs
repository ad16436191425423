//! A role, and sessions of it.

use std::{fmt, sync::Arc};

use rolecall_emulator::{IssuedCredentials, RoleSessionRequest, State};

use crate::Environment;

/// Credentials, as an SDK takes them.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The access key's id.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
    /// The session's token; none with a long-term key.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

impl From<IssuedCredentials> for Credentials {
    fn from(issued: IssuedCredentials) -> Self {
        Self {
            access_key_id: issued.access_key_id,
            secret_access_key: issued.secret_access_key,
            session_token: Some(issued.session_token),
        }
    }
}

/// A role of the emulator's account. Each call for credentials opens a session.
#[derive(Clone, Debug)]
pub struct Role {
    state: Arc<State>,
    endpoint: String,
    name: String,
    arn: String,
    scenario: Option<String>,
    function: Option<String>,
}

impl Role {
    pub(crate) fn new(state: Arc<State>, endpoint: String, name: &str, arn: String) -> Self {
        Self {
            state,
            endpoint,
            name: name.to_owned(),
            arn,
            scenario: None,
            function: None,
        }
    }

    pub(crate) fn existing(state: &Arc<State>, endpoint: &str, name: &str, account: &str) -> Self {
        let arn = format!("arn:aws:iam::{account}:role/{name}");
        Self::new(Arc::clone(state), endpoint.to_owned(), name, arn)
    }

    /// The role's ARN.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// The role's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same role, whose sessions' attempts are recorded under this scenario.
    #[must_use]
    pub fn in_scenario(mut self, scenario: impl Into<String>) -> Self {
        self.scenario = Some(scenario.into());
        self
    }

    /// The same role, whose sessions' attempts are recorded under this function.
    #[must_use]
    pub fn as_function(mut self, function: impl Into<String>) -> Self {
        self.function = Some(function.into());
        self
    }

    /// The credentials of a new session, good for an hour.
    pub fn credentials(&self) -> Credentials {
        self.credentials_for(3600)
    }

    /// The credentials of a new session, good for so many seconds (0 and up: tests of expiry).
    pub fn credentials_for(&self, seconds: u64) -> Credentials {
        let request = RoleSessionRequest {
            account: self.state.settings().account.clone(),
            role: self.name.clone(),
            session: self.function.clone().unwrap_or_else(|| self.name.clone()),
            seconds,
            scenario: self.scenario.clone(),
            function: self.function.clone(),
            capture: None,
        };
        // A role that was deleted meanwhile has no sessions: its keys are unknown ones.
        self.state.open_session(request).map_or_else(
            || Credentials {
                access_key_id: "ASIAROLEWASDELETED00".to_owned(),
                secret_access_key: String::new(),
                session_token: None,
            },
            Credentials::from,
        )
    }

    /// The environment that puts a program under a new session of this role.
    pub fn environment(&self) -> Environment {
        let region = &self.state.settings().region;
        Environment::new(&self.endpoint, region, &self.credentials())
    }

    /// A configuration for any aws-sdk-rust client, under a new session of this role.
    #[cfg(feature = "aws-config")]
    pub fn sdk_config(&self) -> aws_types::SdkConfig {
        crate::sdk_config::sdk_config(&self.state, &self.endpoint, self.credentials())
    }
}
