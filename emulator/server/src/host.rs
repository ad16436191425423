//! What backends may ask of the server.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, OnceLock, PoisonError, Weak},
};

use rolecall_backends::{Delivery, Host};
use sha2::{Digest, Sha256};

use crate::{
    clock::{Clock, Random},
    pipeline,
    state::State,
};

/// How many of each kind of thing were made.
#[derive(Debug, Default)]
struct Made(Mutex<BTreeMap<u128, u64>>);

impl Made {
    /// The bits of the next id.
    fn next(&self, of: &str) -> u128 {
        let kind = first_bits(&Sha256::digest(of));
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(kind).or_default();
        *count += 1;
        let both = [kind.to_be_bytes().as_slice(), &count.to_be_bytes()].concat();
        first_bits(&Sha256::digest(both))
    }
}

fn first_bits(digest: &[u8]) -> u128 {
    let bytes = digest.iter().take(16);
    bytes.fold(0, |bits, byte| bits << 8 | u128::from(*byte))
}

/// The server as its backends see it.
#[derive(Debug)]
pub(crate) struct ServerHost {
    endpoint: String,
    memory: u64,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    made: Made,
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
            made: Made::default(),
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

    fn repeatable(&self, of: &str) -> u128 {
        self.made.next(of)
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

#[cfg(test)]
mod tests {
    use super::Made;

    #[test]
    fn ids_are_those_of_the_run_before_and_never_twice_the_same() {
        let ids = || {
            let made = Made::default();
            ["key, a", "key, a", "key, b", "key, a"].map(|of| made.next(of))
        };
        let mut first = ids();
        assert_eq!(first, ids());
        first.sort_unstable();
        assert!(first.windows(2).all(|pair| pair.first() != pair.last()));
    }
}
