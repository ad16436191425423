//! What backends may ask of the server.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock, Weak},
};

use rolecall_backends::{Delivery, Host};

use crate::{
    clock::{Clock, Random},
    pipeline,
    state::State,
};

/// The server as its backends see it.
#[derive(Debug)]
pub(crate) struct ServerHost {
    endpoint: String,
    memory: u64,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    // Weak: the state owns the backend, which owns this.
    state: OnceLock<Weak<State>>,
}

impl ServerHost {
    pub(crate) fn new(
        address: SocketAddr,
        memory: u64,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self {
            endpoint: format!("http://{address}"),
            memory,
            clock,
            random,
            state: OnceLock::new(),
        }
    }

    pub(crate) fn attach(&self, state: &Arc<State>) {
        let _ = self.state.set(Arc::downgrade(state));
    }
}

impl Host for ServerHost {
    fn now_millis(&self) -> u64 {
        self.clock.now_millis()
    }

    fn random(&self) -> u128 {
        self.random.bits()
    }

    fn endpoint(&self) -> String {
        self.endpoint.clone()
    }

    fn memory_bound(&self) -> u64 {
        self.memory
    }

    fn may_deliver(&self, delivery: &Delivery) -> bool {
        let state = self.state.get().and_then(Weak::upgrade);
        state.is_some_and(|state| pipeline::may_deliver(&state, delivery))
    }
}
