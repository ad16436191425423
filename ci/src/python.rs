//! Virtual environments.

use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::child::Child;

/// The Python of the virtual environment in `folder`.
pub(crate) fn interpreter(folder: &Path) -> PathBuf {
    folder.join("bin").join("python")
}

/// Makes a virtual environment in `folder` with exactly the pinned packages of `requirements`.
pub(crate) fn install(folder: &Path, requirements: &Path) -> anyhow::Result<()> {
    let made = Child::new("python3", ["-m", "venv", "--clear"])
        .args([folder])
        .status();
    match made {
        Ok(Some(0)) => {}
        Ok(_) => bail!(
            "`python3 -m venv` failed; Python 3.10 or newer with its `venv` module is needed \
             (on Debian: the packages python3 and python3-venv)"
        ),
        Err(error) => return Err(error.context("Python 3.10 or newer is needed")),
    }
    Child::new(interpreter(folder), ["-m", "pip", "install", "--quiet"])
        .args(["--disable-pip-version-check", "--no-deps", "--requirement"])
        .args([requirements])
        .succeed()
}
