//! Where functions are.

use std::path::{Path, PathBuf};

use crate::Failure;

/// Functions, a folder each, and the Python that runs them.
///
/// A folder has `setup.py`, which makes what the function works on with an administrator's
/// credentials, `invoke.py`, which invokes it with the event in the file that it is given, and
/// policies and events by their names: `NAME.json`; `NAME.toml` has canned answers, in the form that
/// `rolecall serve --answers` reads.
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
        self.read(function, &format!("{name}.json"))
    }

    /// The text of the canned answers `name` of a function.
    pub fn answers(&self, function: &str, name: &str) -> Result<String, Failure> {
        self.read(function, &format!("{name}.toml"))
    }

    fn read(&self, function: &str, file: &str) -> Result<String, Failure> {
        let path = self.folder(function).join(file);
        std::fs::read_to_string(&path).map_err(|source| Failure::File { path, source })
    }
}
