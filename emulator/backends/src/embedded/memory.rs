//! The bound on what is kept in memory: bytes of objects, messages, records and log events.
//!
//! What the bound does not count: what describes these (keys, metadata, configurations), items of
//! tables, and the records of other services; a single request of those is bounded by its body.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// How many bytes are kept, and how many may be.
#[derive(Debug)]
pub(crate) struct Memory {
    bound: u64,
    used: AtomicU64,
}

/// There is no room for more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Full {
    wanted: u64,
    used: u64,
    bound: u64,
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Rolecall keeps this in memory: {} bytes more than the {} that are kept already would \
             be over the bound of {} bytes, which --memory sets.",
            self.wanted, self.used, self.bound
        )
    }
}

impl Memory {
    pub(crate) fn new(bound: u64) -> Arc<Self> {
        Arc::new(Self {
            bound,
            used: AtomicU64::new(0),
        })
    }

    /// Sets room aside until what is given back is dropped.
    pub(crate) fn hold(self: &Arc<Self>, bytes: usize) -> Result<Held, Full> {
        let mut held = Held {
            memory: Some(Arc::clone(self)),
            bytes: 0,
        };
        held.grow(bytes as u64)?;
        Ok(held)
    }

    fn take(&self, bytes: u64) -> Result<(), Full> {
        let used = self.used.fetch_add(bytes, Ordering::Relaxed);
        if used.saturating_add(bytes) <= self.bound {
            return Ok(());
        }
        self.used.fetch_sub(bytes, Ordering::Relaxed);
        Err(Full {
            wanted: bytes,
            used,
            bound: self.bound,
        })
    }
}

/// Room that is set aside; by default none.
#[derive(Debug, Default)]
pub(crate) struct Held {
    memory: Option<Arc<Memory>>,
    bytes: u64,
}

impl Held {
    /// Sets more aside.
    pub(crate) fn grow(&mut self, bytes: u64) -> Result<(), Full> {
        if let Some(memory) = &self.memory {
            memory.take(bytes)?;
            self.bytes += bytes;
        }
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(memory) = &self.memory {
            memory.used.fetch_sub(self.bytes, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_let_go_makes_room() {
        let memory = Memory::new(10);
        let mut first = memory.hold(6).unwrap();
        let full = memory.hold(5).unwrap_err();
        assert_eq!((full.wanted, full.used, full.bound), (5, 6, 10));
        first.grow(4).unwrap();
        first.grow(1).unwrap_err();
        drop(first);
        memory.hold(10).unwrap();
    }
}
