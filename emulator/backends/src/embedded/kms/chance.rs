//! The host's random bits, for the crates that make keys.

use std::convert::Infallible;

use rsa::rand_core::{TryCryptoRng, TryRng};

use crate::backend::Host;

/// Draws from the host.
pub(super) struct Chance<'h>(pub(super) &'h dyn Host);

impl Chance<'_> {
    /// So many random bytes.
    pub(super) fn bytes(&self, count: usize) -> Vec<u8> {
        let drawn = std::iter::repeat_with(|| self.0.random().to_be_bytes());
        drawn.flatten().take(count).collect()
    }

    /// A fixed number of random bytes.
    pub(super) fn array<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        out.copy_from_slice(&self.bytes(N));
        out
    }
}

impl TryRng for Chance<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_be_bytes(self.array()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_be_bytes(self.array()))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        let drawn = self.bytes(out.len());
        out.copy_from_slice(&drawn);
        Ok(())
    }
}

// The server's host draws from the operating system.
impl TryCryptoRng for Chance<'_> {}
