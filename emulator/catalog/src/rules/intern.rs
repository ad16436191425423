//! Names that are kept once for the whole program: those of condition keys.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

/// The name as it is kept; what is not there yet stays until the program ends.
///
/// Only for names out of the rules and the catalog, of which there are few thousands.
pub(crate) fn intern(name: &str) -> &'static str {
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    let kept: &'static str = Box::leak(name.into());
    names.insert(kept);
    kept
}
