//! Starting and stopping.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use rolecall_backends::{ChoiceError, Choices, Host, Synthesised, chosen};
use rolecall_trace::{FORMAT, Header, Recorder};
use tokio::{
    net::TcpListener,
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use super::connection;
use crate::{
    clock::{Clock, Random, SystemClock, SystemRandom, rfc3339_millis},
    host::ServerHost,
    settings::{Mode, Settings},
    state::State,
};

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on `{address}`")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// A backend cannot be what was asked for.
    #[error(transparent)]
    Backend(#[from] ChoiceError),
    /// The account's id is not one.
    #[error(transparent)]
    Account(#[from] rolecall_policy::account::InvalidAccountId),
}

/// Builds a server.
#[derive(Debug)]
pub struct ServerBuilder {
    /// What the server is told.
    pub settings: Settings,
    listen: SocketAddr,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    choices: Choices,
    recorder: Option<Recorder>,
}

impl Default for ServerBuilder {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            choices: Choices::default(),
            recorder: None,
        }
    }
}

impl ServerBuilder {
    /// A server on a free port of loopback, with the settings given.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// Listens there.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Takes the time from there.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Who answers for which service; nothing said, the embedded backend answers for all but IAM,
    /// STS and Lambda.
    #[must_use]
    pub fn choices(mut self, choices: Choices) -> Self {
        self.choices = choices;
        self
    }

    /// Writes attempts there.
    #[must_use]
    pub fn recorder(mut self, recorder: Recorder) -> Self {
        self.recorder = Some(recorder);
        self
    }

    /// The header of a recording of this server, begun now.
    pub fn header(&self) -> Header {
        header(self.settings.mode, self.clock.now_millis())
    }

    /// Starts it.
    pub async fn start(self) -> Result<RunningServer, StartError> {
        rolecall_policy::AccountId::parse(&self.settings.account)?;
        let header = self.header();
        let listener =
            TcpListener::bind(self.listen)
                .await
                .map_err(|source| StartError::Listen {
                    address: self.listen,
                    source,
                })?;
        let address = listener.local_addr().map_err(|source| StartError::Listen {
            address: self.listen,
            source,
        })?;
        let memory = self.settings.limits.memory;
        let (clock, random) = (Arc::clone(&self.clock), Arc::clone(&self.random));
        let host = ServerHost::new(address, memory, clock, random);
        let host = Arc::new(host);
        let started = chosen::start(&self.choices, &(Arc::clone(&host) as Arc<dyn Host>)).await?;
        let recorder = Arc::new(self.recorder.unwrap_or_else(|| Recorder::in_memory(header)));
        let synthesised = Synthesised::new(host.clone());
        let state = State::new(
            self.settings,
            self.clock,
            self.random,
            started.backend,
            synthesised,
            recorder,
        );
        let state = Arc::new(state);
        host.attach(&state);
        let (close, closing) = watch::channel(false);
        let task = tokio::spawn(accept(listener, Arc::clone(&state), closing));
        Ok(RunningServer {
            address,
            state,
            close,
            task: Some(task),
            upstreams: started.running,
        })
    }
}

/// The header of a recording that is begun now.
pub(crate) fn header(mode: Mode, now_millis: u64) -> Header {
    Header {
        format: FORMAT,
        rolecall: env!("CARGO_PKG_VERSION").to_owned(),
        catalog: rolecall_catalog::Catalog::embedded().version().to_owned(),
        mode: mode.word().to_owned(),
        time: rfc3339_millis(now_millis),
    }
}

async fn accept(listener: TcpListener, state: Arc<State>, closing: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    let mut closed = closing.clone();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection::serve(Arc::clone(&state), stream, closing.clone()));
                }
                // Too many open files, most likely: those that are open go on.
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            },
            _ = connections.join_next(), if !connections.is_empty() => {}
            () = connection::closed(&mut closed) => break,
        }
    }
    drop(listener);
    let drain = state.settings.limits.drain;
    let all = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(drain, all).await.is_err() {
        tracing::warn!(
            "requests were still in flight {} s after the shutdown began",
            drain.as_secs()
        );
    }
}

/// A server that runs, until it is shut down or dropped.
#[derive(Debug)]
pub struct RunningServer {
    address: SocketAddr,
    state: Arc<State>,
    close: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
    upstreams: Vec<chosen::Running>,
}

impl RunningServer {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`: by number, since some SDKs read `localhost` as a place for
    /// virtual-host style.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything behind the listener.
    pub fn state(&self) -> &Arc<State> {
        &self.state
    }

    /// Finishes what is in flight, within the drain limit, and flushes the recording.
    pub async fn shutdown(mut self) -> rolecall_trace::RecordingSummary {
        let _ = self.close.send(true);
        if let Some(task) = self.task.take() {
            let _ = task.await;
        }
        for upstream in &mut self.upstreams {
            upstream.stop().await;
        }
        let state = Arc::clone(&self.state);
        let closed = tokio::task::spawn_blocking(move || state.recorder.close()).await;
        closed.unwrap_or_else(|_| self.state.recorder.close())
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        let _ = self.close.send(true);
    }
}
