//! Where things are.

use std::env;
use std::path::{Path, PathBuf};

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// What is installed for tests and demonstrations goes here, whatever `CARGO_TARGET_DIR` says: the
/// tests look for it under the workspace.
pub(crate) fn installed(name: &str) -> PathBuf {
    root().join("target").join(name)
}

/// Where cargo puts what it builds in the profile `dev`.
pub(crate) fn built() -> PathBuf {
    let target = variable("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    root().join(target).join("debug")
}

/// An environment variable, if it is set to something.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place where this crate reads variables"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
