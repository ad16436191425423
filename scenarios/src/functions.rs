//! Where functions are.

use std::path::{Path, PathBuf};

use crate::Failure;

/// Functions, a folder each, and the Python that runs them.
///
/// A folder has `setup.py`, which makes what the function works on with an administrator's
/// credentials, `invoke.py`, which invokes it with the event in the file that it is given, and
/// policies and events by their names: `NAME.json`.
#[derive(Clone, Debug, Default)]
pub struct Functions {
    folder: PathBuf,
    python: PathBuf,
}

impl Functions {
    /// The functions in the folders of `folder`, run by `python`.
    pub fn new(folder: impl Into<PathBuf>, python: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            python: python.into(),
        }
    }

    /// The program that runs them.
    pub fn python(&self) -> &Path {
        &self.python
    }

    /// The folder of a function.
    pub fn folder(&self, function: &str) -> PathBuf {
        self.folder.join(function)
    }

    /// The text of the policy `name` of a function.
    pub fn policy(&self, function: &str, name: &str) -> Result<String, Failure> {
        let path = self.folder(function).join(format!("{name}.json"));
        std::fs::read_to_string(&path).map_err(|source| Failure::File { path, source })
    }
}
