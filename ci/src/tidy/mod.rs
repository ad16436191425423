//! `cargo ci tidy`: what a compiler and a linter do not see.

use anyhow::bail;

use crate::catalog;
use crate::child::{self, Child};

mod addresses;
mod arrows;
mod names;
mod tracked;

#[cfg(test)]
mod tests;

/// Says what is untidy, or nothing.
pub(crate) fn run() -> anyhow::Result<()> {
    let mut found = findings()?;
    // Not a test: it takes inputs that only `cargo ci catalog` downloads.
    if let Err(error) = catalog::unchanged() {
        found.push(format!("{error:#}"));
    }
    for finding in &found {
        child::say(finding);
    }
    if found.is_empty() {
        return Ok(());
    }
    bail!("{} untidy places", found.len())
}

/// Everything that is untidy.
fn findings() -> anyhow::Result<Vec<String>> {
    let files = tracked::files()?;
    let mut found = arrows::findings()?;
    found.extend(names::findings(&files));
    found.extend(addresses::findings(&files)?);
    found.extend(formatting()?);
    Ok(found)
}

fn formatting() -> anyhow::Result<Option<String>> {
    let output = Child::cargo(["fmt", "--all", "--check", "--", "--files-with-diff"]).output()?;
    if output.status.success() {
        return Ok(None);
    }
    let files = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    Ok(Some(format!(
        "`cargo fmt --all` would change:\n{files}{complaint}"
    )))
}
