//! The one room that reads the environment.

use std::{env, ffi::OsString};

/// The variables that a program under test inherits.
pub(crate) fn inherited() -> Vec<(OsString, OsString)> {
    env::vars_os().collect()
}
