//! The files of the repository, as git knows them.

use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::child::Child;
use crate::tree;

/// The tracked files and those that would be, relative to the root.
pub(crate) fn files() -> anyhow::Result<Vec<PathBuf>> {
    let listing = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ];
    let output = Child::new("git", listing).output()?;
    if !output.status.success() {
        bail!(
            "`git ls-files` failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    let names = String::from_utf8_lossy(&output.stdout);
    let root = tree::root();
    // A file that was deleted but not committed so is still listed.
    Ok(names
        .split('\0')
        .map(PathBuf::from)
        .filter(|path| is_file(&root, path))
        .collect())
}

fn is_file(root: &Path, path: &Path) -> bool {
    !path.as_os_str().is_empty() && root.join(path).is_file()
}
