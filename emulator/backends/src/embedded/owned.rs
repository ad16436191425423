//! Stores by owner.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// One `T` for each account and region; made when it is first asked for.
#[derive(Debug)]
pub(crate) struct Owned<T>(Mutex<BTreeMap<(String, String), T>>);

impl<T> Default for Owned<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Default> Owned<T> {
    /// Works on the store of an account in a region.
    pub(crate) fn with<R>(&self, account: &str, region: &str, work: impl FnOnce(&mut T) -> R) -> R {
        let mut stores = lock(&self.0);
        work(
            stores
                .entry((account.to_owned(), region.to_owned()))
                .or_default(),
        )
    }
}

/// Locks, also after a panic elsewhere: the state of an emulator is better than none.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
