//! An emulator in the test's own process.

use std::sync::Arc;

use rolecall_backends::Choices;
use rolecall_emulator::{Clock, Mode, RunningServer, ServerBuilder, Settings, StartError, State};
use rolecall_policy::PolicyError;
use rolecall_trace::{Recorder, Recording, RecordingSummary};

use crate::{Credentials, Role};

/// Builds an [`Emulator`].
#[derive(Debug, Default)]
pub struct EmulatorBuilder {
    settings: Settings,
    clock: Option<Arc<dyn Clock>>,
    choices: Choices,
    recorder: Option<Recorder>,
}

impl EmulatorBuilder {
    /// What happens to a call that the policies do not allow; [`Mode::Enforce`] if nothing is said.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.settings.mode = mode;
        self
    }

    /// The account that exists from the start, twelve digits.
    #[must_use]
    pub fn account(mut self, id: impl Into<String>) -> Self {
        self.settings.account = id.into();
        self
    }

    /// The region of requests that name none, and of [`Role::environment`].
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.settings.region = region.into();
        self
    }

    /// Redacts the values of these context keys in recordings, besides what service models mark
    /// sensitive; `aws:RequestTag/*` stands for a family.
    #[must_use]
    pub fn redact(mut self, keys: impl IntoIterator<Item = String>) -> Self {
        self.settings.redacted.extend(keys);
        self
    }

    /// How many bytes of objects, messages, records and log events are kept in memory at most: what
    /// does not fit is refused. 4 GiB if nothing is said.
    #[must_use]
    pub fn memory(mut self, bytes: u64) -> Self {
        self.settings.limits.memory = bytes;
        self
    }

    /// Takes the time from there, in place of the machine's clock.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Who answers: `[SERVICE,...=]URL`, `...process:COMMAND` or `...container:IMAGE`; without a
    /// service for everything that is not IAM, STS or Lambda. May be said for several services.
    #[must_use]
    pub fn backend(mut self, backend: impl Into<String>) -> Self {
        self.choices.backends.push(backend.into());
        self
    }

    /// Canned answers: the text of a file that says what some calls get, and its name for what is
    /// wrong with it; `rolecall_backends::canned` describes the form.
    #[must_use]
    pub fn answers(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.choices.answers.push((name.into(), text.into()));
        self
    }

    /// All that can be said of who answers.
    #[must_use]
    pub fn choices(mut self, choices: Choices) -> Self {
        self.choices = choices;
        self
    }

    /// Writes attempts there; in memory if nothing is said.
    #[must_use]
    pub fn recorder(mut self, recorder: Recorder) -> Self {
        self.recorder = Some(recorder);
        self
    }

    /// The server that this describes, for what is not offered here.
    pub fn into_server(self) -> ServerBuilder {
        let mut server = ServerBuilder::new(self.settings).choices(self.choices);
        if let Some(clock) = self.clock {
            server = server.clock(clock);
        }
        if let Some(recorder) = self.recorder {
            server = server.recorder(recorder);
        }
        server
    }

    /// Starts it on a free port of loopback.
    pub async fn start(self) -> Result<Emulator, StartError> {
        Ok(Emulator {
            server: self.into_server().start().await?,
        })
    }
}

/// A running emulator; gone when it is dropped. Any number may run at once.
#[derive(Debug)]
pub struct Emulator {
    server: RunningServer,
}

impl Emulator {
    /// Builds one.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::default()
    }

    /// One with the defaults: it enforces, and records in memory.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// The accounts and everything else behind the listener.
    pub fn state(&self) -> &Arc<State> {
        self.server.state()
    }

    /// A role with this policy, made or changed, and a session of it.
    pub fn role(&self, name: &str, policy: &str) -> Result<Role, PolicyError> {
        self.role_with_policies(name, &[(name.to_owned(), policy.to_owned())])
    }

    /// A role with these inline policies, name and document each, made or changed.
    pub fn role_with_policies(
        &self,
        name: &str,
        policies: &[(String, String)],
    ) -> Result<Role, PolicyError> {
        let account = self.state().settings().account.clone();
        let arn = self.state().put_role(&account, name, policies)?;
        Ok(Role::new(
            Arc::clone(self.state()),
            self.endpoint(),
            name,
            arn,
        ))
    }

    /// The administrator's access key, for a test's set-up.
    pub fn administrator(&self) -> Credentials {
        let key = self.state().administrator();
        Credentials {
            access_key_id: key.access_key_id.clone(),
            secret_access_key: key.secret_access_key.clone(),
            session_token: None,
        }
    }

    /// A configuration for any aws-sdk-rust client that signs with these credentials: the
    /// administrator's, or those of a session of any length.
    #[cfg(feature = "aws-config")]
    pub fn sdk_config(&self, credentials: Credentials) -> aws_types::SdkConfig {
        crate::sdk_config::sdk_config(self.state(), &self.endpoint(), credentials)
    }

    /// What was attempted so far.
    pub fn recording(&self) -> Recording {
        self.state().recorder().recording()
    }

    /// Finishes what is in flight and flushes the recording.
    pub async fn shutdown(self) -> RecordingSummary {
        self.server.shutdown().await
    }
}
